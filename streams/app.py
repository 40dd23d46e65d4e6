"""The one place where everything is built: from the settings to topics, stages, clients and a worker's process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from detectors.surge import SurgeBank, compile_bank
from detectors.text import Triage
from detectors.text.river_model import RiverModel
from detectors.text.seed import SEED
from detectors.text.sources import SourceLimits
from detectors.text.weak import WeakWeights
from routers.capacity import CapacityPlanner
from streams.config import KafkaSettings, PipelineSettings, Settings
from streams.factories import FactoryError, made_by
from streams.follower import Follower
from streams.runtime.clock import BrokerClock, TimeScale
from streams.runtime.context import RunLimits
from streams.runtime.kafka import KafkaClients, Security
from streams.runtime.process import WorkerProcess
from streams.runtime.spans import ChunkLimits
from streams.runtime.stage import StageSpec
from streams.stages.counts import BUCKET_S
from streams.stages.intake import intake_spec
from streams.stages.join import join_spec
from streams.stages.learn import learn_spec
from streams.stages.plan import plan_spec
from streams.stages.route import route_spec
from streams.stages.surge import surge_spec
from streams.stages.triage import triage_spec
from streams.topics import SPECS, TopicTable, specs

NEED_MODELS = frozenset({"triage", "learn"})


@dataclass(frozen=True, slots=True)
class App:
    """All that commands and workers use.

    table: every topic, those with the stages' rows among them. triage: makes the models of this process, once.
    follower: keeps those models where learning.examples is. bank: a new one for the series of a group.

    >>> app = build(Settings())
    >>> [stage.name for stage in app.stages]
    ['triage', 'intake', 'route', 'surge', 'plan', 'join', 'learn']
    >>> app.table.physical("route.routing.inbox.state")
    'spillway.route.routing.inbox.state'
    """

    table: TopicTable
    stages: list[StageSpec]
    clients: KafkaClients
    clock: BrokerClock
    limits: RunLimits
    triage: Callable[[], Triage]
    follower: Follower
    bank: Callable[[str], SurgeBank]

    def worker_process(self, stage_names: Sequence[str] | None = None, instance: str | None = None) -> WorkerProcess:
        """A process of these stages (None: all), not yet started. Call it inside the running event loop.

        Models are made and their kernels compiled here, before any group is joined: later it would hold up heartbeats.
        Raises ValueError for a stage that there is not.
        """
        specs = {spec.name: spec for spec in self.stages}
        names = list(specs) if stage_names is None else list(stage_names)
        if unknown := [name for name in names if name not in specs]:
            raise ValueError(f"no stage {unknown[0]!r}; there are: {', '.join(specs)}")
        needs_models = not NEED_MODELS.isdisjoint(names)
        # Compiling takes seconds the first time: not in the event loop, where heartbeats would wait for it.
        if needs_models:
            self.triage()
        if "surge" in names:
            compile_bank()
        return WorkerProcess(
            [specs[name] for name in names],
            table=self.table,
            clients=self.clients,
            clock=self.clock,
            limits=self.limits,
            instance=instance,
            companions=[self.follower] if needs_models else [],
        )


def build(settings: Settings) -> App:
    """Everything, from checked settings. Connects to nothing, and makes no models yet."""
    pipeline, learning, policies = settings.pipeline, settings.learning, settings.policies()

    @cache
    def models() -> Triage:
        triage = Triage.default(pipeline.label_share)
        for task, factory in settings.models.river().items():
            stand_in(triage, task, factory)
        return triage

    planned = {group.name: group.planned() for group in settings.groups}
    days_off = settings.surges.days_off()

    def bank(group: str) -> SurgeBank:
        surges = settings.surges
        return SurgeBank(
            group,
            bucket_s=BUCKET_S,
            false_alarms_per_week=surges.false_alarms_per_week,
            timezone=surges.timezone,
            holidays=days_off,
            max_series=surges.max_series,
            planned=planned.get(group),
            spiky=surges.spiky,
        )

    planners = {group.name: group.planner for group in settings.groups}

    def planner(group: str) -> CapacityPlanner:
        return planners[group]()

    clients = _clients(settings.kafka, pipeline)
    follower = Follower(clients, TopicTable(SPECS, prefix=settings.kafka.prefix, stages={}), models)
    stages = [
        triage_spec(
            models,
            settings.group_of,
            dedup_window_s=pipeline.dedup_window_s,
            dedup_messages=pipeline.dedup_messages,
            conversation_window_s=settings.surges.conversation_window_s,
            conversations=settings.surges.conversations,
        ),
        intake_spec(policies.keys(), [tenant.name for tenant in settings.tenants]),
        route_spec(policies),
        surge_spec(bank, policies.keys()),
        plan_spec(planner, policies.keys(), [group.name for group in settings.groups if group.vendors]),
        join_spec(
            learning.keep_conversations,
            SourceLimits(learning.labels_per_hour, learning.influence, learning.sources),
            WeakWeights(learning.csat_weight, learning.reopened_weight),
        ),
        learn_spec(follower, learning.snapshot_every_s, learning.snapshot_examples),
    ]
    table = TopicTable(
        specs(settings.topics.partitions),
        prefix=settings.kafka.prefix,
        stages={spec.name: spec.sources for spec in stages},
    )
    return App(
        table=table,
        stages=stages,
        clients=clients,
        clock=BrokerClock(TimeScale(pipeline.time_origin_s, pipeline.time_start_s, pipeline.time_speed)),
        limits=_limits(pipeline),
        triage=models,
        follower=follower,
        bank=bank,
    )


def stand_in(triage: Triage, task: str, factory: str) -> None:
    """Let a model of River's, that ``module:function`` makes, serve a task. It learns the seed corpus first.

    Raises FactoryError if it makes none.
    """
    made = made_by(factory)
    try:
        model = RiverModel(made, triage.models[task].labels)
    except ValueError as error:
        raise FactoryError(f"{factory}: {error}") from error
    labels = [getattr(example, task) for example in SEED]
    model.learn_many([example.text for example in SEED], labels, [example.language for example in SEED])
    triage.models[task] = model


def _clients(kafka: KafkaSettings, pipeline: PipelineSettings) -> KafkaClients:
    return KafkaClients(
        kafka.bootstrap,
        Security(
            protocol=kafka.security_protocol,
            ca_file=kafka.ca_file,
            mechanism=kafka.sasl_mechanism,
            username=kafka.sasl_username,
            password_file=kafka.sasl_password_file,
        ),
        session_timeout_s=kafka.session_timeout_s,
        transaction_timeout_s=kafka.transaction_timeout_s,
        fetch_wait_s=pipeline.tick_s / 2,  # so that each tick finds a younger end of its partition
    )


def _limits(pipeline: PipelineSettings) -> RunLimits:
    return RunLimits(
        chunk=ChunkLimits(pipeline.chunk_records, pipeline.chunk_bytes, pipeline.chunk_s),
        queue_records=pipeline.queue_records,
        queue_bytes=pipeline.queue_bytes,
        skew_s=pipeline.clock_skew_s,
        tick_s=pipeline.tick_s,
        outside_log_s=pipeline.outside_log_s,
    )
