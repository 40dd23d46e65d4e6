"""The real Prometheus, with our configuration and rules, against the real metrics and web server of a worker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client import REGISTRY

from streams import metrics
from streams.local.ports import free_ports
from streams.web.server import WebServer
from tests.deploy.files import PROMETHEUS, read_yaml

ALERTED = ("deploy-test", "messages.raw", "0", "StageFailed")
WITHIN_S = 40.0


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


@pytest.fixture
async def prometheus(worker: int, tool: Callable[[str], str], tmp_path: Path) -> AsyncIterator[str]:
    """The address of a Prometheus with deploy/prometheus/prometheus.yml, but for addresses and a faster pace."""
    port, nobody = free_ports()
    config = read_yaml(PROMETHEUS)
    config["global"] = dict.fromkeys(config["global"], "1s")
    config["rule_files"] = [str(PROMETHEUS.parent / pattern) for pattern in config["rule_files"]]
    config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{nobody}"]
    for job in config["scrape_configs"]:
        targets = [f"127.0.0.1:{worker}", f"127.0.0.1:{nobody}"] if job["job_name"] == "spillway" else []
        job["static_configs"][0]["targets"] = targets
    file = tmp_path / "prometheus.yml"
    file.write_text(yaml.safe_dump(config))
    process = await asyncio.create_subprocess_exec(
        tool("prometheus"),
        f"--config.file={file}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        stderr=(tmp_path / "log").open("wb"),
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def ask(session: aiohttp.ClientSession, url: str) -> Any:
    """What Prometheus's API answers; None while it does not."""
    try:
        async with session.get(url) as answer:
            return (await answer.json())["data"] if answer.status == 200 else None
    except aiohttp.ClientConnectionError:
        return None


async def evaluated(session: aiohttp.ClientSession, url: str) -> set[str]:
    """How all rules do, once each was tried."""
    while True:
        groups = (await ask(session, url))["groups"]
        health = {rule["health"] for group in groups for rule in group["rules"]}
        if "unknown" not in health:
            return health
        await asyncio.sleep(0.1)


async def test_the_real_prometheus_scrapes_a_worker_and_raises_our_alerts(prometheus: str) -> None:
    async def alerts(session: aiohttp.ClientSession, *wanted: str) -> dict[str, Any]:
        """All alerts, when these are among them. Prometheus tells nobody by itself, so this asks until it is so."""
        while True:
            answer = await ask(session, f"{prometheus}/api/v1/alerts") or {"alerts": ()}
            found = {alert["labels"]["alertname"]: alert for alert in answer["alerts"]}
            if found.keys() >= set(wanted):
                return found
            await asyncio.sleep(0.1)

    async with aiohttp.ClientSession() as session:
        async with asyncio.timeout(WITHIN_S):
            raised = await alerts(session, "StageFailed", "WorkerDown")
        assert raised["StageFailed"]["state"] == "firing"
        assert raised["StageFailed"]["labels"]["stage"] == ALERTED[0]
        assert raised["WorkerDown"]["state"] == "pending"  # the second target, where nobody listens
        async with asyncio.timeout(WITHIN_S):
            assert await evaluated(session, f"{prometheus}/api/v1/rules") == {"ok"}
