"""How Spillway connects to Kafka: one place that makes clients, all with the same address, security and time-outs."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.producer import sender

from streams.runtime.transaction import RECORD_OVERHEAD_BYTES


def _send(connection: AIOKafkaConnection, request: Any, expect_response: bool = True) -> Any:
    """Send, with uvloop's word for a connection that broke a moment ago in aiokafka's own terms.

    asyncio drops what is written to a closed transport; uvloop raises RuntimeError, which aiokafka does not expect: it
    ended the task that keeps a client's metadata, and that member then waited for its coordinator for ever.
    """
    try:
        return _send_as_it_is(connection, request, expect_response)
    except (KafkaError, NotImplementedError):  # RuntimeErrors, too: what the broker cannot do is no broken connection
        raise
    except RuntimeError as error:
        connection.close(reason=CloseReason.CONNECTION_BROKEN, exc=error)
        raise KafkaConnectionError(f"connection to {connection.host}:{connection.port} is closed") from error


_send_as_it_is = AIOKafkaConnection.send
AIOKafkaConnection.send = _send
# After a commit returns, the broker may still be writing its markers; aiokafka then waits 20 ms before it tries the
# next transaction again. At 2 ms a producer does four times as many small transactions a second.
sender.BACKOFF_OVERRIDE = 0.002
# aiokafka copies each record into a data class of eleven fields. Its compiled record already has the five that we read
# (offset, timestamp, key, value, headers); handing that out saves a fifth of the runtime's CPU.
fetcher.PartitionRecords._consumer_record = lambda self, tp, record: record


def _hold_fetched(fetched: fetcher.PartitionRecords, *args: Any, **kwargs: Any) -> None:
    """Make no iterator before it is asked for: aiokafka's object and its own generator hold each other until its end.

    What was fetched for a partition that is then paused is let go unread: as such a pair, a megabyte stayed until the
    garbage collector, which counts objects and not bytes, came by, and a worker far behind grew with every record.
    """
    _hold_fetched_as_it_is(fetched, *args, **kwargs)
    fetched._records_iterator = None


def _next_fetched(fetched: fetcher.PartitionRecords) -> Any:
    """The next record: where the last call stopped, even if that was in the middle of a batch."""
    iterator = fetched._records_iterator
    if iterator is None:
        iterator = fetched._records_iterator = fetched._unpack_records()
    try:
        return next(iterator)
    except StopIteration:
        fetched._records_iterator = iter(())  # ended for good, and holds nothing
        raise


_hold_fetched_as_it_is = fetcher.PartitionRecords.__init__
fetcher.PartitionRecords.__init__ = _hold_fetched
fetcher.PartitionRecords.__next__ = _next_fetched

BATCH_BYTES = 1_000_000
REQUEST_TIMEOUT_MS = 10_000


@dataclass(frozen=True, slots=True)
class Security:
    """How to prove who we are. The password is read from ``password_file`` when a client is made, and never kept.

    protocol: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL. mechanism: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.
    """

    protocol: str = "PLAINTEXT"
    ca_file: Path | None = None
    mechanism: str = "PLAIN"
    username: str | None = None
    password_file: Path | None = field(default=None, repr=False)

    def ssl_context(self) -> ssl.SSLContext | None:
        """The TLS settings, or None without TLS."""
        if not self.protocol.endswith("SSL"):
            return None
        return ssl.create_default_context(cafile=None if self.ca_file is None else str(self.ca_file))

    def password(self) -> str | None:
        """The password from its file."""
        return None if self.password_file is None else self.password_file.read_text(encoding="utf-8").strip()


@dataclass(frozen=True, slots=True)
class KafkaClients:
    """Makes consumers and producers. Times in seconds.

    fetch_wait_s: how long a broker keeps a fetch open while there is nothing to answer. Records are answered at once
    whatever it is; it is how often an idle partition hears that it is at its end, and what idling costs.
    """

    bootstrap: str
    security: Security = field(default_factory=Security)
    session_timeout_s: float = 10.0
    transaction_timeout_s: float = 15.0
    fetch_wait_s: float = 0.25

    def connection(self) -> dict[str, Any]:
        """Address and security, in the words that aiokafka and kafka-python share."""
        security = self.security
        connection: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": security.protocol,
            "ssl_context": security.ssl_context(),
        }
        if security.protocol.startswith("SASL"):
            connection |= {
                "sasl_mechanism": security.mechanism,
                "sasl_plain_username": security.username,
                "sasl_plain_password": security.password(),
            }
        return connection

    def group_consumer(self, group: str, assignor: type, instance: str | None) -> AIOKafkaConsumer:
        """A member of a consumer group that reads committed records only and never jumps to another offset."""
        return AIOKafkaConsumer(
            **self.connection(),
            group_id=group,
            group_instance_id=instance,
            partition_assignment_strategy=[assignor],
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            fetch_max_wait_ms=round(self.fetch_wait_s * 1000),
            max_poll_interval_ms=60_000,
            rebalance_timeout_ms=15_000,
            session_timeout_ms=round(self.session_timeout_s * 1000),
            heartbeat_interval_ms=min(1_000, round(self.session_timeout_s * 1000 / 4)),
            request_timeout_ms=max(REQUEST_TIMEOUT_MS, round(self.session_timeout_s * 1000) + 1_000),
            metadata_max_age_ms=30_000,
            retry_backoff_ms=50,
        )

    def admin(self) -> AIOKafkaAdminClient:
        """A client that asks the broker about topics."""
        return AIOKafkaAdminClient(**self.connection(), request_timeout_ms=REQUEST_TIMEOUT_MS)

    def reader(self, *, committed: bool = True) -> AIOKafkaConsumer:
        """A consumer without a group, for partitions that are assigned by hand."""
        return AIOKafkaConsumer(
            **self.connection(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed" if committed else "read_uncommitted",
            fetch_max_wait_ms=round(self.fetch_wait_s * 1000),
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            retry_backoff_ms=50,
        )

    def transactional_producer(self, transactional_id: str, max_record_bytes: int) -> AIOKafkaProducer:
        """A producer of its own for one partition; making another with the same id fences this one."""
        return AIOKafkaProducer(
            **self.connection(),
            transactional_id=transactional_id,
            transaction_timeout_ms=round(self.transaction_timeout_s * 1000),
            max_batch_size=BATCH_BYTES,
            max_request_size=max_record_bytes + RECORD_OVERHEAD_BYTES,
            linger_ms=0,
            acks="all",
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            retry_backoff_ms=5,
        )
