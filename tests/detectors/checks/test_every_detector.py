"""What every detector of counts must stand: one set of checks for all of them."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pytest

from detectors.surge import SurgeBank, SurgeDetector
from tests.detectors.surge.traffic import MONDAY_S, draw, expected_counts

Count = float | None


_DIAL = 0.02  # so that what alarms is of the detector's own making and no chance


class Watcher(NamedTuple):
    """A detector, however it is called: takes one bucket and says whether it alarms, with the numbers it says."""

    update: Callable[[float, Count], tuple[bool, list[float]]]
    moved: Callable[[], "Watcher"]  # dumped and loaded
    bucket_s: float


def volume(bucket_s: float, dumped: bytes | None = None, *, spiky: bool = False) -> Watcher:
    detector = SurgeDetector(bucket_s, _DIAL, spiky=spiky) if dumped is None else SurgeDetector.load(dumped)

    def update(start_s: float, count: Count) -> tuple[bool, list[float]]:
        reading = detector.update(start_s, count)
        return reading.active, [reading.score, reading.expected, reading.ratio]

    return Watcher(update, lambda: volume(bucket_s, detector.dump()), bucket_s)


def of_kind(kind: str, bucket_s: float, rows: dict[bytes, bytes] | None = None) -> Watcher:
    """A bank of one series, a fifth of whose messages are angry, as the detector of `kind`."""
    bank, kept = SurgeBank("g", bucket_s, _DIAL), dict(rows or {})
    bank.restore(kept)
    on = [False]

    def update(start_s: float, count: Count) -> tuple[bool, list[float]]:
        counts = None if count is None else {"all": (int(count), int(count) // 5)}
        said = [event for event in bank.close(start_s, counts) if event.kind == kind]
        kept.update({key: row for key, row in bank.changed_rows().items() if row is not None})
        for event in said:
            on[0] = event.state != "cleared"
        return on[0], [number for event in said for number in (event.expected, event.ratio)]

    return Watcher(update, lambda: of_kind(kind, bucket_s, dict(kept)), bucket_s)


DETECTORS: dict[str, Callable[[], Watcher]] = {
    "volume, 60 s": lambda: volume(60.0),
    "volume, 300 s": lambda: volume(300.0),
    "volume of a spiky series, 60 s": lambda: volume(60.0, spiky=True),
    "volume of a spiky series, 300 s": lambda: volume(300.0, spiky=True),
    "sentiment": lambda: of_kind("sentiment", 300.0),
    "drop": lambda: of_kind("drop", 300.0),
    "growth": lambda: of_kind("growth", 300.0),
}


@pytest.fixture(params=DETECTORS)
def make(request: pytest.FixtureRequest) -> Callable[[], Watcher]:
    return DETECTORS[request.param]


def feed(watcher: Watcher, counts: Sequence[Count], first: int = 0) -> list[tuple[bool, list[float]]]:
    return [watcher.update(MONDAY_S + (first + i) * watcher.bucket_s, count) for i, count in enumerate(counts)]


def alarmed(said: list[tuple[bool, list[float]]]) -> bool:
    for _, numbers in said:
        assert not any(math.isnan(number) or number == math.inf for number in numbers)
    return any(alarm for alarm, _ in said)


@pytest.mark.parametrize("level", [0, 1, 40, 10**9])
def test_a_constant_series_never_alarms(make: Callable[[], Watcher], level: int) -> None:
    assert not alarmed(feed(make(), [float(level)] * (5 * 2016)))


@pytest.mark.parametrize("scale", [0.02, 1.0, 1000.0])
def test_ordinary_weeks_do_not_alarm_at_any_scale(make: Callable[[], Watcher], scale: float) -> None:
    watcher = make()
    rate = expected_counts(4.0, watcher.bucket_s, 2) * scale
    said = feed(watcher, [float(count) for count in draw(rate, seed=21)])
    assert sum(now and not before for (before, _), (now, _) in itertools.pairwise(said)) <= 1


def test_gaps_and_none_alarm_nothing(make: Callable[[], Watcher]) -> None:
    watcher = make()
    counts: list[Count] = [float(count) for count in draw(expected_counts(6.0, watcher.bucket_s, 2), seed=22)]
    for begin in (100, 1500, 2500):
        counts[begin : begin + 150] = [None] * 150
    said = feed(watcher, counts[:3000])
    said += feed(watcher, counts[3200:], 3200)  # buckets that nobody fed at all
    assert not alarmed(said)


def test_a_single_huge_bucket_does_not_alarm(make: Callable[[], Watcher]) -> None:
    watcher = make()
    counts = [float(count) for count in draw(expected_counts(6.0, watcher.bucket_s, 2), seed=23)]
    counts[2500] = 1e9
    assert not alarmed(feed(watcher, counts))


def test_a_billion_messages_a_bucket_with_little_scatter_do_not_alarm(make: Callable[[], Watcher]) -> None:
    rng = np.random.default_rng(24)
    assert not alarmed(feed(make(), [1e9 + float(noise) for noise in rng.normal(0, 1e6, size=2 * 2016).round()]))


def test_zeros_after_traffic_and_traffic_after_zeros_give_numbers(make: Callable[[], Watcher]) -> None:
    alarmed(feed(make(), [0.0] * 500 + [50.0] * 500 + [0.0] * 500 + [1e9] * 20 + [0.0] * 500))


def test_dump_and_load_in_mid_stream_give_identical_readings(make: Callable[[], Watcher]) -> None:
    whole, moved = make(), make()
    rate = expected_counts(6.0, whole.bucket_s, 2)[:3500]
    rate[2600:2700] *= 5
    rate[3000:3100] = 0
    counts: list[Count] = [float(count) for count in draw(rate, seed=25)]
    counts[700:720] = [None] * 20
    said = feed(whole, counts)
    parts = []
    for cut in range(0, 3500, 500):
        parts += feed(moved, counts[cut : cut + 500], cut)
        moved = moved.moved()
    assert [numbers for _, numbers in said] == [numbers for _, numbers in parts]
