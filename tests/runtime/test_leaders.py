import asyncio
import uuid

import pytest
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from kafka.admin import KafkaAdminClient, NewTopic

from streams.runtime.kafka import KafkaClients
from streams.runtime.leaders import until_served
from streams.runtime.producer import TransactionWriter
from streams.runtime.stage import Send
from streams.topic_admin import TopicAdmin
from streams.topics import TopicSpec, TopicTable

NAMES, PARTITIONS = ("first", "second", "last"), 24


async def test_a_topic_that_is_not_there_yet_is_waited_for(client: AIOKafkaClient, admin: KafkaAdminClient) -> None:
    topic = uuid.uuid4().hex
    client.add_topic(topic)
    waiting = asyncio.create_task(until_served(client, [TopicPartition(topic, number) for number in range(2)]))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), 0.1)
    await asyncio.to_thread(admin.create_topics, [NewTopic(topic, 2, 1)])
    await asyncio.wait_for(waiting, 60)


async def test_opening_over_topics_made_a_moment_before_holds_up_no_other_transaction(
    clients: KafkaClients, table: TopicTable, admin: KafkaAdminClient
) -> None:
    """The broker would end no transaction for 30 s; here one that takes 20 s raises."""

    def new_topics() -> TopicTable:
        new = TopicTable(
            [TopicSpec(name, PARTITIONS) for name in NAMES], prefix=f"new-{uuid.uuid4().hex[:8]}.", stages={}
        )
        topics = TopicAdmin(admin, new)
        topics.apply(topics.plan())
        return new

    async def commit_all_the_time(writer: TransactionWriter) -> None:
        while True:
            await writer.commit([Send("out", b"k", b"v", (), 0)])

    async def open_over_new_topics() -> None:
        for _ in range(10):
            new = await asyncio.to_thread(new_topics)
            opening = TransactionWriter(clients, new.prefix, new, lambda *_: None)
            await opening.open([("last", number) for number in range(PARTITIONS)])
            await opening.commit([Send("last", b"k", b"v", (), 0)])
            await opening.close()

    others = [TransactionWriter(clients, f"{table.prefix}{number}", table, lambda *_: None) for number in range(2)]
    for other in others:
        await other.open([("out", 0)])
    tasks = [asyncio.create_task(commit_all_the_time(other)) for other in others]
    try:
        await open_over_new_topics()
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for other in others:
            await other.close()
