import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager

import pytest
from aiokafka import TopicPartition
from aiokafka.conn import CloseReason
from aiokafka.errors import MessageSizeTooLargeError, ProducerFenced

from streams.runtime.kafka import KafkaClients
from streams.runtime.producer import TransactionWriter
from streams.runtime.rows import read_rows
from streams.runtime.stage import Send
from streams.topics import TopicTable
from tests.runtime.hanging import leave_hanging, lose_the_coordinator
from tests.runtime.written import ends_of

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
    if end_offsets is None:
        whole = [TopicPartition(table.physical(topic), partition) for partition in range(table[topic].partitions)]
        end_offsets = {of.partition: end for of, end in (await ends_of(clients, whole)).items()}
    consumer = clients.reader()
    await consumer.start()
    sends: list[Send] = []
    try:
        for partition, end in end_offsets.items():
            tp = TopicPartition(table.physical(topic), partition)
            consumer.assign([tp])
            await consumer.seek_to_beginning(tp)
            async with asyncio.timeout(60):
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
    monotonic_s, before_s = time.monotonic(), time.time()  # a pause between them widens the upper bound
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

    async def too_late(self: TransactionWriter) -> None:
        raise TimeoutError

    failing = TransactionWriter(clients, f"{table.prefix}writer", table, lambda *_: None)
    with monkeypatch.context() as patch:
        patch.setattr(TransactionWriter, "settle", too_late)
        with pytest.raises(TimeoutError):
            await failing.open(DESTINATIONS)
    await failing.close()
    async with a_writer(clients, table, hangs_committed=failing.hangs_committed) as writer:
        assert await read_rows(clients, *rows, await writer.end_offset(rows)) == {b"row": b"1"}
        assert not writer.hangs_committed


HANGING = [Send("toy.in.state", b"row", b"1", (), 0), *[Send("out", b"k", b"1", (), p) for p in range(3)]]
REFUSED = Send("out", b"k", b"x" * 5_000_000, (), 0)


async def nothing_is_lost(clients: KafkaClients, table: TopicTable, *, hangs_committed: bool = False) -> bool:
    """What the rows say, in all outputs, to the next owner."""
    rows, out = TopicPartition(table.physical("toy.in.state"), 0), table.physical("out")
    async with a_writer(clients, table, hangs_committed=hangs_committed) as writer:
        assert await read_rows(clients, *rows, await writer.end_offset(rows)) == {b"row": b"1"}
        ends = {partition: await writer.end_offset(TopicPartition(out, partition)) for partition in range(3)}
    return [send.value for send in await read(clients, table, "out", ends)] == [b"1"] * 3


@pytest.mark.parametrize("lost", [("between",), ("while beginning",), ("between", "while beginning")])
async def test_the_commit_after_a_lost_coordinator_ends_what_hangs_before_it_can_fail_itself(
    clients: KafkaClients, table: TopicTable, unverified: None, monkeypatch: pytest.MonkeyPatch, lost: tuple[str, ...]
) -> None:
    begun: list[int] = []
    begin = TransactionWriter._begin

    async def count(self: TransactionWriter, partitions: Collection[TopicPartition]) -> None:
        await begin(self, partitions)
        if self is not writer:  # of a worker that another test has running
            return
        begun.append(len(partitions))
        if "while beginning" in lost and len(begun) == 1:
            lose_the_coordinator(self)

    async with a_writer(clients, table) as writer:
        await leave_hanging(writer, HANGING, TopicPartition(table.physical("out"), 1), commit=True)
        if "between" in lost:
            lose_the_coordinator(writer)
        monkeypatch.setattr(TransactionWriter, "_begin", count)
        with pytest.raises(MessageSizeTooLargeError):
            await writer.commit([REFUSED])
        assert not writer.hangs_committed
        monkeypatch.undo()
    reach = len(DESTINATIONS)
    assert (
        begun
        == {
            ("between",): [reach, 1],
            ("while beginning",): [1, reach, 1],
            ("between", "while beginning"): [reach, reach, 1],
        }[lost]
    )
    assert await nothing_is_lost(clients, table)


async def test_a_writer_that_waits_in_vain_for_a_broker_begins_nothing_on_its_return_and_tells_the_next_one(
    clients: KafkaClients, table: TopicTable, unverified: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*args: object, **options: object) -> bool:
        return False

    async with a_writer(clients, table) as writer:
        await leave_hanging(writer, HANGING, TopicPartition(table.physical("out"), 1), commit=True)
        writer._timeout_s = 2.0  # so short only for what is in vain
        begin = writer._producer.begin_transaction
        with monkeypatch.context() as away:

            async def begin_too_late() -> None:
                lose_the_coordinator(writer)
                away.setattr(writer._producer.client, "ready", nobody)
                await begin()

            away.setattr(writer._producer, "begin_transaction", begin_too_late)
            with pytest.raises(TimeoutError):
                await writer.commit([Send("out", b"k", b"2", (), 0)])
        hangs_committed = writer.hangs_committed
    assert hangs_committed
    assert await nothing_is_lost(clients, table, hangs_committed=hangs_committed)


async def test_a_chunk_that_failed_is_not_taken_for_the_one_before_it(
    clients: KafkaClients, table: TopicTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_writer(clients, table) as writer:
        await writer.commit(HANGING)
        send = writer._producer.send_batch

        async def send_at_last(*args: object, **options: object) -> object:
            lose_the_coordinator(writer)
            monkeypatch.undo()
            return await send(*args, **options)

        monkeypatch.setattr(writer._producer, "send_batch", send_at_last)
        with pytest.raises(MessageSizeTooLargeError):
            await writer.commit([REFUSED, Send("out", b"k", b"2", (), 1)])
        assert not writer.hangs_committed, "the coordinator knows better: this one is the last now"
    assert await nothing_is_lost(clients, table)


async def test_a_lost_coordinator_is_made_up_for_without_anything_to_write(
    clients: KafkaClients, table: TopicTable, unverified: None
) -> None:
    out = TopicPartition(table.physical("out"), 2)
    async with a_writer(clients, table) as writer:
        await leave_hanging(writer, HANGING, TopicPartition(table.physical("out"), 1), commit=True)
        end = await writer.end_offset(out)
        reading = asyncio.create_task(read(clients, table, "out", {2: end}))
        await writer.settle()
        done, _ = await asyncio.wait({reading}, timeout=0.5)
        assert not done, "no connection was lost, and nobody looked for what hangs"
        lose_the_coordinator(writer)
        await writer.settle()
        assert [send.value for send in await asyncio.wait_for(reading, 20)] == [b"1"]
        at = await writer.end_offset(out)
        await writer.settle()
        assert await writer.end_offset(out) == at, "once is enough"


async def test_a_connection_that_was_closed_for_idling_is_no_lost_coordinator(
    clients: KafkaClients, table: TopicTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def begins(self: TransactionWriter, partitions: object) -> None:
        raise AssertionError

    async with a_writer(clients, table) as writer:
        for connection in list(writer._producer.client._conns.values()):
            connection.close(reason=CloseReason.IDLE_DROP)
        with monkeypatch.context() as patch:
            patch.setattr(TransactionWriter, "_begin", begins)
            await writer.settle()
        await writer.commit([Send("out", b"k", b"v", (), 0)])
