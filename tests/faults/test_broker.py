"""The broker killed and back, and away for longer than every time-out."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.local import LocalBroker
from tests.faults.crew import Crew
from tests.flow.deployment import eventually

AWAY_S = 6.0
"""Past the session's 2 s and the transaction's 4 s, even before the broker's own start."""


@pytest.fixture
def crew(broker: LocalBroker, tmp_path: Path) -> Iterator[Crew]:
    """Topics for each test: records that Kafka itself got wrong would be found again by the next."""
    with Crew(broker, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def broker_is_back(broker: LocalBroker) -> Iterator[None]:
    yield
    broker.start()


@pytest.mark.parametrize("away_s", [0.0, AWAY_S], ids=["at once", "after all time-outs"])
def test_a_broker_killed_and_back_changes_nothing(
    crew: Crew,
    broker: LocalBroker,
    seed: int,
    long: bool,
    away_s: float,
) -> None:
    crew.start()
    crew.start()
    crew.until_members(2)
    with crew.traffic():
        for _ in range(3 if long else 1):
            crew.until_progress()
            broker.kill()
            killed_s = time.monotonic()
            eventually(lambda at_s=killed_s + away_s: time.monotonic() >= at_s, 20, "it has been away for long enough")
            broker.start()
            crew.until_members(2)
        crew.until_progress()
    assert all(hand.ended is None for hand in crew.hands[-2:]), "workers outlive their broker's absence"
    assert crew.check() > 1_000
