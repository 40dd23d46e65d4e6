import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import MessageSizeTooLargeError, ProducerFenced
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from streams.runtime.kafka import KafkaClients
from streams.runtime.producer import TransactionWriter
from streams.runtime.rows import read_rows
from streams.runtime.stage import Send
from streams.topics import TopicTable

DESTINATIONS = [("toy.in.state", 0), *[("out", partition) for partition in range(3)]]


@asynccontextmanager
async def a_writer(
    clients: KafkaClients,
    table: TopicTable,
    observe: Callable[[float, float], None] = lambda *_: None,
    *,
    hangs_committed: bool = False,
) -> AsyncIterator[TransactionWriter]:
    """A writer of this test's one transactional id."""
    writer = TransactionWriter(clients, f"{table.prefix}writer", table, observe)
    await writer.open(DESTINATIONS, hangs_committed)
    try:
        yield writer
    finally:
        await writer.close()


async def read(
    clients: KafkaClients, table: TopicTable, topic: str, end_offsets: Mapping[int, int] | None = None
) -> list[Send]:
    """All records of a topic, partition by partition; or of some partitions, up to these ends."""
    consumer = clients.reader()
    await consumer.start()
    sends: list[Send] = []
    try:
        for partition in range(table[topic].partitions) if end_offsets is None else end_offsets:
            tp = TopicPartition(table.physical(topic), partition)
            consumer.assign([tp])
            await consumer.seek_to_beginning(tp)
            end = (await consumer.end_offsets([tp]))[tp] if end_offsets is None else end_offsets[partition]
            async with asyncio.timeout(20):
                while await consumer.position(tp) < end:
                    records = (await consumer.getmany(tp, timeout_ms=200)).get(tp, ())
                    sends.extend(Send(topic, one.key, one.value, tuple(one.headers), partition) for one in records)
    finally:
        await consumer.stop()
    return sends


async def test_what_is_written_together_is_read_in_its_order_with_its_headers(
    clients: KafkaClients, table: TopicTable
) -> None:
    sends = [Send("out", b"%d" % number, None, (("n", b"\xff"),), number % 3) for number in range(300)]
    async with a_writer(clients, table) as writer:
        await writer.commit([*sends, Send("toy.in.state", b"row", b"1", (), 0)])
        await writer.commit(sends)
    for partition in range(3):
        mine = [send for send in sends if send.partition == partition]
        written = [send for send in await read(clients, table, "out") if send.partition == partition]
        assert written == mine + mine
    assert await read(clients, table, "toy.in.state") == [Send("toy.in.state", b"row", b"1", (), 0)]


async def test_records_of_any_size_up_to_the_topics_limit_are_written(clients: KafkaClients, table: TopicTable) -> None:
    sizes = [10, 3_900_000, 10, 999_000, 999_000, 1_000_100, 10]
    sends = [Send("out", None, b"x" * size, (), 0) for size in sizes]
    async with a_writer(clients, table) as writer:
        await writer.commit(sends)
    assert [len(send.value or b"") for send in await read(clients, table, "out")] == sizes


async def test_of_a_transaction_with_a_record_that_the_broker_refuses_nothing_is_read(
    clients: KafkaClients, table: TopicTable
) -> None:
    too_large = Send("toy.in.state", b"row", b"x" * 1_200_000, (), 0)
    with pytest.raises(MessageSizeTooLargeError):
        async with a_writer(clients, table) as writer:
            await writer.commit([Send("out", b"k", b"v", (), 0), too_large])
    async with a_writer(clients, table) as writer:  # the next owner aborts what was left open
        await writer.commit([Send("out", b"k", b"next", (), 0)])
    assert await read(clients, table, "out") == [Send("out", b"k", b"next", (), 0)]


async def test_an_owner_that_was_replaced_can_write_no_more(clients: KafkaClients, table: TopicTable) -> None:
    async with a_writer(clients, table) as first:
        await first.commit([Send("out", b"k", b"1", (), 0)])
        async with a_writer(clients, table) as second:
            with pytest.raises(ProducerFenced):
                await first.commit([Send("out", b"k", b"zombie", (), 0)])
            await second.commit([Send("out", b"k", b"2", (), 0)])
    assert [send.value for send in await read(clients, table, "out")] == [b"1", b"2"]


async def test_each_commit_tells_the_brokers_time(clients: KafkaClients, table: TopicTable) -> None:
    seen: list[tuple[float, float]] = []
    before_s, monotonic_s = time.time(), time.monotonic()
    async with a_writer(clients, table, lambda *observed: seen.append(observed)) as writer:
        await writer.commit([Send("out", b"k", b"v", (), 0)])
        await writer.commit([Send("out", b"k", b"v", (), 1)])
    assert len(seen) == 2
    for broker_s, acknowledged_s in seen:  # on one machine, and timestamps have whole milliseconds
        assert before_s - 0.001 <= broker_s <= before_s + (acknowledged_s - monotonic_s) + 0.001


async def test_opening_without_destinations_ends_nothing(clients: KafkaClients, table: TopicTable) -> None:
    writer = TransactionWriter(clients, f"{table.prefix}writer", table, lambda *_: None)
    try:
        await writer.open([])
        await writer.commit([Send("out", b"k", b"v", (), 0)])
    finally:
        await writer.close()
    assert [send.value for send in await read(clients, table, "out")] == [b"v"]


@pytest.fixture
def unverified(admin: KafkaAdminClient) -> Iterator[None]:
    """The broker takes transactional records for a partition that the coordinator does not know of, so that a test can
    leave a transaction as a broker does that is killed between its markers and, back again, leaves the rest out."""
    setting = "transaction.partition.verification.enable"
    admin.alter_configs([ConfigResource(ConfigResourceType.BROKER, "1", {setting: "false"})])
    yield
    admin.alter_configs([ConfigResource(ConfigResourceType.BROKER, "1", {setting: "true"})])


async def leave_hanging(writer: TransactionWriter, sends: list[Send], marked: TopicPartition, *, commit: bool) -> None:
    """A transaction that ends with a marker in one of its partitions alone."""
    transaction = writer._transaction
    add = transaction.maybe_add_partition_to_txn

    def add_the_one(tp: TopicPartition) -> None:
        if tp == marked:
            add(tp)
        else:
            transaction._txn_partitions.add(tp)

    transaction.maybe_add_partition_to_txn = add_the_one
    if not commit:
        writer._producer.commit_transaction = writer._producer.abort_transaction
    await writer.commit(sends)


@pytest.mark.parametrize("commit", [True, False])
async def test_what_hangs_of_a_transaction_ends_as_the_rest_of_it_did_and_rows_wait_for_that(
    clients: KafkaClients, table: TopicTable, unverified: None, commit: bool
) -> None:
    rows, out = TopicPartition(table.physical("toy.in.state"), 0), table.physical("out")
    first = [Send("toy.in.state", b"row", b"first", (), 0), *[Send("out", b"k", b"first", (), p) for p in range(3)]]
    second = [Send("toy.in.state", b"row", b"second", (), 0), *[Send("out", b"k", b"second", (), p) for p in range(3)]]
    async with a_writer(clients, table) as writer:
        await writer.commit(first)
        await leave_hanging(writer, second, TopicPartition(out, 0), commit=commit)
        reading = asyncio.create_task(read_rows(clients, *rows, await writer.end_offset(rows)))
        done, _ = await asyncio.wait({reading}, timeout=0.5)
        assert not done, "nobody has decided on the row yet"
    async with a_writer(clients, table) as writer:
        assert await asyncio.wait_for(reading, 20) == {b"row": b"second" if commit else b"first"}
        await writer.commit([Send("out", b"k", b"third", (), partition) for partition in range(3)])
        ends = [await writer.end_offset(TopicPartition(out, partition)) for partition in range(3)]
    values = [b"first", b"second", b"third"] if commit else [b"first", b"third"]
    for partition, end in enumerate(ends):
        written = await read(clients, table, "out", end_offsets={partition: end})
        assert [send.value for send in written] == values, partition


async def test_what_became_of_a_transaction_is_not_forgotten_by_an_opening_that_fails_after_it_has_fenced(
    clients: KafkaClients, table: TopicTable, unverified: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, out = TopicPartition(table.physical("toy.in.state"), 0), TopicPartition(table.physical("out"), 0)
    async with a_writer(clients, table) as writer:
        sends = [Send("toy.in.state", b"row", b"1", (), 0), Send("out", b"k", b"1", (), 0)]
        await leave_hanging(writer, sends, out, commit=True)

    async def too_late(self: TransactionWriter, partitions: object) -> None:
        raise TimeoutError

    failing = TransactionWriter(clients, f"{table.prefix}writer", table, lambda *_: None)
    with monkeypatch.context() as patch:
        patch.setattr(TransactionWriter, "_begin", too_late)
        with pytest.raises(TimeoutError):
            await failing.open(DESTINATIONS)
    await failing.close()
    async with a_writer(clients, table, hangs_committed=failing.hangs_committed) as writer:
        assert await read_rows(clients, *rows, await writer.end_offset(rows)) == {b"row": b"1"}
        assert not writer.hangs_committed
