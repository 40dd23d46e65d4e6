"""The configuration of the one-node broker."""

from collections.abc import Mapping
from pathlib import Path

MESSAGE_BYTES_MAX = 6_000_000
"""Above the largest topic limit (dead-letters, 5 MB), so that topics decide."""


def server_properties(
    data: Path, broker_port: int, controller_port: int, session_timeout_min_s: float, extra: Mapping[str, str]
) -> str:
    """The text of a server.properties: one KRaft node, on 127.0.0.1 alone; ``extra`` settings win.

    >>> text = server_properties(Path("/d"), 9092, 9093, 1.0, {"num.io.threads": "4"})
    >>> "group.min.session.timeout.ms=1000" in text, "num.io.threads=4" in text
    (True, True)
    """
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "listeners": f"BROKER://127.0.0.1:{broker_port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"BROKER://127.0.0.1:{broker_port}",
        "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "BROKER",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "log.dirs": str(data),
        # A killed broker may register again only when the controller has given up its former self (9 s by default).
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "3000",
        "auto.create.topics.enable": "false",
        "message.max.bytes": str(MESSAGE_BYTES_MAX),
        "replica.fetch.max.bytes": str(MESSAGE_BYTES_MAX),
        # One node holds every internal topic; few partitions of them start faster.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "8",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        # Groups form at once, and tests of failures may use short sessions and short transactions.
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": str(round(session_timeout_min_s * 1000)),
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
        # The cleaner is on; its default map of 128 MB would take a quarter of the heap. 32 MB hold 1.2 million keys.
        "log.cleaner.enable": "true",
        "log.cleaner.dedupe.buffer.size": str(32 * 1024 * 1024),
    }
    return "".join(f"{name}={value}\n" for name, value in (settings | dict(extra)).items())
