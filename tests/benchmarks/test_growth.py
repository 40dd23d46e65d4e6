import pytest

from benchmarks.growth import PEAK_PER_MIN, WEEK_S, growing, play


def test_the_traffic_grows_evenly_over_the_weeks() -> None:
    scenario = growing(weeks=6, growth=1.9)
    (segment,) = scenario.segments
    assert scenario.length_min == 6 * WEEK_S / 60
    assert scenario.start.weekday() == 0
    assert [segment.factor_at(week * WEEK_S / 60) for week in (0, 2, 4)] == pytest.approx([1.0, 1.3, 1.6])


def test_half_a_day_of_it_is_watched_and_nothing_is_told() -> None:
    messages, said = play(seed=1, weeks=1 / 14, growth=1.0)
    assert messages > 60 * 12 * PEAK_PER_MIN / 4
    assert said == []


def test_growth_within_hours_is_told_as_a_surge() -> None:
    _, said = play(seed=1, weeks=1 / 14, growth=12.0)
    assert {surge.kind for surge in said} >= {"volume"}
