"""A worker process of the tests: the counting stages or the real ones, with a trap at a step of the runtime.

Run it as a module from the repository's root: ``python -m tests.faults.worker ORDER``, where ORDER is JSON.
"""

import asyncio
import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import msgspec
import uvloop
from aiokafka.conn import AIOKafkaConnection
from prometheus_client import start_http_server

from streams import logs
from streams.runtime.context import RunLimits
from streams.runtime.kafka import KafkaClients
from streams.runtime.process import WorkerProcess
from tests.faults import counting, steps


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a test wants of its worker.

    bootstrap, prefix, version: of the counting stages; only: the one of them to run.
    config: the file of the real pipeline, which then runs instead.
    step, passes, signal: the trap. through: (port of the broker, port that leads to it): a proxy in between.
    """

    port: int
    bootstrap: str = ""
    prefix: str = ""
    version: str = "good"
    only: str | None = None
    config: str | None = None
    step: str | None = None
    passes: int = 1
    signal: str = "SIGKILL"
    seed: int = 0
    through: tuple[int, int] | None = None
    queue_records: int = 10_000


PR_SET_PDEATHSIG = 1


def main(argument: str) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # however the test ends, even while this is frozen
    order = msgspec.json.decode(argument, type=Order)
    if order.step is not None:
        steps.lay(steps.Trap(order.step, order.passes, order.signal, order.seed))
    if order.through is not None:
        _lead_through(*order.through)
    if order.config is not None:
        _serve(order)
    logs.configure()
    start_http_server(order.port, "127.0.0.1")
    # Like the product's worker: tidying up after a crashed loop may wait for threads of Faust's.
    os._exit(uvloop.new_event_loop().run_until_complete(_count(order)))


def _serve(order: Order) -> NoReturn:
    from streams.app import build  # the models' libraries take seconds to load: the counting stages need none of them
    from streams.cli.worker import work
    from streams.config import load

    assert order.config is not None
    app = build(load(Path(order.config)))
    work(app, [stage.name for stage in app.stages], None, "127.0.0.1", order.port)


async def _count(order: Order) -> int:
    asyncio.get_running_loop().set_exception_handler(logs.loop_exception)
    process = WorkerProcess(
        [stage for stage in counting.stages(order.version) if order.only in (None, stage.name)],
        table=counting.topic_table(order.prefix),
        clients=KafkaClients(order.bootstrap, session_timeout_s=2.0, transaction_timeout_s=4.0),
        limits=RunLimits(skew_s=0.0, queue_records=order.queue_records),
    )
    return await process.run()


def _lead_through(broker_port: int, proxy_port: int) -> None:
    """Connect to the proxy wherever the broker's own address is asked for: nothing that Kafka says is rewritten."""
    original = AIOKafkaConnection.__init__

    def made(self: AIOKafkaConnection, host: str, port: int, **more: object) -> None:
        original(self, host, proxy_port if port == broker_port else port, **more)

    AIOKafkaConnection.__init__ = made


if __name__ == "__main__":
    main(sys.argv[1])
