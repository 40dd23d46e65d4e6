"""When the short average is believed, and what a surge changes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routers.capacity.nowcast import Average, Level


def fed(rate_per_s: float, hours: float, level: Level | None = None, *, surging: bool = False) -> Level:
    level = level or Level()
    for _ in range(round(hours * 360)):
        level.add(rate_per_s, 300.0, 10.0, surging=surging)
    return level


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(1, 1e4))
def test_an_average_stays_within_what_was_measured(values: list[float], half_life_s: float) -> None:
    average = Average()
    for value in values:
        average.add(value, 10.0, half_life_s)
    assert min(values) - 1e-9 <= average.mean <= max(values) + 1e-9


def test_the_first_measurement_counts_in_full() -> None:
    assert fed(0.05, hours=1 / 360).rate_per_s == pytest.approx(0.05)


def test_chance_does_not_move_the_level() -> None:
    seeded, level = random.Random(7), Level()
    rates = []
    for _ in range(24 * 360):
        level.add(sum(seeded.random() < 0.02 for _ in range(10)) / 10, None, 10.0, surging=False)
        rates.append(level.rate_per_s)
    moved = [rate for rate in rates[360:] if abs(rate - 0.02) > 0.006]
    assert len(moved) < 0.01 * len(rates)


def test_three_times_as_much_is_believed_within_minutes() -> None:
    level = fed(0.06, hours=5 / 60, level=fed(0.02, hours=3))
    assert level.rate_per_s > 0.035


def test_the_evening_is_believed_as_well() -> None:
    level = fed(0.002, hours=0.5, level=fed(0.02, hours=3))
    assert level.rate_per_s < 0.005


def test_a_surge_does_not_teach_what_is_usual() -> None:
    level = fed(0.06, hours=2, level=fed(0.02, hours=3), surging=True)
    assert level.slow.mean == pytest.approx(0.02)
    assert fed(0.02, hours=1, level=level).rate_per_s == pytest.approx(0.02)


def test_the_surge_detector_is_believed_before_the_average_moves() -> None:
    assert fed(0.02, hours=3).surge_rate_per_s(extra_per_s=0.04) == pytest.approx(0.06)


def test_after_a_pause_one_rate_does_not_stand_for_all_of_it() -> None:
    level = fed(0.02, hours=3)
    level.add(0.2, None, 86_400.0, surging=False)
    assert level.short.mean < 0.05
