"""The records of a topic as a stream, a batch at a time: a week of volume.counts is millions, and few are wanted."""

import asyncio
import sys
import time
from collections.abc import Callable, Generator
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.cli.errors import broker_errors
from streams.runtime.kafka import KafkaClients
from streams.runtime.stage import Record

STALLED_S: Final = 30.0
BATCH: Final = 1_000
"""So few that the client, which stands still while a batch is worked on, misses no answer of the broker's meanwhile."""
LONG_S: Final = 2.0
"""What takes longer shows how far it has come."""

_Offsets = dict[TopicPartition, int]


def read_log(
    clients: KafkaClients,
    topic: str,
    physical: str,
    partitions: list[int],
    wanted: Callable[[Any], bool] = lambda record: True,
    *,
    shown: bool = False,
) -> Generator[Record]:
    """The committed records of these partitions that are there now and wanted, each partition's in order.

    wanted: is asked about aiokafka's record, before ours is made. shown: with a progress bar, if it takes long and
    stderr is a terminal. Close it if it is not read to its end. Raises CommandError.
    """
    sources = [TopicPartition(physical, partition) for partition in partitions]
    bar = _Bar(shown=shown and sys.stderr.isatty())
    with broker_errors(clients.bootstrap), asyncio.Runner() as loop:
        consumer, begins, ends = loop.run(_open(clients, sources))
        try:
            positions = dict(begins)
            while left := [source for source in sources if positions[source] < ends[source]]:
                records, now_at = loop.run(_batch(consumer, left))
                positions |= now_at
                for partition, r in records:
                    if wanted(r):
                        headers = tuple(r.headers)
                        yield Record(topic, partition, r.offset, r.timestamp / 1_000, r.key, r.value, headers)
                bar.update(sum(positions.values()) - sum(begins.values()), sum(ends.values()) - sum(begins.values()))
        finally:
            bar.stop()
            loop.run(consumer.stop())


async def _open(clients: KafkaClients, sources: list[TopicPartition]) -> tuple[AIOKafkaConsumer, _Offsets, _Offsets]:
    """A consumer at the beginning, and where the records begin and end."""
    consumer = clients.reader()
    await consumer.start()
    try:
        consumer.assign(sources)
        await consumer.seek_to_beginning(*sources)
        begins = {source: await consumer.position(source) for source in sources}
        return consumer, begins, await consumer.end_offsets(sources)
    except BaseException:
        await consumer.stop()
        raise


async def _batch(consumer: AIOKafkaConsumer, left: list[TopicPartition]) -> tuple[list[tuple[int, Any]], _Offsets]:
    """The next records with their partitions, and the positions after them.

    Raises TimeoutError if the broker gives none for long.
    """
    async with asyncio.timeout(STALLED_S):
        before = {source: await consumer.position(source) for source in left}
        while True:
            batches = await consumer.getmany(*left, timeout_ms=1_000, max_records=BATCH)
            records = [(source.partition, record) for source, batch in batches.items() for record in batch]
            positions = {source: await consumer.position(source) for source in left}
            if positions != before:  # what ends a transaction is passed without a record
                return records, positions


class _Bar:
    """A progress bar on stderr that comes after a while and is gone at the end."""

    def __init__(self, *, shown: bool) -> None:
        self._shown, self._began_s = shown, time.monotonic()
        self._bar: Any = None

    def update(self, done: int, total: int) -> None:
        """Say how many records of how many were read."""
        if not self._shown or time.monotonic() - self._began_s < LONG_S:
            return
        if self._bar is None:
            self._bar = _progress(total)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done)

    def stop(self) -> None:
        """Take it away."""
        if self._bar is not None:
            self._bar.stop()


def _progress(total: int) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(30), TaskProgressColumn(), TextColumn("{task.completed:,} read"), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("read", total=total)
    return bar
