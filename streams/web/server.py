"""The web server of a worker: /live, /ready and /metrics, for Kubernetes and Prometheus.

/live answers from the same event loop as the stages, so it fails by itself (it does not answer) when the loop is stuck.
"""

import logging
from collections.abc import Callable

import orjson
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

log = logging.getLogger(__name__)


class WebServer:
    """Serves from the running event loop.

    live: whether the process may go on; if not, it should be restarted.
    not_ready: what keeps it from taking traffic, in plain words; empty when it is ready.
    """

    def __init__(
        self, registry: CollectorRegistry, *, live: Callable[[], bool], not_ready: Callable[[], tuple[str, ...]]
    ) -> None:
        self._registry, self._live, self._not_ready = registry, live, not_ready
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen, on a free port if ``port`` is 0; answers the port. Raises OSError when it is taken."""
        app = web.Application()
        app.add_routes(
            [web.get("/live", self._get_live), web.get("/ready", self._get_ready), web.get("/metrics", self._metrics)]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        listening: int = self._runner.addresses[0][1]
        log.info("web server listens", extra={"port": listening})
        return listening

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _get_live(self, _: web.Request) -> web.Response:
        live = self._live()
        return _json({"live": live}, ok=live)

    async def _get_ready(self, _: web.Request) -> web.Response:
        reasons = self._not_ready()
        return _json({"ready": not reasons, "reasons": reasons}, ok=not reasons)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _json(answer: object, *, ok: bool) -> web.Response:
    return web.Response(body=orjson.dumps(answer), status=200 if ok else 503, content_type="application/json")
