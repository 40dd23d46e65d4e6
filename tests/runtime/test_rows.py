import pytest
from aiokafka import TopicPartition
from confluent_kafka import Producer

from streams.local import LocalBroker
from streams.runtime.kafka import KafkaClients
from streams.runtime.rows import read_rows
from streams.topics import TopicTable
from tests.runtime.written import ends_of

Rows = list[tuple[bytes, bytes | None]]


def write(broker: LocalBroker, table: TopicTable, rows: Rows, *, commit: bool, partition: int = 0) -> None:
    """A transaction of rows, by a client that the runtime does not use."""
    producer = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": f"{table.prefix}rows"})
    producer.init_transactions(60)
    producer.begin_transaction()
    for key, value in rows:
        producer.produce(table.physical("toy.in.state"), value, key, partition)
    assert producer.flush(60) == 0
    if commit:
        producer.commit_transaction(60)
    else:
        producer.abort_transaction(60)


async def rows(clients: KafkaClients, table: TopicTable, partition: int = 0) -> dict[bytes, bytes]:
    """All that was written; once that is decided, a reading up to what is decided finds the same."""
    of = TopicPartition(table.physical("toy.in.state"), partition)
    found = await read_rows(clients, *of, (await ends_of(clients, [of]))[of])
    assert await read_rows(clients, *of) == found
    return found


async def test_a_partition_that_nobody_wrote_has_no_rows(clients: KafkaClients, table: TopicTable) -> None:
    assert await rows(clients, table) == {}


async def test_the_newest_value_of_each_key_counts_and_deleted_ones_are_gone(
    broker: LocalBroker, clients: KafkaClients, table: TopicTable
) -> None:
    write(broker, table, [(b"a", b"1"), (b"b", b"1"), (b"c", b"")], commit=True)
    write(broker, table, [(b"a", b"2"), (b"b", None), (b"never", None)], commit=True)
    write(broker, table, [(b"other", b"1")], commit=True, partition=1)
    assert await rows(clients, table) == {b"a": b"2", b"c": b""}
    assert await rows(clients, table, 1) == {b"other": b"1"}


@pytest.mark.parametrize("commit_first", [True, False])
async def test_aborted_rows_do_not_count_even_as_the_only_thing_at_the_end(
    broker: LocalBroker, clients: KafkaClients, table: TopicTable, commit_first: bool
) -> None:
    if commit_first:
        write(broker, table, [(b"a", b"1")], commit=True)
    write(broker, table, [(b"a", b"aborted"), (b"b", b"aborted")], commit=False)
    write(broker, table, [(b"a", None)] * 300, commit=False)
    assert await rows(clients, table) == ({b"a": b"1"} if commit_first else {})


async def test_many_rows_come_back_whole(broker: LocalBroker, clients: KafkaClients, table: TopicTable) -> None:
    written: Rows = [(b"%d" % number, b"x" * (number % 500)) for number in range(20_000)]
    write(broker, table, written, commit=True)
    assert await rows(clients, table) == dict(written)
