"""The real pipeline, all seven stages in each of two workers, through what platform teams fear; then its oracle."""

import random
import time
from collections.abc import Callable, Iterator

import pytest

from streams.local import LocalBroker
from tests.faults.pipeline import POLICY, Pipeline, Traffic
from tests.flow.deployment import Deployment, eventually

FROZEN_S = 6.0
"""Past the session's 2 s and the transaction's 4 s."""


@pytest.fixture(scope="module")
def spillway(deploy: Callable[..., Deployment]) -> Deployment:
    deployment = deploy(POLICY)
    for _ in range(2):
        deployment.start_worker()
    for worker in deployment.workers:
        worker.until_ready()
    return deployment


@pytest.fixture
def pipeline(spillway: Deployment, broker: LocalBroker) -> Iterator[Pipeline]:
    """With two workers, however many the test before has left."""
    broker.start()
    while len(spillway.alive()) < 2:
        spillway.start_worker()
    for worker in spillway.alive():
        worker.until_ready()
    yield Pipeline(spillway)


def test_a_worker_killed_and_one_frozen_leave_no_trace(
    spillway: Deployment, pipeline: Pipeline, dice: random.Random
) -> None:
    killed, frozen = spillway.alive()[:2]
    with Traffic(spillway, dice):
        pipeline.until_progress()
        killed.kill()
        spillway.start_worker()
        pipeline.until_progress()
        frozen.freeze()
        frozen_s = time.monotonic()
        pipeline.until_progress()
        eventually(lambda: time.monotonic() - frozen_s > FROZEN_S, 60, "all time-outs have passed")
        frozen.thaw()
        pipeline.until_progress()
    assert pipeline.check() > 500


def test_a_rolling_restart_leaves_no_trace(spillway: Deployment, pipeline: Pipeline, dice: random.Random) -> None:
    with Traffic(spillway, dice):
        for old in spillway.alive():
            new = spillway.start_worker()
            new.until_ready()
            assert old.stop() == 0
            pipeline.until_progress()
    assert pipeline.check() > 500


def test_a_broker_killed_and_away_leaves_no_trace(
    spillway: Deployment, pipeline: Pipeline, broker: LocalBroker, dice: random.Random
) -> None:
    with Traffic(spillway, dice):
        pipeline.until_progress()
        broker.kill()
        killed_s, away_s = time.monotonic(), dice.choice((0.0, FROZEN_S))
        eventually(lambda: time.monotonic() - killed_s >= away_s, 20, "it has been away for long enough")
        broker.start()
        pipeline.until_progress()
    assert pipeline.check() > 500
    assert len(spillway.alive()) == 2, "workers outlive their broker's absence"
