"""One partition's runner on a real broker, whose group has meanwhile given the partition to somebody else."""

import asyncio
import uuid
from collections.abc import Iterator, Mapping
from functools import partial

import pytest
from aiokafka.errors import CommitFailedError
from faust.types import TP
from kafka.admin import KafkaAdminClient

from streams.runtime.clock import BrokerClock, TimeScale
from streams.runtime.kafka import KafkaClients
from streams.runtime.memory_log import MemoryLog
from streams.runtime.producer import TransactionWriter
from streams.runtime.runner import PartitionRunner, RunContext, RunLimits
from streams.runtime.stage import Send, StageSpec
from streams.runtime.transaction import destinations
from streams.topic_admin import TopicAdmin
from streams.topics import TopicSpec, TopicTable
from tests.runtime.conformance.toys import Counter

SPEC = StageSpec("toy", {"in": partial(Counter, "out")}, sends_to=("out",))


class MovedOn:
    """The consumer of a member that its group has dropped, and that has not yet heard of it."""

    def __init__(self) -> None:
        self.reading = asyncio.Event()

    def start_reading(self, tp: TP, offset: int) -> None:
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
        raise CommitFailedError

    def is_member(self) -> bool:
        return True

    def assignment(self) -> set[TP]:
        return set()


@pytest.fixture
def table(admin: KafkaAdminClient) -> Iterator[TopicTable]:
    specs = [TopicSpec("in", 1), TopicSpec("out", 1), TopicSpec("dead-letters", 1)]
    table = TopicTable(specs, prefix=f"runner-{uuid.uuid4().hex[:8]}.", stages={"toy": ["in"]})
    topics = TopicAdmin(admin, table)
    topics.apply(topics.plan())
    yield table
    admin.delete_topics([table.physical(spec.name) for spec in table])


async def test_a_partition_that_the_group_gave_to_somebody_else_is_not_opened_again(
    clients: KafkaClients, table: TopicTable
) -> None:
    async def reload_topics() -> None: ...

    def partitions_of(topic: str) -> int:
        return table[topic].partitions

    consumer, clock = MovedOn(), BrokerClock(TimeScale())
    context = RunContext(
        SPEC,
        table,
        clients,
        clock,
        RunLimits(),
        partitions_of,
        reload_topics,
        lambda: consumer,
        asyncio.Semaphore(1),
    )
    runner = PartitionRunner(context, TP(table.physical("in"), 0))
    running = asyncio.create_task(runner.run())
    owner = TransactionWriter(clients, f"{table.prefix}toy-in-0", table, clock.observe)
    log = MemoryLog()
    log.append(1.0, b"key", b"{}")
    try:
        await asyncio.wait_for(consumer.reading.wait(), 40)
        await owner.open(destinations(SPEC, "in", 0, partitions_of))
        runner.deliver(log.read(0, 10))  # its commit finds that somebody else has opened the partition
        await asyncio.wait_for(running, 40)
        assert runner.stopped is None
        await owner.commit([Send("out", b"key", b"{}", (), 0)])  # and goes on having it
    finally:
        running.cancel()
        await owner.close()
