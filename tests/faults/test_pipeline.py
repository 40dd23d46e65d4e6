"""The real pipeline, all seven stages in each of two workers, through what platform teams fear; then its oracle."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from kafka.admin import KafkaAdminClient

from streams.local import LocalBroker
from streams.local.promtool import ToolMissingError, debian_package
from streams.topic_admin import TopicAdmin
from streams.topics import SPECS, Topic, TopicTable
from tests.conftest import missing
from tests.faults.pipeline import POLICY, Pipeline, Traffic
from tests.flow.deployment import Deployment, Worker, eventually
from tests.flow.records import message

FROZEN_S = 6.0
"""Past the session's 2 s and the transaction's 4 s."""


@pytest.fixture(scope="module")
def spillway(deploy: Callable[..., Deployment]) -> Iterator[Deployment]:
    """All scenarios of this file are faults of one deployment; in the end the oracle judges all that it did."""
    deployment = deploy(POLICY)
    yield deployment
    if deployment.workers:  # none where every scenario was skipped
        assert Pipeline(deployment).check() > 500


@pytest.fixture
def pipeline(spillway: Deployment, broker: LocalBroker, long: bool) -> Iterator[Pipeline]:
    """With two workers, however many the test before has left. In the long form each scenario is judged by itself."""
    broker.start()
    while len(spillway.alive()) < 2:
        spillway.start_worker()
    for worker in spillway.alive():
        worker.until_ready()
    pipeline = Pipeline(spillway)
    yield pipeline
    if long:
        assert pipeline.check() > 500


@pytest.fixture(scope="module")
def faketime() -> Path:
    """The library that shifts a process's clock."""
    try:
        folder = debian_package("libfaketime", "libfaketime", "Try `apt download libfaketime` to see why")
    except ToolMissingError as error:
        missing(str(error))
        raise
    (library,) = folder.rglob("libfaketimeMT.so.1")
    return library


def _skew_s(worker: Worker) -> float:
    def line() -> str | None:
        lines = worker.metrics().splitlines()
        return next((line for line in lines if line.startswith("spillway_clock_skew_seconds ")), None)

    return float(eventually(line, 60, "the worker tells its skew").split()[1])


def test_a_killed_worker_a_frozen_one_and_one_whose_clock_is_an_hour_ahead_leave_no_trace(
    spillway: Deployment, pipeline: Pipeline, faketime: Path, dice: random.Random
) -> None:
    killed, frozen = spillway.alive()[:2]
    with Traffic(spillway, dice):
        pipeline.until_progress()
        killed.kill()
        ahead = spillway.start_worker(LD_PRELOAD=str(faketime), FAKETIME="+3600s", FAKETIME_DONT_FAKE_MONOTONIC="1")
        pipeline.until_progress()
        ahead.until_ready()
        frozen.freeze()
        frozen_s = time.monotonic()
        pipeline.until_progress()  # all by the one ahead
        assert -3_610 < _skew_s(ahead) < -3_590, "the worker's own clock is an hour ahead, and it says so"
        eventually(lambda: time.monotonic() - frozen_s > FROZEN_S, 60, "all time-outs have passed")
        frozen.thaw()
        pipeline.until_progress()


def test_a_rolling_restart_leaves_no_trace(
    spillway: Deployment, pipeline: Pipeline, dice: random.Random, long: bool
) -> None:
    if not long:
        pytest.skip("a minute of starting workers; run: make faults. In short: tests/faults/test_workers.py")
    with Traffic(spillway, dice):
        for old in spillway.alive():
            new = spillway.start_worker()
            new.until_ready()
            assert old.stop() == 0
            pipeline.until_progress()


def test_partitions_added_to_messages_raw_while_running_are_read_from_their_first_record(
    spillway: Deployment, pipeline: Pipeline, broker: LocalBroker, seed: int, dice: random.Random
) -> None:
    before = spillway.partitions(Topic.MESSAGES_RAW)
    specs = [replace(spec, partitions=before + 2) if spec.name == Topic.MESSAGES_RAW else spec for spec in SPECS]
    table = TopicTable(specs, prefix=spillway.prefix, stages={"triage": [Topic.MESSAGES_RAW]})
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    topics = TopicAdmin(admin, table)
    with Traffic(spillway, dice):
        pipeline.until_progress()
        topics.apply(topics.plan())
        eventually(lambda: spillway.partitions(Topic.MESSAGES_RAW) == before + 2, 60, "the broker has added them")
        names = {f"new-{seed}-{number}" for number in range(100)}
        for number, name in enumerate(sorted(names)):
            where = spillway.prefix + Topic.MESSAGES_RAW
            spillway.producer.produce(where, message(name), name.encode(), partition=before + number % 2)
        spillway.flush()

        def triaged() -> set[str]:
            return {orjson.loads(record.value())["message_id"] for record in spillway.read(Topic.TICKETS_TRIAGED)}

        eventually(lambda: names <= triaged(), 180, "workers notice the new partitions")
    admin.close()


def test_a_broker_killed_and_away_leaves_no_trace(
    spillway: Deployment,
    pipeline: Pipeline,
    broker: LocalBroker,
    dice: random.Random,
) -> None:
    with Traffic(spillway, dice):
        pipeline.until_progress()
        broker.kill()
        killed_s, away_s = time.monotonic(), dice.choice((0.0, FROZEN_S))
        eventually(lambda: time.monotonic() - killed_s >= away_s, 60, "it has been away for long enough")
        broker.start()
        pipeline.until_progress()
    assert len(spillway.alive()) == 2, "workers outlive their broker's absence"
