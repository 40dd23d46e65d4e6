"""The one table of Spillway's topics: keys, partitions, retention, clean-up, sizes.

Code names topics by ``Topic``; only the edge to Kafka (``TopicTable.physical``) knows the deployment's prefix.
Source: DESIGN sections 3 and 7.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

DAY_S = 86_400.0
MB = 1_000_000


class Topic(StrEnum):
    """Logical topic names; ``public`` ones are contracts with others."""

    MESSAGES_RAW = "messages.raw"
    REPS_STATUS = "reps.status"
    TICKETS_EVENTS = "tickets.events"
    FEEDBACK = "feedback"
    VENDORS_EVENTS = "vendors.events"
    ROUTING_INBOX = "routing.inbox"
    LEARNING_INBOX = "learning.inbox"
    CAPACITY_INBOX = "capacity.inbox"
    VOLUME_COUNTS = "volume.counts"
    LEARNING_EXAMPLES = "learning.examples"
    MODELS = "models"
    TICKETS_TRIAGED = "tickets.triaged"
    TICKETS_ASSIGNMENTS = "tickets.assignments"
    SURGES = "surges"
    NOTICES = "notices"
    CAPACITY_REQUESTS = "capacity.requests"
    AUDIT = "audit"
    DEAD_LETTERS = "dead-letters"


ONE_PARTITION = frozenset({Topic.LEARNING_EXAMPLES, Topic.MODELS})
"""Topics whose records need one order for everyone: they never have more than one partition."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How one topic is created. ``retention_s`` None keeps records for good; ``grows`` allows adding partitions."""

    name: str
    partitions: int
    retention_s: float | None = 7 * DAY_S
    compacted: bool = False
    max_message_bytes: int = 1_048_576
    public: bool = False
    grows: bool = False

    def settings(self, replication: int) -> dict[str, str]:
        """The topic's Kafka configuration; with three or more replicas two of them must be in sync.

        >>> TopicSpec("a", 1, retention_s=60).settings(replication=1)["retention.ms"]
        '60000'
        """
        settings = {
            "message.timestamp.type": "LogAppendTime",
            "cleanup.policy": "compact" if self.compacted else "delete",
            "max.message.bytes": str(self.max_message_bytes),
            "min.insync.replicas": "2" if replication >= 3 else "1",
        }
        if self.compacted:
            # Small segments and an eager cleaner keep a state topic, which takes a fence row a chunk, short to restore.
            settings |= {"segment.bytes": str(32 * 1024 * 1024), "min.cleanable.dirty.ratio": "0.1"}
        else:
            settings["retention.ms"] = "-1" if self.retention_s is None else str(round(self.retention_s * 1000))
        return settings


def state_topic(stage: str, source: str) -> str:
    """The logical name of the topic that holds the rows of one stage and source.

    >>> state_topic("route", "routing.inbox")
    'route.routing.inbox.state'
    """
    return f"{stage}.{source}.state"


class TopicTable:
    """All topics of a deployment, with the state topics that its stages need.

    >>> table = TopicTable(SPECS, prefix="acme.", stages={"route": ["routing.inbox"]})
    >>> table.physical("messages.raw")
    'acme.messages.raw'
    >>> table.logical("acme.messages.raw")
    'messages.raw'
    >>> table["route.routing.inbox.state"].partitions
    8
    """

    def __init__(self, specs: Iterable[TopicSpec], *, prefix: str, stages: Mapping[str, Iterable[str]]) -> None:
        self.prefix = prefix
        self._specs = {spec.name: spec for spec in specs}
        self._sources: dict[str, str] = {}
        for stage, sources in stages.items():
            for source in sources:
                name = state_topic(stage, source)
                self._sources[name] = source
                self._specs[name] = TopicSpec(
                    name, self._specs[source].partitions, compacted=True, grows=self._specs[source].grows
                )

    def __getitem__(self, name: str) -> TopicSpec:
        return self._specs[name]

    def __iter__(self) -> Iterator[TopicSpec]:
        return iter(self._specs.values())

    def physical(self, name: str) -> str:
        """The topic's name on the broker. Raises KeyError for a topic that is not in the table."""
        return self.prefix + self._specs[name].name

    def source_of(self, name: str) -> str | None:
        """The source whose rows a state topic holds; None for other topics."""
        return self._sources.get(name)

    def logical(self, physical: str) -> str:
        """The name without the prefix."""
        return physical.removeprefix(self.prefix)


SPECS: tuple[TopicSpec, ...] = (
    TopicSpec(Topic.MESSAGES_RAW, 8, max_message_bytes=4 * MB, public=True, grows=True),
    TopicSpec(Topic.REPS_STATUS, 2, public=True, grows=True),
    TopicSpec(Topic.TICKETS_EVENTS, 4, public=True, grows=True),
    TopicSpec(Topic.FEEDBACK, 2, public=True, grows=True),
    TopicSpec(Topic.VENDORS_EVENTS, 1, public=True, grows=True),
    TopicSpec(Topic.ROUTING_INBOX, 8),
    TopicSpec(Topic.LEARNING_INBOX, 8),
    TopicSpec(Topic.CAPACITY_INBOX, 8),
    TopicSpec(Topic.VOLUME_COUNTS, 4),
    TopicSpec(Topic.LEARNING_EXAMPLES, 1, retention_s=None),
    TopicSpec(Topic.MODELS, 1, compacted=True),
    TopicSpec(Topic.TICKETS_TRIAGED, 8, public=True),
    TopicSpec(Topic.TICKETS_ASSIGNMENTS, 8, public=True),
    TopicSpec(Topic.SURGES, 4, retention_s=90 * DAY_S, public=True),
    TopicSpec(Topic.NOTICES, 4, retention_s=90 * DAY_S, public=True),
    TopicSpec(Topic.CAPACITY_REQUESTS, 4, retention_s=90 * DAY_S, public=True),
    TopicSpec(Topic.AUDIT, 1, retention_s=90 * DAY_S, public=True),
    TopicSpec(Topic.DEAD_LETTERS, 4, retention_s=30 * DAY_S, max_message_bytes=5 * MB, public=True),
)


def specs(partitions: Mapping[str, int]) -> tuple[TopicSpec, ...]:
    """All topics, with other numbers of partitions where a deployment wants them.

    >>> [spec.partitions for spec in specs({"messages.raw": 16}) if spec.name in ("messages.raw", "routing.inbox")]
    [16, 8]
    """
    return tuple(replace(spec, partitions=partitions.get(spec.name, spec.partitions)) for spec in SPECS)
