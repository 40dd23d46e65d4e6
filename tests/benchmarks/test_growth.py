import pytest

from benchmarks.growth import PEAK_PER_MIN, WEEK_MIN, growing, play


def test_the_traffic_grows_evenly_over_the_weeks() -> None:
    scenario = growing(weeks=6, growth=1.9)
    (segment,) = scenario.segments
    assert scenario.length_min == 6 * WEEK_MIN
    assert scenario.start.weekday() == 0
    assert [segment.factor_at(week * WEEK_MIN) for week in (0, 2, 4)] == pytest.approx([1.0, 1.3, 1.6])


def test_hours_of_it_go_through_all_stages_and_nothing_is_told() -> None:
    played = play(seed=1, weeks=1 / 14, growth=1.0)
    assert played.surges == played.notices == []
    assert played.service["during"].messages > 60 * 12 * PEAK_PER_MIN / 4
