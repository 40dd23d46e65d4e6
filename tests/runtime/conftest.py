"""What the tests of the runtime share."""

import time
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from aiokafka.client import AIOKafkaClient
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from streams.local import LocalBroker
from streams.runtime.kafka import KafkaClients
from streams.topic_admin import TopicAdmin
from streams.topics import MB, TopicSpec, TopicTable


@pytest.fixture
def clients(broker: LocalBroker) -> KafkaClients:
    """Clients of the session's broker. Their transactions take at most 20 s: no hitch of the machine does, and a broker
    that ends none for 30 s (docs/delivery.md) is told apart."""
    return KafkaClients(broker.bootstrap, transaction_timeout_s=20.0)


@pytest.fixture
async def client(broker: LocalBroker) -> AsyncIterator[AIOKafkaClient]:
    """A bare client of the session's broker, which knows its nodes."""
    client = AIOKafkaClient(bootstrap_servers=broker.bootstrap)
    await client.bootstrap()
    yield client
    await client.close()


@pytest.fixture
def table(admin: KafkaAdminClient) -> Iterator[TopicTable]:
    """Topics of this test alone, on the broker: ``out`` (3 partitions, 4 MB) and the rows of a stage ``toy``."""
    specs = [TopicSpec("in", 2), TopicSpec("out", 3, max_message_bytes=4 * MB)]
    table = TopicTable(specs, prefix=f"unit-{uuid.uuid4().hex[:8]}.", stages={"toy": ["in"]})
    topics = TopicAdmin(admin, table)
    topics.apply(topics.plan())
    yield table
    admin.delete_topics([table.physical(spec.name) for spec in table])


@pytest.fixture
def unverified(admin: KafkaAdminClient) -> Iterator[None]:
    """The broker takes transactional records for a partition that the coordinator does not know of, so that a test can
    leave a transaction as a broker does that is killed between its markers and, back again, leaves the rest out."""
    setting = "transaction.partition.verification.enable"
    admin.alter_configs([ConfigResource(ConfigResourceType.BROKER, "1", {setting: "false"})])
    # The controller has answered; the broker follows a moment later.
    asked, deadline_s = ConfigResource(ConfigResourceType.BROKER, "1", {setting: None}), time.monotonic() + 60
    while admin.describe_configs([asked])["broker"]["1"].get(setting, {}).get("value") != "false":
        assert time.monotonic() < deadline_s, "the broker has not taken the setting"
        time.sleep(0.02)
    yield
    admin.alter_configs([ConfigResource(ConfigResourceType.BROKER, "1", {setting: "true"})])
