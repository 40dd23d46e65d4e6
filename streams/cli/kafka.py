"""The Kafka clients of the commands: kafka-python to administer, aiokafka to write messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.admin import KafkaAdminClient

from streams.cli.errors import CommandError, ExitCode, broker_errors
from streams.runtime.kafka import KafkaClients
from streams.topics import TopicTable

BOOTSTRAP_MS = 5_000
REQUEST_MS = 15_000


@contextmanager
def admin_client(clients: KafkaClients) -> Iterator[Any]:
    """A kafka-python admin client. Raises CommandError for whatever Kafka says while it is open."""
    with broker_errors(clients.bootstrap):
        admin = KafkaAdminClient(
            **clients.connection(), bootstrap_timeout_ms=BOOTSTRAP_MS, request_timeout_ms=REQUEST_MS
        )
        try:
            yield admin
        finally:
            admin.close()


def missing_topics(admin: Any, table: TopicTable) -> list[str]:
    """The physical names of the topics that the table has and the broker has not."""
    known = set(admin.list_topics())
    return sorted({table.physical(spec.name) for spec in table} - known)


def require_topics(admin: Any, table: TopicTable) -> None:
    """Raises CommandError naming the topics that are missing."""
    missing = missing_topics(admin, table)
    if missing:
        raise CommandError(ExitCode.NOT_AS_PLANNED, missing_text(missing))


def missing_text(missing: list[str]) -> str:
    """What to say of missing topics.

    >>> missing_text(["a", "b"])
    'missing topics: a, b. Run: spillway topics apply'
    """
    named = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
    return f"missing topics: {named}. Run: spillway topics apply"
