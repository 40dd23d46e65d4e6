"""Where things stand on the broker: the ends of logs, the rows and fences of stages, who works on them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from kafka import TopicPartition as AdminPartition
from kafka.admin import OffsetSpec

from streams.runtime.fence import FENCE_KEY, Fence
from streams.runtime.kafka import KafkaClients
from streams.runtime.rows import read_rows
from streams.topics import TopicTable, state_topic

READ_AT_ONCE = 8
LOOK_S = 5.0


@dataclass(frozen=True, slots=True)
class Log:
    """One partition of a topic on the broker: the first offset that it holds, and the one after its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class StagePartition:
    """One partition of a stage: its source's log and its own rows. ``fence`` is None before it was first opened."""

    stage: str
    source: str
    partition: int
    log: Log
    fence: Fence | None
    rows: Mapping[bytes, bytes]

    @property
    def next_offset(self) -> int:
        """The first record not used up."""
        return self.log.start if self.fence is None else self.fence.next_offset

    @property
    def outside_log(self) -> bool:
        """Whether the fence lies where its log is not: the partition is stopped until ``spillway state reset``."""
        return not self.log.start <= self.next_offset <= self.log.end

    @property
    def behind(self) -> int:
        """Positions not used up. Some of them may hold no record, only a transaction's marker or aborted records."""
        return max(0, self.log.end - max(self.next_offset, self.log.start))


def logs(admin: Any, topics: Iterable[str]) -> dict[str, list[Log]]:
    """The logs of topics that exist (by physical names), a list by partition each."""
    described = admin.describe_topics(list(topics))
    wanted = [
        AdminPartition(topic["name"], number) for topic in described for number in range(len(topic["partitions"]))
    ]
    starts = admin.list_partition_offsets(dict.fromkeys(wanted, OffsetSpec.EARLIEST))
    ends = admin.list_partition_offsets(dict.fromkeys(wanted, OffsetSpec.LATEST))
    found: dict[str, list[Log]] = {}
    for tp in sorted(wanted):
        found.setdefault(tp.topic, []).append(Log(starts[tp].offset, ends[tp].offset))
    return found


async def stage_partitions(
    clients: KafkaClients, table: TopicTable, logs_of: Mapping[str, Sequence[Log]], sources: Iterable[tuple[str, str]]
) -> list[StagePartition]:
    """All partitions of these (stage, source topic) pairs with their committed rows."""
    places = [
        (stage, source, partition)
        for stage, source in sources
        for partition in range(len(logs_of[table.physical(source)]))
    ]
    at_once = asyncio.Semaphore(READ_AT_ONCE)

    async def read(stage: str, source: str, partition: int) -> StagePartition:
        async with at_once:
            rows = await read_rows(clients, table.physical(state_topic(stage, source)), partition)
        fence = rows.pop(FENCE_KEY, None)
        return StagePartition(
            stage,
            source,
            partition,
            logs_of[table.physical(source)][partition],
            None if fence is None else Fence.decode(fence),
            rows,
        )

    return list(await asyncio.gather(*(read(*place) for place in places)))


async def without_records(
    clients: KafkaClients, table: TopicTable, behind: Iterable[StagePartition]
) -> set[StagePartition]:
    """Those of the partitions that have nothing to read beyond their fences but markers and aborted records."""
    by_tp = {TopicPartition(table.physical(each.source), each.partition): each for each in behind}
    if not by_tp:
        return set()
    empty: set[StagePartition] = set()
    consumer = clients.reader()
    await consumer.start()
    try:
        consumer.assign(list(by_tp))
        for tp, each in by_tp.items():
            consumer.seek(tp, max(each.next_offset, each.log.start))
        try:
            async with asyncio.timeout(LOOK_S):
                while by_tp:
                    for tp in await consumer.getmany(*by_tp, timeout_ms=100, max_records=len(by_tp)):
                        consumer.pause(tp)
                        by_tp.pop(tp, None)
                    for tp in list(by_tp):
                        if await consumer.position(tp) >= by_tp[tp].log.end:
                            empty.add(by_tp.pop(tp))
        except TimeoutError:
            pass  # an open transaction hides what follows it: what is not known to be empty counts as behind
    finally:
        await consumer.stop()
    return empty
