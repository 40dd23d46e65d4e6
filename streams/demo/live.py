"""The live part of the demo: the world's records go to Kafka in scaled time, what the pipeline answers comes back."""

import asyncio
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.app import App
from streams.contracts import Assignment, CapacityRequest, Surge, TriagedTicket, VendorEvent, decode
from streams.demo.board import Board
from streams.local.traffic.scenario import Scenario
from streams.local.traffic.simulation import World
from streams.topics import Topic

STEP_S = 0.05
POLL_MS = 50
DRAIN_S = 30.0
HEARD = (
    Topic.TICKETS_TRIAGED,
    Topic.TICKETS_ASSIGNMENTS,
    Topic.SURGES,
    Topic.CAPACITY_REQUESTS,
    Topic.DEAD_LETTERS,
)


class Live:
    """Plays a scenario against the pipeline. ``show`` is called a few times a second to draw what there is to see."""

    def __init__(self, app: App, scenario: Scenario, seed: int, show: Callable[["Live"], None]) -> None:
        self.scenario = scenario
        self.world = World(scenario, seed)
        self.board = Board()
        self._app, self._show = app, show

    @property
    def now_s(self) -> float:
        """The scenario's time."""
        return self._app.clock.scale.apply(time.time())

    async def play(self) -> None:
        """From the scenario's start to its end, and until the pipeline has answered all."""
        producer = AIOKafkaProducer(**self._app.clients.connection(), enable_idempotence=True, linger_ms=2)
        consumer = self._app.clients.reader()
        await producer.start()
        await consumer.start()
        try:
            await self._assign(consumer)
            hearing = asyncio.create_task(self._hear(consumer))
            drawing = asyncio.create_task(self._draw())
            try:
                while self.now_s < self.scenario.end_s:
                    await self._step(producer, min(self.now_s, self.scenario.end_s))
                    if hearing.done():
                        hearing.result()
                    await asyncio.sleep(STEP_S)
                await producer.flush()
                deadline_s = time.monotonic() + DRAIN_S
                while self.board.lost and time.monotonic() < deadline_s:
                    await asyncio.sleep(STEP_S)
            finally:
                for task in (hearing, drawing):
                    task.cancel()
                await asyncio.wait({hearing, drawing})
        finally:
            await consumer.stop()
            await producer.stop()

    async def _step(self, producer: AIOKafkaProducer, until_s: float) -> None:
        for record in self.world.step_until(until_s):
            self.board.record_sent(record)
            if record.topic == Topic.VENDORS_EVENTS:
                self._note_seats(record.value)
            await producer.send(self._app.table.physical(record.topic), record.value, key=record.key)

    def _note_seats(self, value: bytes) -> None:
        event = decode(VendorEvent, value)
        if event.kind in ("active", "draining", "released"):
            self.board.seats(event.seats if event.kind == "active" else 0)

    async def _assign(self, consumer: AIOKafkaConsumer) -> None:
        partitions = [
            TopicPartition(self._app.table.physical(topic), partition)
            for topic in HEARD
            for partition in range(self._app.table[topic].partitions)
        ]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)

    async def _hear(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            for tp, records in (await consumer.getmany(timeout_ms=POLL_MS)).items():
                for record in records:
                    self._heard(self._app.table.logical(tp.topic), record)

    def _heard(self, topic: str, record: Any) -> None:
        match topic:
            case Topic.TICKETS_TRIAGED:
                self.board.heard_triaged(decode(TriagedTicket, record.value))
            case Topic.TICKETS_ASSIGNMENTS:
                assignment = decode(Assignment, record.value)
                self.board.heard_assignment(assignment)
                self.world.on_assignment(assignment, self.now_s)
            case Topic.SURGES:
                heard_s = self._app.clock.scale.apply(record.timestamp / 1000)
                self.board.heard_surge(decode(Surge, record.value), heard_s)
            case Topic.CAPACITY_REQUESTS:
                request = decode(CapacityRequest, record.value)
                self.board.requests.append((self.now_s, request))
                self.world.on_capacity_request(request, self.now_s)
            case Topic.DEAD_LETTERS:
                self.board.dead_letters += 1

    async def _draw(self) -> None:
        while True:
            self._show(self)
            await asyncio.sleep(0.5)


def worker_says(port: int, path: str) -> tuple[int, str]:
    """What the worker's web server answers: status (0: nobody there) and text."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""
