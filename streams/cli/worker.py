"""``spillway worker``: runs stages until it is told to stop, with a web server beside them."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import uvloop
from prometheus_client import REGISTRY

from streams import logs
from streams.cli.errors import CommandError, ExitCode, broker_errors
from streams.runtime.process import TopicsMissingError
from streams.web.server import WebServer

if TYPE_CHECKING:
    from streams.app import App

log = logging.getLogger(__name__)


def work(app: "App", stages: Sequence[str], instance: str | None, host: str, port: int) -> NoReturn:
    """Run until SIGTERM or SIGINT, then end the process: with 0, or with another code when something failed.

    The web server listens on ``host``:``port``; port 0 means that there is none.
    """
    logs.configure()
    # Until the stages run, which takes the signal over, there is nothing to finish.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = uvloop.new_event_loop().run_until_complete(_serve(app, stages, instance, host, port))
    except CommandError as error:
        log.error("cannot start", extra={"detail": str(error)})
        code = error.code
    except KeyboardInterrupt:
        code = ExitCode.OK
    except Exception as error:
        log.error("failed", extra={"cause": type(error).__name__, "at": logs.place(error)})
        code = ExitCode.FAILED
    # Tidying up after a loop whose app crashed may wait forever for threads of Faust's: everything that matters is
    # committed or will be done again, so the process just ends.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def _serve(app: "App", stages: Sequence[str], instance: str | None, host: str, port: int) -> ExitCode:
    asyncio.get_running_loop().set_exception_handler(logs.loop_exception)
    process = app.worker_process(stages, instance)
    web = WebServer(
        REGISTRY,
        live=lambda: not any(worker.crashed for worker in process.workers),
        not_ready=lambda: process.health().reasons,
    )
    try:
        if port:
            await web.start(host, port)
    except OSError as error:
        raise CommandError(
            ExitCode.FAILED, f"cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}"
        ) from error
    log.info("worker starts", extra={"stages": ",".join(stages)})
    try:
        with broker_errors(app.clients.bootstrap):
            failed = await process.run()
    except TopicsMissingError as error:
        raise CommandError(ExitCode.NOT_AS_PLANNED, str(error)) from error
    finally:
        await web.stop()
    log.info("worker ends", extra={"cause": "a stage failed" if failed else "told to stop"})
    return ExitCode.FAILED if failed else ExitCode.OK
