"""The broker killed and back, and away for longer than every time-out."""

import random
import time
from collections.abc import Iterator

import pytest

from streams.local import LocalBroker
from tests.faults.crew import Crew
from tests.flow.deployment import eventually

AWAY_S = 6.0
"""Past the session's 2 s and the transaction's 4 s, even before the broker's own start."""


@pytest.fixture(autouse=True)
def broker_is_back(broker: LocalBroker) -> Iterator[None]:
    yield
    broker.start()


def test_a_broker_killed_and_back_at_once_or_after_all_time_outs_changes_nothing(
    crew: Crew, broker: LocalBroker, dice: random.Random, long: bool
) -> None:
    workers = crew.good(2)
    pauses_s = [0.0, AWAY_S] * (3 if long else 1)
    dice.shuffle(pauses_s)
    with crew.traffic():
        for away_s in pauses_s:
            crew.until_progress()
            broker.kill()
            killed_s = time.monotonic()
            eventually(lambda at_s=killed_s + away_s: time.monotonic() >= at_s, 60, "it has been away for long enough")
            broker.start()
            crew.until_members(2)
        crew.until_progress()
    assert all(worker.ended is None for worker in workers), "workers outlive their broker's absence"
    assert crew.check() > 1_000
