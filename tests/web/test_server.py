import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Counter

from streams.web.server import WebServer


@dataclass
class Worker:
    """What the server is told of its worker, and where it listens."""

    live: bool = True
    reasons: tuple[str, ...] = ()
    port: int = 0


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker, registry = Worker(), CollectorRegistry()
    Counter("messages", "Messages.", registry=registry).inc(3)
    server = WebServer(registry, live=lambda: worker.live, not_ready=lambda: worker.reasons)
    worker.port = await server.start("127.0.0.1", 0)
    yield worker
    await server.stop()


async def get(worker: Worker, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{worker.port}{path}") as answer:
        return answer.status, await answer.text()


async def test_a_worker_is_live_until_it_says_otherwise(worker: Worker) -> None:
    assert await get(worker, "/live") == (200, '{"live":true}')
    worker.live = False
    assert await get(worker, "/live") == (503, '{"live":false}')


async def test_a_worker_that_is_not_ready_says_why(worker: Worker) -> None:
    assert await get(worker, "/ready") == (200, '{"ready":true,"reasons":[]}')
    worker.reasons = ("triage messages.raw/0: opening",)
    assert await get(worker, "/ready") == (503, '{"ready":false,"reasons":["triage messages.raw/0: opening"]}')


async def test_prometheus_can_scrape_the_metrics(worker: Worker) -> None:
    status, text = await get(worker, "/metrics")
    assert status == 200
    assert "messages_total 3.0" in text


async def test_a_stuck_event_loop_is_not_live(worker: Worker) -> None:
    answered: list[bytes] = []

    def ask() -> None:
        with socket.create_connection(("127.0.0.1", worker.port), timeout=0.5) as connection:
            connection.sendall(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                answered.append(connection.recv(100))
            except TimeoutError:
                answered.append(b"")

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()  # this blocks the loop that serves
    assert answered == [b""]


async def test_a_port_that_is_taken_is_an_error(worker: Worker) -> None:
    other = WebServer(CollectorRegistry(), live=lambda: True, not_ready=tuple)
    with pytest.raises(OSError, match="in use"):
        await other.start("127.0.0.1", worker.port)
    await other.stop()


async def test_after_stop_nobody_listens() -> None:
    server = WebServer(CollectorRegistry(), live=lambda: True, not_ready=tuple)
    port = await server.start("127.0.0.1", 0)
    await server.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
