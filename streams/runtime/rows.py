"""Reading the rows of a partition back: its compacted state topic, from the beginning to the end."""

import time

from aiokafka import TopicPartition

from streams.runtime.kafka import KafkaClients

POLL_MS = 10
"""How long to wait for records before looking at the position again. aiokafka wakes nobody for markers and aborted
records, and every log ends with a marker."""
BATCH = 10_000
STALLED_S = 30.0


async def read_rows(
    clients: KafkaClients, topic: str, partition: int, end_offset: int | None = None
) -> dict[bytes, bytes]:
    """The newest value of every key of one partition of a state topic (by its physical name), committed ones only.

    end_offset: up to where to read, which waits for transactions that are open below it. Who opens a partition reads to
    the end of its log: a commit is acknowledged before its markers are written, and the rows may have been committed a
    moment before. None: only what is decided now, for those who look on while somebody writes.
    Raises KafkaError when the broker refuses, TimeoutError when nothing comes for 30 s.
    """
    tp = TopicPartition(topic, partition)
    rows: dict[bytes, bytes] = {}
    consumer = clients.reader()
    await consumer.start()
    try:
        consumer.assign([tp])
        await consumer.seek_to_beginning(tp)
        end = (await consumer.end_offsets([tp]))[tp] if end_offset is None else end_offset
        # The log ends with a transaction's marker, which is never delivered: only the position says that we are there.
        at, moved_s = -1, time.monotonic()
        while (position := await consumer.position(tp)) < end:
            if position > at:
                at, moved_s = position, time.monotonic()
            elif time.monotonic() - moved_s > STALLED_S:
                raise TimeoutError(f"{topic}/{partition}: reading the rows stalled at {position} of {end}")
            for record in (await consumer.getmany(tp, timeout_ms=POLL_MS, max_records=BATCH)).get(tp, ()):
                if record.value is None:
                    rows.pop(record.key, None)
                else:
                    rows[record.key] = record.value
    finally:
        await consumer.stop()
    return rows
