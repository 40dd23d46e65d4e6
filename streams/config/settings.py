"""All of Spillway's settings: one frozen tree. ``streams/app.py`` hands its parts out; nothing else reads them."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, field

from routers.matching import Policy
from streams.config.capacity import SurgeSettings
from streams.config.names import Name
from streams.config.policy import Group
from streams.config.section import SECRET, Section, one_of, shaped
from streams.topics import ONE_PARTITION, Topic

Hosts = Annotated[
    str,
    shaped(r"^[^\s,:]+:[0-9]{1,5}(,[^\s,:]+:[0-9]{1,5})*\Z", "like host:port, several separated by commas", 2_000),
]
Prefix = Annotated[str, shaped(r"^[a-zA-Z0-9._-]*\Z", "of letters, digits, dots, _ and -", 100)]
Host = Annotated[str, shaped(r"^[^\s/]+\Z", "without spaces or slashes", 255)]
Factory = Annotated[str, shaped(r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*\Z", "like module:function", 200)]
Text = Annotated[str, Meta(min_length=1, max_length=200)]
TopicName = Annotated[str, one_of(topic for topic in Topic if topic not in ONE_PARTITION)]
PartitionCount = Annotated[int, Meta(ge=1, le=1_000)]
SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class KafkaSettings(Section, frozen=True):
    """Where the broker is, and how to prove who we are."""

    bootstrap: Annotated[Hosts, Meta(description="Brokers to ask first: host:port, several separated by commas.")] = (
        "127.0.0.1:9092"
    )
    prefix: Annotated[
        Prefix, Meta(description="Begins the names of all topics, consumer groups and transactional ids.")
    ] = "spillway."
    replication: Annotated[
        int, Meta(ge=1, le=15, description="Copies of each partition that `topics apply` asks for.")
    ] = 1
    session_timeout_s: Annotated[
        float, Meta(ge=1, le=300, description="A worker silent for this long loses its partitions to others.")
    ] = 10.0
    transaction_timeout_s: Annotated[
        float, Meta(ge=1, le=900, description="The broker aborts what a worker left open for this long.")
    ] = 15.0
    security_protocol: Annotated[
        SecurityProtocol, Meta(description="How clients talk to the broker: with TLS (SSL), with a password (SASL).")
    ] = "PLAINTEXT"
    ca_file: Annotated[
        Path | None, Meta(description="Certificates (PEM) that a broker's must be signed by; else the system's.")
    ] = None
    sasl_mechanism: Annotated[SaslMechanism, Meta(description="How the password is proved.")] = "PLAIN"
    sasl_username: Annotated[Text | None, Meta(description="The user name for SASL.")] = None
    sasl_password_file: Annotated[
        Path | None,
        Meta(extra=SECRET, description="A file with the password for SASL, read whenever a client is made."),
    ] = None


class PipelineSettings(Section, frozen=True):
    """How stages work: sizes, patience, and the pipeline's time."""

    chunk_records: Annotated[
        int, Meta(ge=1, le=100_000, description="The most records that one transaction takes in.")
    ] = 2_000
    chunk_bytes: Annotated[
        int, Meta(ge=1, le=100_000_000, description="The most bytes that one transaction takes in (or one record).")
    ] = 4_000_000
    chunk_s: Annotated[
        float, Meta(ge=0.001, le=10, description="The work that one transaction aims at, by a stage's measured speed.")
    ] = 0.05
    queue_records: Annotated[
        int, Meta(ge=1, le=1_000_000, description="A partition with this many records waiting stops fetching.")
    ] = 10_000
    queue_bytes: Annotated[
        int, Meta(ge=1, le=1_000_000_000, description="A partition with this many bytes waiting stops fetching.")
    ] = 8_000_000
    clock_skew_s: Annotated[
        float, Meta(ge=0, le=60, description="How far brokers' clocks may differ; 0 when there is one machine.")
    ] = 0.5
    tick_s: Annotated[
        float, Meta(ge=0.05, le=10, description="Wall time between two ticks of a partition; less for scaled time.")
    ] = 1.0
    outside_log_s: Annotated[
        float,
        Meta(ge=1, le=3_600, description="A partition whose state lies outside its source for this long stops."),
    ] = 30.0
    dedup_window_s: Annotated[
        float, Meta(ge=1, le=604_800, description="A message that comes again within this time is dropped.")
    ] = 3_600.0
    dedup_messages: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000_000,
            description="The most messages a partition remembers, to notice repeats (a million take 130 MB).",
        ),
    ] = 1_000_000
    label_share: Annotated[
        float, Meta(ge=0, le=1, description="The share of messages for which triage asks people for labels.")
    ] = 0.1
    time_origin_s: Annotated[
        float,
        Meta(ge=0, le=100_000_000_000, description="For scaled time: the broker's time (epoch) at which it begins."),
    ] = 0.0
    time_start_s: Annotated[
        float,
        Meta(ge=0, le=100_000_000_000, description="For scaled time: the pipeline's time (epoch) when it begins."),
    ] = 0.0
    time_speed: Annotated[
        float, Meta(ge=0.001, le=100_000, description="For scaled time: seconds of the pipeline in one of the broker.")
    ] = 1.0


class LearningSettings(Section, frozen=True):
    """How far feedback is trusted."""

    keep_conversations: Annotated[
        int,
        Meta(ge=1, le=1_000_000, description="Of how many conversations a partition keeps texts, until labels come."),
    ] = 20_000
    labels_per_hour: Annotated[
        float,
        Meta(ge=1, le=10_000_000, description="The most labels of one source (`by`) in an hour, and at once."),
    ] = 1_000.0
    influence: Annotated[
        float,
        Meta(
            ge=1,
            le=10_000_000,
            description="The most that one source may teach, in labels; what it taught fades by half each day.",
        ),
    ] = 200.0
    sources: Annotated[
        int, Meta(ge=8, le=1_000_000, description="How many sources of labels are told apart at a time.")
    ] = 8_000
    snapshot_every_s: Annotated[
        float, Meta(ge=1, le=86_400, description="A version is published this often, if anything was learned.")
    ] = 600.0
    snapshot_examples: Annotated[
        int, Meta(ge=1, le=10_000_000, description="A version is published after so many examples at the latest.")
    ] = 10_000
    csat_weight: Annotated[
        float, Meta(ge=0, le=1, description="What a customer's contentment counts as a label of sentiment; 0: nothing.")
    ] = 0.2
    reopened_weight: Annotated[
        float, Meta(ge=0, le=1, description="What a reopened ticket counts as a label of more urgency; 0: nothing.")
    ] = 0.2


class ModelSettings(Section, frozen=True):
    """What serves one task of triage."""

    river: Annotated[
        Factory | None,
        Meta(
            description="A function without arguments, as module:name, that makes a classifier or pipeline of River to "
            "serve in the place of ours; slower, and without versions."
        ),
    ] = None


class ModelsSettings(Section, frozen=True):
    """The models of triage."""

    urgency: Annotated[ModelSettings, Meta(description="How urgent a message is.")] = field(
        default_factory=ModelSettings
    )
    sentiment: Annotated[ModelSettings, Meta(description="How its writer feels.")] = field(
        default_factory=ModelSettings
    )
    topic: Annotated[ModelSettings, Meta(description="What it is about.")] = field(default_factory=ModelSettings)

    def river(self) -> dict[str, str]:
        """The tasks that models of River serve, with where they are made."""
        tasks = {"urgency": self.urgency, "sentiment": self.sentiment, "topic": self.topic}
        return {task: model.river for task, model in tasks.items() if model.river is not None}


class TopicsSettings(Section, frozen=True):
    """How many partitions topics have: what a stage can share out among workers."""

    partitions: Annotated[
        Mapping[TopicName, PartitionCount],
        Meta(
            description="The number of a topic's partitions, by its name without the prefix, where it is not to be "
            "the usual one; while workers run only messages.raw, reps.status, tickets.events, feedback and "
            "vendors.events may gain some, and none may lose any."
        ),
    ] = field(default_factory=dict)


class WebSettings(Section, frozen=True):
    """Where a worker answers /live, /ready and /metrics."""

    host: Annotated[Host, Meta(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, description="The port to listen on; 0 turns it off.")] = 8_585


class Tenant(Section, frozen=True):
    """Whose messages are taken in, and which group handles them.

    >>> Tenant("acme", group="retail", segments={"business": "business"}).group_of("business")
    'business'
    """

    name: Annotated[Name, Meta(description="As in the messages.")]
    group: Annotated[Name, Meta(description="The group that handles them.")] = "default"
    segments: Annotated[
        Mapping[Text, Name],
        Meta(description="The group of each segment that has one of its own."),
    ] = field(default_factory=dict)

    def group_of(self, segment: str | None) -> str:
        """The group of a message of this segment; the tenant's own where the segment is not listed."""
        return self.group if segment is None else self.segments.get(segment, self.group)


class Settings(Section, frozen=True, dict=True):
    """The whole tree. ``Settings()`` is what runs without a file.

    >>> Settings().group_of("default", None), Settings().group_of("nobody", None)
    ('default', None)
    """

    kafka: Annotated[KafkaSettings, Meta(description="Where the broker is, and how to prove who we are.")] = field(
        default_factory=KafkaSettings
    )
    pipeline: Annotated[PipelineSettings, Meta(description="How stages work: sizes, patience, time.")] = field(
        default_factory=PipelineSettings
    )
    topics: Annotated[TopicsSettings, Meta(description="How many partitions topics have.")] = field(
        default_factory=TopicsSettings
    )
    web: Annotated[WebSettings, Meta(description="Where a worker answers /live, /ready and /metrics.")] = field(
        default_factory=WebSettings
    )
    learning: Annotated[LearningSettings, Meta(description="How far feedback is trusted.")] = field(
        default_factory=LearningSettings
    )
    models: Annotated[ModelsSettings, Meta(description="The models of triage.")] = field(default_factory=ModelsSettings)
    surges: Annotated[SurgeSettings, Meta(description="The dial of surge detection.")] = field(
        default_factory=SurgeSettings
    )
    tenants: Annotated[
        tuple[Tenant, ...], Meta(min_length=1, max_length=10_000, description="Whose messages are taken in.")
    ] = (Tenant("default"),)
    groups: Annotated[
        tuple[Group, ...], Meta(min_length=1, max_length=1_000, description="Who handles them, and how soon.")
    ] = (Group("default"),)

    def group_of(self, tenant: str, segment: str | None) -> str | None:
        """The group of a message, from its tenant and segment alone; None when the tenant is unknown."""
        known = self._tenant_of_name.get(tenant)
        return None if known is None else known.group_of(segment)

    def policies(self) -> dict[str, Policy]:
        """The policy of each group, by its name. Raises PolicyError for what ``load`` would have refused."""
        return {group.name: group.policy() for group in self.groups}

    @cached_property
    def _tenant_of_name(self) -> Mapping[str, Tenant]:
        return {tenant.name: tenant for tenant in self.tenants}
