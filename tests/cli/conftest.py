import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from aiokafka import TopicPartition as LogPartition
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from streams.app import build
from streams.cli import topics
from streams.config import Settings
from streams.local import LocalBroker
from streams.runtime.kafka import KafkaClients
from streams.runtime.producer import TransactionWriter
from streams.runtime.rows import read_rows
from streams.runtime.stage import Send
from streams.topics import SPECS, TopicTable

STAGE_SPECS = build(Settings()).stages
STAGES = {stage.name: list(stage.sources) for stage in STAGE_SPECS}


@dataclass
class Deployment:
    """A deployment of our own on the shared broker, under a random prefix."""

    clients: KafkaClients
    table: TopicTable

    @property
    def sources(self) -> list[tuple[str, str]]:
        """All (stage, source topic) pairs."""
        return [(stage, source) for stage, names in STAGES.items() for source in names]

    def write_rows(self, place: str, topic: str, rows: dict[bytes, bytes], partition: int = 0) -> None:
        """Rows of one partition of a state topic, written as their owner (place: STAGE-TOPIC) does it.

        Returns when they are to be read: a commit is acknowledged before its markers are written.
        """

        async def write() -> None:
            writer = TransactionWriter(
                self.clients, f"{self.table.prefix}{place}-{partition}", self.table, lambda *_: None
            )
            await writer.open([(topic, partition)])
            await writer.commit([Send(topic, key, row, (), partition) for key, row in rows.items()])
            name = self.table.physical(topic)
            await read_rows(self.clients, name, partition, await writer.end_offset(LogPartition(name, partition)))
            await writer.close()

        asyncio.run(write())

    def consume(self, topic: str) -> list[Message]:
        """All committed records of a topic."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.clients.bootstrap,
                "group.id": uuid.uuid4().hex,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
            }
        )
        name = self.table.physical(topic)
        partitions = consumer.list_topics(name, 60).topics[name].partitions
        consumer.assign([TopicPartition(name, number, 0) for number in partitions])
        records, ended = [], 0
        while ended < len(partitions):
            record = consumer.poll(60)
            assert record is not None
            if record.error() is None:
                records.append(record)
            elif record.error().code() == KafkaError._PARTITION_EOF:
                ended += 1
            else:
                raise KafkaException(record.error())
        consumer.close()
        return records


def deployment(broker: LocalBroker) -> Deployment:
    """One without topics."""
    table = TopicTable(SPECS, prefix=f"cli-{uuid.uuid4().hex[:8]}.", stages=STAGES)
    return Deployment(KafkaClients(broker.bootstrap), table)


@pytest.fixture
def bare(broker: LocalBroker, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment whose topics are not there yet. Commands wait longer than usual for its broker: it may be busy."""
    monkeypatch.setattr("streams.cli.kafka.BOOTSTRAP_MS", 30_000)
    return deployment(broker)


@pytest.fixture
def deployed(bare: Deployment, capsys: pytest.CaptureFixture[str]) -> Deployment:
    """A deployment with its topics."""
    topics.apply(bare.clients, bare.table, 1, as_json=True)
    capsys.readouterr()
    return bare


def configure(admin: Any, topic: str, name: str, value: str) -> None:
    """Set a topic's setting, and wait until the broker has taken it up."""
    resource = ConfigResource(ConfigResourceType.TOPIC, topic)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {name: value})])
    while admin.describe_configs([resource], config_filter="all")["topic"][topic][name]["value"] != value:
        pass


@pytest.fixture
def printed_json(capsys: pytest.CaptureFixture[str]) -> Callable[[], Any]:
    """The JSON document that was printed since the last call."""
    return lambda: orjson.loads(capsys.readouterr().out)
