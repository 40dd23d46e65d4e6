"""The broker refuses what a stage writes: the partition says why, loses nothing, and goes on when the cause is gone."""

import asyncio
import random
from collections.abc import Callable

import pytest
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import TopicAuthorizationFailedError
from confluent_kafka.admin import AclOperation, AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic
from kafka.admin import KafkaAdminClient

from streams.local import LocalBroker
from streams.runtime.kafka import KafkaClients
from streams.runtime.leaders import until_served
from streams.runtime.producer import TransactionWriter
from streams.runtime.stage import Send
from streams.topic_admin import TopicAdmin
from streams.topics import TopicSpec, TopicTable
from tests.faults.counting import COUNTS, FIRST, SECOND
from tests.faults.crew import Crew, Hand
from tests.faults.refusals import forbid
from tests.flow.deployment import eventually


@pytest.fixture
def admin(broker: LocalBroker) -> AdminClient:
    return AdminClient({"bootstrap.servers": broker.bootstrap})


def _too_large(admin: AdminClient, topic: str) -> Callable[[], None]:
    """The topic takes no record any more; answers what takes that back."""

    def limit(value: str) -> None:
        entry = ConfigEntry("max.message.bytes", value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
        for answer in admin.incremental_alter_configs([resource]).values():
            answer.result(60)

    # A copy with its headers takes 150 bytes as a batch of its own; a transaction's markers, 78, must still fit, or the
    # broker itself could not abort what it refused.
    limit("120")
    return lambda: limit("4000000")


@pytest.mark.parametrize(
    ("refuse", "cause"),
    [
        pytest.param(_too_large, "MessageSizeTooLargeError", id="too large for its topic"),
        pytest.param(forbid, "TopicAuthorizationFailedError", id="the right to write taken away"),
    ],
)
def test_a_refused_partition_says_why_and_goes_on_when_the_cause_is_gone(
    crew: Crew, admin: AdminClient, seed: int, refuse: Callable[[AdminClient, str], Callable[[], None]], cause: str
) -> None:
    workers = crew.good(2)

    def closed(worker: Hand, stage: str) -> float:
        return worker.metric("spillway_partition_closed_total", stage=stage, cause=cause)

    with crew.traffic(400):
        crew.until_progress()
        before = [closed(worker, FIRST) for worker in workers]
        allow = refuse(admin, crew.prefix + COUNTS)
        try:
            for worker, times in zip(workers, before, strict=True):
                eventually(
                    lambda worker=worker, times=times: closed(worker, FIRST) >= times + 2,
                    120,
                    "the metric tells why, again and again",
                )
                assert worker.said(message="partition closed", cause=cause), "the log tells why"
                assert closed(worker, SECOND) == 0
        finally:
            allow()
        crew.until_progress()
    assert crew.check() > 1_000


def test_refusals_at_any_moment_of_a_transaction_lose_nothing(
    crew: Crew, admin: AdminClient, dice: random.Random, long: bool
) -> None:
    """Above all in the moment in which the broker has not yet written all markers of the transaction before."""
    workers = crew.good(2)
    with crew.traffic(400):
        for _ in range(30 if long else 6):
            before = [worker.metric("spillway_partition_closed_total", stage=FIRST) for worker in workers]
            allow = forbid(admin, crew.prefix + COUNTS)
            try:
                for worker, times in zip(workers, before, strict=True):
                    eventually(
                        lambda worker=worker, times=times: (
                            worker.metric("spillway_partition_closed_total", stage=FIRST) > times
                        ),
                        120,
                        "a partition is closed",
                    )
            finally:
                allow()
            crew.until_progress(dice.randint(5, 40))
    crew.check()


async def test_of_a_transaction_with_a_topic_that_the_broker_refuses_nothing_is_even_sent(
    broker: LocalBroker, admin: AdminClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last commit's marker may still be on its way: the rows would be committed with what was written before."""
    clients = KafkaClients(broker.bootstrap, transaction_timeout_s=20.0)
    table = TopicTable([TopicSpec("in", 1), TopicSpec("out", 1)], prefix="refused.", stages={"toy": ["in"]})
    kafka = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    topics = TopicAdmin(kafka, table)
    topics.apply(topics.plan())
    kafka.close()
    requests: list[str] = []
    send = AIOKafkaClient.send

    async def sent(client: AIOKafkaClient, node: int, request: object, **more: object) -> object:
        if client is watched.client:
            requests.append(type(request).__name__)
        return await send(client, node, request, **more)

    async def write(writer: TransactionWriter) -> None:
        for _ in range(1_000):  # the broker may take a moment to know of it
            requests.clear()
            await writer.commit([Send("toy.in.state", b"row", b"1", (), 0), Send("out", b"k", b"v", (), 0)])

    writer = TransactionWriter(clients, "refused.writer", table, lambda *_: None)
    await writer.open([("toy.in.state", 0), ("out", 0)])
    watched = writer._producer
    monkeypatch.setattr(AIOKafkaClient, "send", sent)
    allow = forbid(admin, table.physical("out"))
    try:
        with pytest.raises(TopicAuthorizationFailedError):
            await write(writer)
        await writer.close()  # what waited would be sent now, at the latest
    finally:
        allow()
    assert set(requests) == {"AddPartitionsToTxnRequest"}


async def test_waiting_for_a_partition_that_nobody_may_look_at_ends_with_the_brokers_refusal(
    broker: LocalBroker, admin: AdminClient
) -> None:
    [made] = admin.create_topics([NewTopic("hidden", 1)]).values()
    await asyncio.to_thread(made.result, 60)
    client = AIOKafkaClient(bootstrap_servers=broker.bootstrap)
    client.add_topic("hidden")
    await client.bootstrap()

    async def look() -> None:
        while True:  # the broker may take a moment to know of it
            await until_served(client, [TopicPartition("hidden", 0)])

    allow = forbid(admin, "hidden", AclOperation.DESCRIBE)
    try:
        with pytest.raises(TopicAuthorizationFailedError):
            await asyncio.wait_for(look(), 60)
    finally:
        allow()
        await client.close()
