"""Topics and records for measurements: made fresh for each run, on the local broker."""

import secrets
from collections.abc import Iterable

import confluent_kafka
from kafka.admin import KafkaAdminClient

from streams.topic_admin import TopicAdmin
from streams.topics import TopicTable


def new_prefix() -> str:
    """A prefix that no run has used."""
    return f"bench-{secrets.token_hex(3)}."


def create_topics(bootstrap: str, table: TopicTable) -> None:
    """Make whatever of the table's topics is missing."""
    client = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin = TopicAdmin(client, table)
    admin.apply(admin.plan())
    client.close()


def produce_all(bootstrap: str, topic: str, records: Iterable[tuple[bytes | None, bytes | None]]) -> None:
    """Write all records as fast as possible and wait until the broker has them."""
    settings = {"bootstrap.servers": bootstrap, "linger.ms": 20, "queue.buffering.max.messages": 1_000_000}
    producer = confluent_kafka.Producer(settings | {"partitioner": "murmur2_random", "log_level": 0})
    for number, (key, value) in enumerate(records):
        producer.produce(topic, key=key, value=value)
        if number % 10_000 == 0:
            producer.poll(0)
    if producer.flush(60):
        raise RuntimeError("the broker did not take all records")
