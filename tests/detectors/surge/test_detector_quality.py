"""What the detector finds, and what it keeps quiet about, on simulated counts."""

import itertools
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.surge import SurgeDetector, SurgeReading
from tests.detectors.surge.traffic import MONDAY_S, at, day_shape, draw, expected_counts


def run(detector: SurgeDetector, counts: list[int | None] | list[int], first: int = 0) -> list[SurgeReading]:
    bucket_s = detector.bucket_s
    return [detector.update(MONDAY_S + (first + i) * bucket_s, count) for i, count in enumerate(counts)]


def alarms(readings: list[SurgeReading]) -> int:
    return sum(now.active and not before.active for before, now in itertools.pairwise(readings))


@pytest.mark.parametrize(("hour", "seed"), [(10, 1), (14, 2), (20, 3), (3, 4)])
def test_a_threefold_outage_is_found_within_three_minutes_and_cleared_within_fifteen(
    warm_60s: bytes, hour: int, seed: int
) -> None:
    begin, end = at(1, hour, 60.0), at(1, hour + 2, 60.0)
    rate = expected_counts(100.0, 60.0, 1)[: end + 180]
    rate[begin:end] *= 3
    active = [reading.active for reading in run(SurgeDetector.load(warm_60s), draw(rate, seed), 3 * 10_080)]
    assert not any(active[:begin])
    assert any(active[begin : begin + 3])
    assert all(active[begin + 3 : end])
    assert not any(active[end + 15 :])


def test_a_threefold_surge_of_twenty_a_minute_is_found_within_ten_minutes_of_300_s_buckets(warm_300s: bytes) -> None:
    begin, end = at(2, 14, 300.0), at(2, 16, 300.0)
    rate = expected_counts(20.0, 300.0, 1)[: end + 12]
    rate[begin:end] *= 3
    active = [reading.active for reading in run(SurgeDetector.load(warm_300s), draw(rate, 5), 3 * 2016)]
    assert not any(active[:begin])
    assert active[begin + 1]
    assert not any(active[end + 3 :])


@pytest.mark.parametrize(("bucket_s", "seeds"), [(60.0, (1, 2)), (300.0, (3, 4, 5, 6))])
def test_calm_weeks_raise_no_more_than_the_dial_says(bucket_s: float, seeds: tuple[int, ...]) -> None:
    total = weeks = 0
    for per_minute in (0.2, 5.0, 100.0):
        rate = expected_counts(per_minute, bucket_s, 4)
        for seed in seeds:
            total += alarms(run(SurgeDetector(bucket_s, false_alarms_per_week=1.0), draw(rate, seed)))
            weeks += 4
    assert total <= 1.5 * weeks


def test_a_gap_in_calm_raises_nothing_and_in_a_surge_clears_nothing(warm_60s: bytes) -> None:
    begin, end = at(1, 10, 60.0), at(1, 12, 60.0)
    rate = expected_counts(100.0, 60.0, 1)[:end]
    rate[begin:] *= 3
    counts: list[int | None] = list(draw(rate, 8))
    counts[begin - 60 : begin - 55] = [None] * 5
    counts[begin + 60 : begin + 65] = [None] * 5
    active = [reading.active for reading in run(SurgeDetector.load(warm_60s), counts, 3 * 10_080)]
    assert not any(active[:begin])
    assert all(active[begin + 3 :])


@pytest.mark.parametrize("per_minute", [2.0, 100.0])
@pytest.mark.parametrize("bucket_s", [60.0, 300.0])
def test_the_first_week_learns_the_day_without_an_alarm(bucket_s: float, per_minute: float) -> None:
    for seed in (1, 2):
        counts = draw(expected_counts(per_minute, bucket_s, 1), seed)
        assert alarms(run(SurgeDetector(bucket_s), counts)) == 0


def test_a_shop_that_opens_looks_like_a_surge_on_its_first_day_alone() -> None:
    bucket_s = 300.0
    rate = np.zeros(at(6, 0, bucket_s))
    for day in range(6):
        rate[at(day, 9, bucket_s) : at(day, 18, bucket_s)] = 50.0 * bucket_s / 60
    active = [reading.active for reading in run(SurgeDetector(bucket_s), draw(rate, 3))]
    assert any(active[: at(1, 0, bucket_s)])
    assert not any(active[at(1, 0, bucket_s) :])


@pytest.mark.parametrize(("per_minute", "within_min"), [(100.0, 5), (10.0, 10)])
def test_a_threefold_surge_in_the_first_week_is_found(per_minute: float, within_min: int) -> None:
    for day in (0, 3):
        begin = at(day, 14, 60.0)
        rate = expected_counts(per_minute, 60.0, 1)[: begin + 60]
        rate[begin:] *= 3
        active = [reading.active for reading in run(SurgeDetector(60.0), draw(rate, day))]
        assert not any(active[:begin])
        assert any(active[begin : begin + within_min])


def test_from_the_second_day_on_a_threefold_surge_of_few_messages_is_found_too() -> None:
    found = 0
    for day, seed in itertools.product((1, 2, 3, 4), (1, 2, 3)):
        begin = at(day, 14, 60.0)
        rate = expected_counts(1.5, 60.0, 1)[: begin + 120]
        rate[begin:] *= 3
        active = [reading.active for reading in run(SurgeDetector(60.0, false_alarms_per_week=0.1), draw(rate, seed))]
        assert not any(active[:begin])
        found += any(active[begin : begin + 30])
    assert found >= 8  # one, if the day before told nothing


def test_on_a_first_afternoon_that_was_flat_a_threefold_surge_of_few_messages_is_found() -> None:
    found = 0
    begin = at(0, 14, 60.0)
    for seed in range(1, 13):
        rate = expected_counts(2.0, 60.0, 1)[: begin + 60]
        rate[begin:] *= 3
        active = [reading.active for reading in run(SurgeDetector(60.0, false_alarms_per_week=0.1), draw(rate, seed))]
        assert not any(active[:begin])
        found += any(active[begin:])
    assert found >= 9  # six, if the afternoon might be as steep as a morning


@pytest.mark.parametrize("day", [5, 6])
def test_the_first_monday_is_no_surge_to_who_has_seen_a_weekend_alone(day: int) -> None:
    for per_minute, seed in itertools.product((2.5, 25.0), (1, 2, 3)):
        first = at(day, 0, 60.0)
        counts = draw(expected_counts(per_minute, 60.0, 2)[first : at(8, 0, 60.0)], seed)
        assert alarms(run(SurgeDetector(60.0, false_alarms_per_week=0.1), counts, first)) == 0


OCTOBER_S = 1_791_158_400.0  # 2026-10-05 00:00 UTC, a Monday


def local_counts(zone: str, weeks: int) -> NDArray[np.float64]:
    """Traffic that follows the clocks of a zone, from Monday 2026-10-05 on: Europe's clocks change on October 25."""
    offset_s = np.array(
        [_offset_s(zone, OCTOBER_S + i * 300.0) for i in range(weeks * 2016)],
    )
    return np.array([100.0 * day_shape(MONDAY_S + i * 300.0 + offset_s[i]) for i in range(weeks * 2016)])


def _offset_s(zone: str, at_s: float) -> float:
    offset = datetime.fromtimestamp(at_s, ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset.total_seconds()


def test_a_change_of_the_clocks_is_no_surge_to_who_knows_the_zone() -> None:
    counts = draw(local_counts("Europe/Berlin", 5), seed=2)
    seen = {}
    for zone in ("Europe/Berlin", "UTC"):
        detector = SurgeDetector(300.0, timezone=zone)
        readings = [detector.update(OCTOBER_S + i * 300.0, count) for i, count in enumerate(counts)]
        seen[zone] = alarms(readings[20 * 288 :])
    assert seen["Europe/Berlin"] == 0
    assert seen["UTC"] >= 1


@pytest.mark.parametrize("factor", [0.2, 1.0])
def test_a_known_holiday_is_no_surge_whether_people_write_or_not(factor: float) -> None:
    day = datetime.fromtimestamp(MONDAY_S + 23 * 86_400, UTC).date().isoformat()
    rate = expected_counts(20.0, 300.0, 5)
    rate[at(23, 0, 300.0) : at(24, 0, 300.0)] *= factor
    assert alarms(run(SurgeDetector(300.0, holidays=[day]), draw(rate, 11))) == 0


@pytest.mark.parametrize("per_minute", [20.0, 100.0])
def test_a_surge_on_a_known_holiday_lasts_as_long_as_it_does(per_minute: float) -> None:
    day = datetime.fromtimestamp(MONDAY_S + 24 * 86_400, UTC).date().isoformat()
    rate = expected_counts(per_minute, 60.0, 4)[: at(25, 0, 60.0)]
    rate[at(24, 0, 60.0) :] *= 0.5
    begin, end = at(24, 10, 60.0), at(24, 15, 60.0)
    rate[begin:end] *= 3.0
    active = [reading.active for reading in run(SurgeDetector(60.0, holidays=[day]), draw(rate, 1))]
    assert not any(active[at(24, 0, 60.0) : begin])
    assert all(active[begin + 10 : end])
    assert not any(active[end + 15 :])


def test_a_forgotten_holiday_makes_no_surge_of_the_days_after_it() -> None:
    rate = expected_counts(100.0, 300.0, 5)
    rate[at(23, 0, 300.0) : at(24, 0, 300.0)] *= 0.3
    assert alarms(run(SurgeDetector(300.0), draw(rate, 12))) == 0


def test_a_missing_day_makes_no_surge() -> None:
    counts: list[int | None] = list(draw(expected_counts(20.0, 300.0, 5), 13))
    for day in (3, 23):
        counts[at(day, 0, 300.0) : at(day + 1, 0, 300.0)] = [None] * 288
    assert alarms(run(SurgeDetector(300.0), counts)) == 0


def test_slow_growth_is_no_surge() -> None:
    rate = expected_counts(20.0, 300.0, 6)
    rate[2 * 2016 :] *= np.linspace(1.0, 1.9, 4 * 2016)
    assert alarms(run(SurgeDetector(300.0), draw(rate, 14))) <= 1


def test_what_lasts_for_a_day_is_a_new_level_and_no_surge_any_more() -> None:
    begin = at(23, 10, 300.0)
    rate = expected_counts(20.0, 300.0, 5)
    rate[begin:] *= 3
    readings = run(SurgeDetector(300.0), draw(rate, 15))
    assert alarms(readings) == 1
    assert readings[begin + 200].active
    assert not any(reading.active for reading in readings[begin + 300 :])


def test_a_surge_that_halves_and_lingers_does_not_flap(warm_60s: bytes) -> None:
    begin = at(1, 10, 60.0)
    rate = expected_counts(100.0, 60.0, 1)[: begin + 360]
    rate[begin : begin + 60] *= 3
    rate[begin + 60 : begin + 240] *= 2
    assert alarms(run(SurgeDetector.load(warm_60s), draw(rate, 16), 3 * 10_080)) == 1
