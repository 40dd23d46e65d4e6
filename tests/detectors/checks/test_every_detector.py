"""What every detector of counts must stand: one set of checks for all of them."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pytest

from detectors.surge import SurgeBank, SurgeDetector
from tests.detectors.surge.traffic import MONDAY_S, WEEK_S, at, draw, expected_counts

Count = float | None


_STATES = ("onset", "ongoing", "cleared")
_DIAL = 0.02  # so that what alarms is of the detector's own making and no chance


class Watcher(NamedTuple):
    """A detector, however it is called: takes one bucket, and the share of its messages that is angry, and says whether
    it alarms, with the numbers it says.
    """

    update: Callable[[float, Count, float], tuple[bool, list[float]]]
    moved: Callable[[], "Watcher"]  # dumped and loaded
    bucket_s: float
    kind: str


def volume(bucket_s: float, dumped: bytes | None = None, *, spiky: bool = False) -> Watcher:
    detector = SurgeDetector(bucket_s, _DIAL, spiky=spiky) if dumped is None else SurgeDetector.load(dumped)

    def update(start_s: float, count: Count, _: float) -> tuple[bool, list[float]]:
        reading = detector.update(start_s, count)
        return reading.active, [reading.score, reading.expected, reading.ratio, reading.onset_s or 0.0]

    return Watcher(update, lambda: volume(bucket_s, detector.dump()), bucket_s, "volume")


def of_kind(kind: str, bucket_s: float, rows: dict[bytes, bytes] | None = None) -> Watcher:
    """A bank of one series as the detector of `kind`."""
    bank, kept = SurgeBank("g", bucket_s, _DIAL), dict(rows or {})
    bank.restore(kept)

    def update(start_s: float, count: Count, angry: float) -> tuple[bool, list[float]]:
        counts = None if count is None else {"all": (int(count), int(count * angry))}
        said = [event for event in bank.close(start_s, counts) if event.kind == kind]
        for key, row in bank.changed_rows().items():
            if row is None:
                kept.pop(key, None)
            else:
                kept[key] = row
        lasting = said if kind == "growth" else bank.lasting(kind)
        numbers = [[_STATES.index(e.state), e.onset_at_s, e.at_s, e.observed, e.expected, e.ratio] for e in said]
        return bool(lasting), list(itertools.chain.from_iterable(numbers))

    return Watcher(update, lambda: of_kind(kind, bucket_s, dict(kept)), bucket_s, kind)


DETECTORS: dict[str, Callable[[], Watcher]] = {
    "volume, 60 s": lambda: volume(60.0),
    "volume, 300 s": lambda: volume(300.0),
    "volume of a spiky series, 60 s": lambda: volume(60.0, spiky=True),
    "volume of a spiky series, 300 s": lambda: volume(300.0, spiky=True),
    "volume, by a bank": lambda: of_kind("volume", 300.0),
    "sentiment": lambda: of_kind("sentiment", 300.0),
    "drop": lambda: of_kind("drop", 300.0),
    "growth": lambda: of_kind("growth", 300.0),
}


@pytest.fixture(params=DETECTORS)
def make(request: pytest.FixtureRequest) -> Callable[[], Watcher]:
    return DETECTORS[request.param]


def feed(
    watcher: Watcher, counts: Sequence[Count], first: int = 0, angry: Sequence[float] = ()
) -> list[tuple[bool, list[float]]]:
    """What the detector says of these buckets, the first of which is number `first`; a fifth angry by default."""
    shares = angry or [0.2] * len(counts)
    return [
        watcher.update(MONDAY_S + (first + i) * watcher.bucket_s, count, share)
        for i, (count, share) in enumerate(zip(counts, shares, strict=True))
    ]


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


class Stream(NamedTuple):
    """Buckets on which a detector alarms; after `cuts` of them it is dumped and loaded, `within` its alarm too."""

    counts: list[Count]
    angry: list[float]
    cuts: tuple[int, ...]
    within: int


def alarming(kind: str, bucket_s: float) -> Stream:
    """A stream on which the detector of `kind` alarms, with a gap of unmeasured buckets."""
    begin, hour = at(9, 10, bucket_s), round(3_600 / bucket_s)
    inside = begin + hour + 2  # of an alarm, of an hour between two dumps, and, in buckets of 60 s, of a cell
    rate = expected_counts(6.0, bucket_s, 5)
    angry = np.full(len(rate), 0.2)
    match kind:
        case "volume":
            # What rises again soon after its end, and is much smaller, is part of it, also if loaded in between.
            again = begin + 3 * hour + hour // 2
            rate[begin : begin + 3 * hour] *= 5
            rate[again : again + 2 * hour] *= 1.8
            cuts, within, length = [inside, again], inside, begin + 6 * hour
        case "drop":
            rate[begin : begin + 3 * hour] = 0
            cuts, within, length = [inside], inside, begin + 5 * hour
        case "sentiment":
            # Angry messages that come within an hour after a surge of volume are part of it, also if the detector is
            # loaded in between. Those of the next day are a surge of their own.
            rate[begin : begin + 2 * hour] *= 5
            after, alone = begin + 2 * hour + 6, begin + 24 * hour
            angry[after : after + 6] = angry[alone : alone + hour] = 0.8
            angry[alone + hour : alone + 3 * hour] = 0.5
            angry[alone + 3 * hour : alone + 4 * hour] = 0.33  # its end, as judged by its height long before the cut
            cuts, within, length = [inside, after, inside + 25 * hour], inside + 25 * hour, alone + 5 * hour
        case "growth":
            # Weeks begin on Thursdays. Growth is said once, when four are over: whoever is loaded then must know of the
            # weeks before, and not say it again.
            rate *= 1.17 ** (np.arange(len(rate)) * bucket_s // WEEK_S)
            told = at(31, 0, bucket_s) + 2
            cuts, within, length = [at(20, 12, bucket_s), told], told, told + hour
    counts: list[Count] = [float(count) for count in draw(rate[:length], seed=25)]
    counts[700:720] = [None] * 20
    return Stream(counts, angry[:length].tolist(), (1_003, *cuts), within)


def test_dump_and_load_within_an_alarm_give_identical_readings(make: Callable[[], Watcher]) -> None:
    whole, moved = make(), make()
    counts, angry, cuts, within = alarming(whole.kind, whole.bucket_s)
    said = feed(whole, counts, 0, angry)
    parts = []
    for begin, end in itertools.pairwise((0, *cuts, len(counts))):
        parts += feed(moved, counts[begin:end], begin, angry[begin:end])
        moved = moved.moved()
    assert said[within - 1][0]
    assert parts == said
