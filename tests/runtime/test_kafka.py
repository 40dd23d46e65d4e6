"""Clients on uvloop, the loop that workers run in."""

import gc
import weakref
from itertools import islice

import pytest
import uvloop
from aiokafka import TopicPartition
from aiokafka.conn import create_conn
from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

import streams.runtime.kafka  # noqa: F401 - what it changes in aiokafka is under test
from streams.local import LocalBroker


def test_what_is_sent_on_a_connection_that_just_broke_fails_as_a_connection_does(broker: LocalBroker) -> None:
    async def send() -> None:
        host, _, port = broker.bootstrap.partition(":")
        connection = await create_conn(host, int(port))
        writer = connection._writer
        assert writer is not None
        writer.transport.abort()
        await connection._closed_fut
        connection._writer = writer  # the connection's reader has not yet heard of it, as it may happen
        with pytest.raises(KafkaConnectionError):
            connection.send(MetadataRequest(None))

    uvloop.run(send())


def test_what_was_fetched_and_is_let_go_unread_is_gone_at_once() -> None:
    """A partition that is paused lets a megabyte go: it must not wait for the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        fetched = fetcher.PartitionRecords(
            TopicPartition("t", 0), MemoryRecords(b""), [], 0, None, None, False, fetcher.READ_COMMITTED
        )
        gone = weakref.ref(fetched)
        del fetched
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_records_that_are_taken_a_few_at_a_time_go_on_where_they_stopped(at_once: int) -> None:
    """Also in the middle of a batch: rows are read 10,000 at a time."""
    batches = b""
    for first in (0, 3, 6):
        builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 10_000)
        for offset in range(3):
            builder.append(offset, timestamp=None, key=None, value=b"%d" % (first + offset), headers=[])
        batch = bytearray(builder.build())
        batch[:8] = first.to_bytes(8, "big")
        batches += batch
    fetched = fetcher.PartitionRecords(
        TopicPartition("t", 0), MemoryRecords(batches), [], 0, None, None, False, fetcher.READ_COMMITTED
    )
    taken: list[bytes] = []
    while more := [record.value for record in islice(fetched, at_once)]:
        taken += more
    assert taken == [b"%d" % offset for offset in range(9)]
