"""One partition's runner on a real broker: what it does when the group or the coordinator has moved on."""

import asyncio
import uuid
from collections.abc import Iterator, Mapping
from functools import partial

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError
from faust.types import TP
from kafka.admin import KafkaAdminClient
from prometheus_client import REGISTRY

from streams.local.ports import free_ports
from streams.runtime.clock import BrokerClock, TimeScale
from streams.runtime.context import RunContext, RunLimits
from streams.runtime.fence import FENCE_KEY, Fence
from streams.runtime.kafka import KafkaClients
from streams.runtime.memory_log import MemoryLog
from streams.runtime.producer import TransactionWriter
from streams.runtime.rows import read_rows
from streams.runtime.runner import PartitionRunner
from streams.runtime.stage import Send, StageSpec
from streams.runtime.transaction import destinations
from streams.topic_admin import TopicAdmin
from streams.topics import TopicSpec, TopicTable
from tests.faults.counting import Spoilt
from tests.runtime.conformance.toys import POISON, Counter
from tests.runtime.hanging import leave_hanging, lose_the_coordinator
from tests.runtime.written import ends_of

SPEC = StageSpec("toy", {"in": partial(Counter, "out")}, sends_to=("out",), alerted=("rare",))
SPOILT = StageSpec("toy", {"in": partial(Spoilt, "out")}, sends_to=("out",))
FAILED = {"stage": "toy", "cause": "KafkaConnectionError"}
PARTITION = {"stage": "toy", "topic": "in", "partition": "0"}


class Member:
    """The consumer of a group's member. Without ``ours`` the group has dropped it, and it has not yet heard of it."""

    def __init__(self, *ours: TP) -> None:
        self.ours = set(ours)
        self.reading = asyncio.Event()
        self.offset = 0
        self.shown: list[float | None] = []  # the metric whenever the partition is about to be open

    def start_reading(self, tp: TP, offset: int) -> None:
        self.offset = offset
        self.shown.append(shown("open"))
        self.reading.set()

    def stop_reading(self, tp: TP) -> None:
        self.reading.clear()

    def set_full(self, tp: TP, full: bool) -> None: ...

    def read_up_to_s(self, tp: TP) -> float | None:
        return None

    def delivered_to(self, tp: TP) -> int | None:
        return None

    def lag(self, tp: TP) -> int:
        return 0

    async def commit_hints(self, offsets: Mapping[TP, int]) -> None:
        if not self.ours:
            raise CommitFailedError

    def is_member(self) -> bool:
        return True

    def assignment(self) -> set[TP]:
        return self.ours


@pytest.fixture
def table(admin: KafkaAdminClient) -> Iterator[TopicTable]:
    specs = [TopicSpec("in", 1), TopicSpec("out", 1), TopicSpec("dead-letters", 1)]
    table = TopicTable(specs, prefix=f"runner-{uuid.uuid4().hex[:8]}.", stages={"toy": ["in"]})
    topics = TopicAdmin(admin, table)
    topics.apply(topics.plan())
    yield table
    admin.delete_topics([table.physical(spec.name) for spec in table])


def partitions_of(topic: str) -> int:
    return 1


def shown(name: str, **more: str) -> float | None:
    return REGISTRY.get_sample_value(f"spillway_partition_{name}", PARTITION | more)


def a_runner(clients: KafkaClients, table: TopicTable, consumer: Member, spec: StageSpec = SPEC) -> PartitionRunner:
    """Of the one partition of ``in``; ticks ten times a second."""

    async def reload_topics() -> None: ...

    context = RunContext(
        spec,
        table,
        clients,
        BrokerClock(TimeScale()),
        RunLimits(tick_s=0.1),
        partitions_of,
        reload_topics,
        lambda: consumer,
        asyncio.Semaphore(1),
    )
    return PartitionRunner(context, TP(table.physical("in"), 0))


async def test_a_partition_that_the_group_gave_to_somebody_else_is_not_opened_again(
    clients: KafkaClients, table: TopicTable
) -> None:
    consumer = Member()
    runner = a_runner(clients, table, consumer)
    running = asyncio.create_task(runner.run())
    owner = TransactionWriter(clients, f"{table.prefix}toy-in-0", table, lambda *_: None)
    log = MemoryLog()
    log.append(1.0, b"key", b"{}")
    try:
        await asyncio.wait_for(consumer.reading.wait(), 40)
        await owner.open(destinations(SPEC, "in", 0, partitions_of))
        runner.deliver(log.read(0, 10))  # its commit finds that somebody else has opened the partition
        await asyncio.wait_for(running, 40)
        assert runner.stopped is None
        assert shown("open") is None
        await owner.commit([Send("out", b"key", b"{}", (), 0)])  # and goes on having it
    finally:
        running.cancel()
        await owner.close()


@pytest.mark.parametrize("failures", [0, 2])
async def test_an_idle_partition_that_lost_its_coordinator_brings_out_what_that_one_left_hanging(
    clients: KafkaClients, table: TopicTable, unverified: None, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    """Failures: the first is the tick's, after which the partition opens again; the second is that opening's, which
    has fenced, so that the coordinator does not know any more how the last transaction ended."""
    settle, left = TransactionWriter.settle, failures

    async def settle_at_last(writer: TransactionWriter) -> None:
        nonlocal left
        if left:
            left -= 1
            raise TimeoutError
        await settle(writer)

    consumer = Member(TP(table.physical("in"), 0))
    runner = a_runner(clients, table, consumer)
    running = asyncio.create_task(runner.run())
    try:
        await asyncio.wait_for(consumer.reading.wait(), 40)
        writer = runner._writer
        assert writer is not None
        dead_letters = TopicPartition(table.physical("dead-letters"), 0)
        hanging = [Send("out", b"k", b"1", (), 0), Send("dead-letters", b"k", b"1", (), 0)]
        await leave_hanging(writer, hanging, dead_letters, commit=True)
        end = await writer.end_offset(TopicPartition(table.physical("out"), 0))
        monkeypatch.setattr(TransactionWriter, "settle", settle_at_last)
        lose_the_coordinator(writer)
        assert await read_rows(clients, table.physical("out"), 0, end) == {b"k": b"1"}
        assert not left
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_a_partition_of_ours_that_cannot_open_shows_as_not_open_until_it_leaves(table: TopicTable) -> None:
    nobody = KafkaClients(f"127.0.0.1:{free_ports()[0]}")
    consumer = Member(TP(table.physical("in"), 0))
    runner = a_runner(nobody, table, consumer)
    closed = REGISTRY.get_sample_value("spillway_partition_closed_total", FAILED) or 0.0
    running = asyncio.create_task(runner.run())
    try:
        async with asyncio.timeout(40):
            while (REGISTRY.get_sample_value("spillway_partition_closed_total", FAILED) or 0.0) < closed + 2:
                await asyncio.sleep(0.05)
        assert shown("open") == 0.0
        runner.leave()
        await asyncio.wait_for(running, 40)
        assert shown("open") is None
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_a_chunk_that_a_stage_raises_on_is_tried_singly_and_the_partition_stops_at_the_record_it_is_about(
    clients: KafkaClients, table: TopicTable, caplog: pytest.LogCaptureFixture
) -> None:
    log = MemoryLog()
    for number in range(6):
        if number == 3:
            log.skip(2)
        log.append(1.0, b"key", POISON if number == 3 else b"{}")
    consumer = Member(TP(table.physical("in"), 0))
    runner = a_runner(clients, table, consumer, SPOILT)
    running = asyncio.create_task(runner.run())
    try:
        for _ in range(2):
            await asyncio.wait_for(consumer.reading.wait(), 40)
            runner.deliver(log.read(consumer.offset, 10))
            while consumer.reading.is_set():
                await asyncio.sleep(0.01)
        await asyncio.wait_for(running, 40)
        assert runner.stopped == "StageFailed"
        assert runner.fence == 5
        state = TopicPartition(table.physical("toy.in.state"), 0)
        rows = await read_rows(clients, *state, (await ends_of(clients, [state]))[state])
        assert (rows[b"key"], Fence.decode(rows[FENCE_KEY]).next_offset) == (b"3", 5)
        [line] = [record.__dict__ for record in caplog.records if record.message == "partition stopped"]
        assert (line["offset"], line["detail"]) == (5, "toy in/0 process: ValueError")
        assert consumer.shown == [0.0, 0.0]
        assert (shown("open"), shown("stopped", cause="StageFailed")) == (0.0, 1.0)
        runner.leave()
        assert (shown("open"), shown("stopped", cause="StageFailed")) == (None, 0.0)
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_events_that_an_alert_watches_are_shown_before_the_first_of_them(
    clients: KafkaClients, table: TopicTable
) -> None:
    consumer = Member(TP(table.physical("in"), 0))
    runner = a_runner(clients, table, consumer)
    running = asyncio.create_task(runner.run())
    try:
        await asyncio.wait_for(consumer.reading.wait(), 40)
        assert shown("open") == 1.0
        assert REGISTRY.get_sample_value("spillway_stage_events_total", {"stage": "toy", "event": "rare"}) == 0.0
    finally:
        running.cancel()
        await asyncio.wait({running})
