import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import IncompatibleBrokerVersion

from streams.runtime import ends
from streams.runtime.ends import was_committed
from streams.runtime.kafka import KafkaClients
from streams.runtime.producer import TransactionWriter
from streams.runtime.stage import Send
from streams.topics import TopicTable


async def test_the_coordinator_says_how_the_last_transaction_ended_until_somebody_fences(
    client: AIOKafkaClient, clients: KafkaClients, table: TopicTable
) -> None:
    name = f"{table.prefix}writer"
    assert await was_committed(client, name) is None, "there was none"
    writer = TransactionWriter(clients, name, table, lambda *_: None)
    await writer.open([("out", 0)])
    assert await was_committed(client, name) is False, "opening aborted one"
    await writer.commit([Send("out", b"k", b"v", (), 0)])
    assert await was_committed(client, name) is True
    await writer.close()
    fencing = clients.transactional_producer(name, 1_000)
    await fencing.start()
    assert await was_committed(client, name) is None, "forgotten"
    await fencing.stop()


async def test_a_broker_that_cannot_be_asked_is_told_apart_from_one_whose_connection_broke(
    client: AIOKafkaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ends._DescribeTransaction, "API_KEY", 9_999)
    with pytest.raises(IncompatibleBrokerVersion):
        await was_committed(client, "any")
