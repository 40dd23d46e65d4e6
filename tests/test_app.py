from pathlib import Path
from typing import Any

import pytest
from river import feature_extraction, naive_bayes

from detectors.text import TOPICS, TextMessage
from detectors.text.learning import Example, learn
from detectors.text.river_model import RiverModel
from detectors.text.sources import SourceLimits
from detectors.text.weak import WeakWeights
from streams.app import build
from streams.config import KafkaSettings, PipelineSettings, Settings
from streams.config.capacity import SurgeSettings
from streams.config.settings import LearningSettings, ModelSettings, ModelsSettings
from streams.contracts import Assignment, TriagedTicket, decode, encode
from streams.contracts.examples import EXAMPLES
from streams.factories import FactoryError
from streams.runtime.marks import is_mark
from streams.runtime.memory import MemoryRunner
from streams.stages.counts import CountsRecord, read_counts
from streams.stages.join import Join
from streams.stages.learn import Learn
from streams.topics import Topic


def test_what_is_built_without_a_file_turns_messages_into_assignments() -> None:
    app = build(Settings())
    runner = MemoryRunner(app.stages, app.table, start_s=1_773_144_000.0)
    status = encode(EXAMPLES["rep_status"]).replace(b"acme-eu", b"default").replace(b'"fr","en"', b"")
    runner.send(Topic.REPS_STATUS, None, status)
    runner.send(Topic.MESSAGES_RAW, None, encode(EXAMPLES["message-email-fr"]).replace(b'"acme"', b'"default"'))
    runner.settle()
    [triaged], [said] = runner.records(Topic.TICKETS_TRIAGED), runner.records(Topic.TICKETS_ASSIGNMENTS)
    assert decode(TriagedTicket, triaged.value).group == "default"
    assert decode(Assignment, said.value).rep_id == "rep-7"


def test_whoever_feeds_route_marks_its_inbox_and_is_waited_for() -> None:
    stages = build(Settings()).stages
    feeding = {source for stage in stages for source, to in stage.marks_to.items() if Topic.ROUTING_INBOX in to}
    [route] = [stage for stage in stages if stage.name == "route"]
    assert feeding == set(route.fed_by) == {Topic.MESSAGES_RAW, Topic.REPS_STATUS, Topic.TICKETS_EVENTS}


def test_a_state_topic_has_as_many_partitions_as_its_source() -> None:
    app = build(Settings())
    for stage in app.stages:
        for source in stage.sources:
            assert app.table[f"{stage.name}.{source}.state"].partitions == app.table[source].partitions


def test_settings_reach_what_they_are_for() -> None:
    settings = Settings(
        kafka=KafkaSettings(
            bootstrap="kafka:9093",
            prefix="acme.",
            session_timeout_s=6.0,
            transaction_timeout_s=20.0,
            security_protocol="SASL_SSL",
            ca_file=Path("ca.pem"),
            sasl_mechanism="SCRAM-SHA-512",
            sasl_username="ann",
            sasl_password_file=Path("secret"),
        ),
        pipeline=PipelineSettings(
            chunk_records=7,
            chunk_bytes=8,
            chunk_s=0.009,
            queue_records=10,
            queue_bytes=11,
            clock_skew_s=0.0,
            outside_log_s=12.0,
            time_origin_s=1.0,
            time_start_s=100.0,
            time_speed=60.0,
        ),
    )
    app = build(settings)
    clients, security, limits = app.clients, app.clients.security, app.limits
    assert app.table.physical(Topic.AUDIT) == "acme.audit"
    assert (clients.bootstrap, clients.session_timeout_s, clients.transaction_timeout_s) == ("kafka:9093", 6.0, 20.0)
    assert (security.protocol, security.ca_file, security.mechanism) == ("SASL_SSL", Path("ca.pem"), "SCRAM-SHA-512")
    assert (security.username, security.password_file) == ("ann", Path("secret"))
    assert (limits.chunk.records, limits.chunk.bytes, limits.chunk.seconds) == (7, 8, 0.009)
    assert (limits.queue_records, limits.queue_bytes, limits.skew_s, limits.outside_log_s) == (10, 11, 0.0, 12.0)
    assert app.clock.scale.apply(2.0) == 160.0


def test_how_long_repeats_are_noticed_is_a_setting() -> None:
    app = build(Settings(pipeline=PipelineSettings(dedup_window_s=60.0, dedup_messages=1)))
    message = encode(EXAMPLES["message-chat-en"]).replace(b'"acme"', b'"default"')
    runner = MemoryRunner(app.stages, app.table)
    for after_s in (0.0, 60.0, 1.0):
        runner.advance(after_s)
        runner.send(Topic.MESSAGES_RAW, b"k", message)
    runner.send(Topic.MESSAGES_RAW, b"k", message.replace(b"m-1001", b"m-1002"))
    runner.send(Topic.MESSAGES_RAW, b"k", message)
    runner.settle()
    ids = [decode(TriagedTicket, record.value).message_id for record in runner.records(Topic.TICKETS_TRIAGED)]
    assert ids == ["m-1001", "m-1001", "m-1002", "m-1001"]


def test_for_how_long_and_of_how_many_a_conversation_counts_once_is_a_setting() -> None:
    app = build(Settings(surges=SurgeSettings(conversation_window_s=60.0, conversations=1)))
    message = encode(EXAMPLES["message-chat-en"]).replace(b'"acme"', b'"default"')
    runner = MemoryRunner(app.stages, app.table, start_s=1_773_144_000.0)
    arrivals = [(0.0, b"c-1"), (60.0, b"c-1"), (1.0, b"c-1"), (0.0, b"c-2"), (0.0, b"c-1")]
    for number, (after_s, conversation) in enumerate(arrivals):
        runner.advance(after_s)
        own = message.replace(b"m-1001", b"m-%d" % number).replace(b"c-501", conversation)
        runner.send(Topic.MESSAGES_RAW, b"k", own)
    runner.settle()
    counts = [read_counts(r.value) for r in runner.records(Topic.VOLUME_COUNTS) if not is_mark(r.headers)]
    assert sum(said.slices.get("all", (0, 0))[0] for said in counts if isinstance(said, CountsRecord)) == 4
    assert sum(said.follow_ups for said in counts if isinstance(said, CountsRecord)) == 1


async def test_a_process_runs_the_stages_that_it_is_told_to() -> None:
    process = build(Settings()).worker_process(["route", "intake"])
    assert [worker.context.spec.name for worker in process.workers] == ["route", "intake"]
    await process.stop()


async def test_a_process_runs_all_stages_and_makes_the_models_once_before_it_starts() -> None:
    app = build(Settings())
    process = app.worker_process(None, "pod-0")
    names = ["triage", "intake", "route", "surge", "plan", "join", "learn"]
    assert [worker.context.spec.name for worker in process.workers] == names
    assert app.triage() is app.triage()
    await process.stop()


async def test_no_process_without_such_a_stage() -> None:
    with pytest.raises(ValueError, match="no stage 'rout'; there are: triage, intake, route"):
        build(Settings()).worker_process(["rout"])


def bayes() -> Any:
    return feature_extraction.BagOfWords() | naive_bayes.MultinomialNB()


def test_a_model_of_rivers_serves_the_task_that_the_file_names_it_for_and_knows_the_seeds() -> None:
    app = build(Settings(models=ModelsSettings(topic=ModelSettings(river=f"{__name__}:bayes"))))
    triage = app.triage()
    assert isinstance(triage.models["topic"], RiverModel)
    [result] = triage.triage_many([TextMessage("I was charged twice on my invoice", language="en")])
    assert result.topic.label == "billing"
    before = result.topic.probability
    for _ in range(3):
        learn(triage, Example("I was charged twice on my invoice", "en", {"topic": "refund"}))
    [result] = triage.triage_many([TextMessage("I was charged twice on my invoice", language="en")])
    assert dict(zip(TOPICS, result.topic.probabilities, strict=True))["billing"] < before
    app.follower.models.begin()
    assert app.follower.snapshot() is None  # it is brought up to date by a replay


@pytest.mark.parametrize(
    ("factory", "why"), [("no_module:f", "ModuleNotFoundError"), ("builtins:dict", "not a classifier")]
)
def test_what_makes_no_model_is_told_by_its_name(factory: str, why: str) -> None:
    app = build(Settings(models=ModelsSettings(topic=ModelSettings(river=factory))))
    with pytest.raises(FactoryError, match=f"{factory}: .*{why}"):
        app.triage()


def test_how_far_feedback_is_trusted_and_how_often_versions_are_published_are_settings() -> None:
    settings = LearningSettings(
        keep_conversations=3,
        labels_per_hour=80.0,
        influence=16.0,
        sources=24,
        snapshot_every_s=7.0,
        snapshot_examples=9,
        csat_weight=0.4,
        reopened_weight=0.1,
    )
    stages = {stage.name: stage for stage in build(Settings(learning=settings)).stages}
    join = stages["join"].sources[Topic.LEARNING_INBOX](0, 8)
    learn_stage = stages["learn"].sources[Topic.LEARNING_EXAMPLES](0, 1)
    assert isinstance(join, Join)
    assert isinstance(learn_stage, Learn)
    assert (join.keep_conversations, join.weights) == (3, WeakWeights(csat=0.4, reopened=0.1))
    assert join.sources.limits == SourceLimits(labels_per_hour=10.0, influence=2.0, sources=3)
    assert (learn_stage.every_s, learn_stage.every_examples) == (7.0, 9)
