"""The real Prometheus against the real metrics and web server of a worker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from streams import metrics
from streams.local.ports import free_ports
from streams.web.server import WebServer
from tests.deploy.prometheus import alerts, ask, running_prometheus

ALERTED = ("deploy-test", "messages.raw", "0", "StageFailed")
WITHIN_S = 120.0


@pytest.fixture
async def worker() -> AsyncIterator[int]:
    """The port of a web server with this process's metrics, as a worker has it; one partition has stopped."""
    server = WebServer(REGISTRY, live=lambda: True, not_ready=tuple)
    metrics.STOPPED.labels(*ALERTED).set(1)
    try:
        yield await server.start("127.0.0.1", 0)
    finally:
        metrics.STOPPED.remove(*ALERTED)
        await server.stop()


def evaluated(address: str) -> set[str]:
    """How all rules do."""
    groups = (ask(address, "rules") or {"groups": ()})["groups"]
    return {rule["health"] for group in groups for rule in group["rules"]}


async def test_the_real_prometheus_scrapes_a_worker_and_raises_our_alerts(
    worker: int, tool: Callable[[str], str], tmp_path: Path
) -> None:
    targets = [f"127.0.0.1:{worker}", f"127.0.0.1:{free_ports()[0]}"]
    with running_prometheus(tool("prometheus"), tmp_path, targets) as prometheus:
        async with asyncio.timeout(WITHIN_S):
            # Prometheus tells nobody by itself, so this asks until it is so.
            while not (raised := await asyncio.to_thread(alerts, prometheus)).keys() >= {"StageFailed", "WorkerDown"}:
                await asyncio.sleep(0.1)
        assert raised["StageFailed"]["state"] == "firing"
        assert raised["StageFailed"]["labels"]["stage"] == ALERTED[0]
        assert raised["WorkerDown"]["state"] == "pending"  # the second target, where nobody listens
        async with asyncio.timeout(WITHIN_S):
            while not (health := await asyncio.to_thread(evaluated, prometheus)) or "unknown" in health:
                await asyncio.sleep(0.1)
        assert health == {"ok"}
