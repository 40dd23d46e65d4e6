"""The parts of the detector, each by itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.surge import baseline, dispersion, drift, ending, evidence, lull, margin
from detectors.surge.calendar import Calendar
from detectors.surge.step import new_series

names = st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"])


@given(names, st.floats(0, 4e9))
def test_every_moment_has_a_cell_of_the_week(zone: str, at_s: float) -> None:
    cell = Calendar(timezone=zone).cell(at_s)
    assert 0 <= cell.of_week < 2016
    assert cell.hour_of_week == cell.of_week // 12


def test_nine_in_the_morning_is_the_same_cell_before_and_after_the_clocks_change() -> None:
    calendar, zone = Calendar(timezone="Europe/Berlin"), ZoneInfo("Europe/Berlin")
    summer, winter = (datetime(2026, 10, day, 9, tzinfo=zone).timestamp() for day in (22, 29))
    assert winter - summer == 7 * 86_400 + 3600
    assert calendar.cell(summer) == calendar.cell(winter)


def test_a_date_that_is_none_and_an_unknown_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        Calendar(holidays=["Christmas"])
    with pytest.raises(ZoneInfoNotFoundError):
        Calendar(timezone="Europe/Atlantis")


def test_a_holiday_ends_at_midnight_of_the_zone() -> None:
    calendar = Calendar(timezone="America/New_York", holidays=["2026-12-25"])
    noon = datetime(2026, 12, 25, 12, tzinfo=UTC).timestamp()
    assert [calendar.cell(noon + hours * 3600).holiday for hours in (-8, 0, 16, 18)] == [False, True, True, False]


def learn_hour(counts: list[float], weeks: int = 1, hour_of_week: int = 0, one: Any = None) -> Any:
    """A series of 300 s that has seen this hour of so many weeks."""
    one = new_series(300.0) if one is None else one
    for _ in range(weeks):
        for cell, count in enumerate(counts):
            predict(one, 12 * hour_of_week + cell)
            baseline.learn(one, count, 1.0)
    return one


def predict(one: Any, cell: int) -> float:
    one["of_week"], one["hour_of_week"] = cell, cell // 12
    baseline.predict(one)
    return float(one["season"])


def test_a_cell_with_few_messages_borrows_from_the_hour() -> None:
    one = learn_hour([0.0 if cell == 5 else 2.0 for cell in range(12)])
    assert 0.5 < predict(one, 5) < predict(one, 4)


def test_a_cell_with_many_messages_stands_for_itself() -> None:
    one = learn_hour([500.0 if cell == 5 else 2000.0 for cell in range(12)])
    assert predict(one, 5) == pytest.approx(500.0, rel=0.05)


def test_cells_that_are_alike_borrow_more_than_those_of_an_hour_with_an_edge() -> None:
    alike = learn_hour([20.0] * 12, weeks=4)
    edge = learn_hour([0.0] * 6 + [40.0] * 6, weeks=4)
    predict(edge, 6)
    predict(alike, 6)
    assert edge["borrowed"] == pytest.approx(6.0, abs=4.0)
    assert alike["borrowed"] > 10 * edge["borrowed"]


def learn_weeks(per_cell: Callable[[int, int], float], weeks: int = 4) -> Any:
    """A series that has seen whole weeks of `per_cell(day, hour)`."""
    one = new_series(300.0)
    for _ in range(weeks):
        for hour in range(168):
            learn_hour([per_cell(hour // 24, hour % 24)] * 12, hour_of_week=hour, one=one)
    return one


def test_an_hour_that_was_odd_in_its_few_visits_is_expected_to_be_as_its_day_and_the_hour_of_other_days() -> None:
    def usual(day: int, hour: int) -> float:
        return (0.5 if day >= 5 else 1.0) * (1.0 if 8 <= hour < 20 else 0.2)

    one = learn_weeks(lambda day, hour: usual(day, hour) * (1.5 if (day, hour) == (2, 12) else 1.0))
    assert predict(one, 12 * 60 + 6) == pytest.approx(1.0, rel=0.25)
    assert predict(one, 12 * (5 * 24 + 12) + 6) == pytest.approx(0.5, rel=0.1)


def test_a_saturday_that_closes_at_noon_is_not_taken_for_a_quieter_friday() -> None:
    one = learn_weeks(lambda day, hour: 5.0 if 8 <= hour < (12 if day == 5 else 20) else 0.1)
    assert predict(one, 12 * (5 * 24 + 10) + 6) == pytest.approx(5.0, rel=0.1)
    assert predict(one, 12 * (5 * 24 + 16) + 6) < 0.3


def test_the_expected_is_above_zero_even_after_weeks_of_silence() -> None:
    one = learn_hour([0.0], weeks=5000)
    assert 0.0 < predict(one, 0) * one["level"] < 0.001


def test_drift_follows_slowly_within_bounds_and_learns_nothing_from_what_is_on_trial() -> None:
    followed, tried, wild = new_series(60.0), new_series(60.0), new_series(60.0)
    for _ in range(600):
        drift.learn(followed, 115.0, 100.0, False)
        drift.learn(tried, 115.0, 100.0, True)
        drift.learn(wild, 900.0, 100.0, False)
    for one in (followed, tried, wild):
        drift.fit(one)
    assert followed["drift"] == pytest.approx(1.15, rel=0.02)
    assert tried["drift"] == 1.0
    assert wild["drift"] == 1.3
    drift.learn(tried, 115.0, 100.0, False)
    drift.fit(tried)
    assert tried["drift"] > 1.1


def test_phi_is_found_from_negative_binomial_counts() -> None:
    rng, one = np.random.default_rng(1), new_series(60.0)
    for count in rng.poisson(50 * rng.gamma(1 / 0.05, 0.05, size=20_000)).tolist():
        dispersion.learn(one, float(count), 50.0)
    assert dispersion.phi(one, 50.0) == pytest.approx(0.05, rel=0.1)


def test_a_series_that_is_right_for_hours_gets_a_narrow_margin_and_one_that_drifts_a_wide_one() -> None:
    rng = np.random.default_rng(2)
    narrow, wide = new_series(60.0), new_series(60.0)
    for hour in range(112 * 6):
        margin.learn(narrow, hour * 3600.0, float(rng.poisson(5000)), 5000.0)
        margin.learn(wide, hour * 3600.0, 5000.0 * float(np.exp(0.4 * rng.normal())), 5000.0)
    assert narrow["margin"] < 0.04 < 0.1 < wide["margin"] <= 0.6


def test_in_calm_the_evidence_passes_a_height_no_more_often_than_its_inverse() -> None:
    rng, passed = np.random.default_rng(3), 0
    one = new_series(60.0)
    evidence.aim(one, 5.0, 1000.0)
    for count in rng.poisson(5.0, size=50_000).tolist():
        if evidence.update(one, 0.0, float(count)) > 6.0:
            passed += 1
            one["sums"] = one["cusums"] = 0.0
    assert 0 < passed <= 50_000 / np.exp(6.0)


def test_evidence_rises_with_every_bucket_of_a_surge_and_knows_when_it_began() -> None:
    one = new_series(300.0)
    evidence.aim(one, 100.0, 50.0)
    calm = [evidence.update(one, 300.0 * i, 100.0) for i in range(3)]
    surge = [evidence.update(one, 300.0 * i, 300.0) for i in range(3, 6)]
    assert max(calm) < 0
    assert surge[0] < surge[1] < surge[2]
    assert evidence.onset_s(one) == 900.0


def test_a_surge_that_goes_on_is_not_over_and_one_that_stopped_is() -> None:
    rng, one = np.random.default_rng(4), new_series(60.0)
    ending.aim(one, 10.0, 100.0)
    on = [ending.update(one, float(count), 10.0, True, True) for count in rng.poisson(30.0, size=600)]
    off = [ending.update(one, float(count), 10.0, True, True) for count in rng.poisson(10.0, size=10)]
    assert not any(on)
    assert any(off)


def test_a_lull_begins_within_the_hour_and_after_a_day_and_a_half_is_a_new_level() -> None:
    one = new_series(300.0)
    assert not any(lull.update(one, 100.0, 100.0) for _ in range(3))
    lasts = []
    for _ in range(48 * 12):
        lull.update(one, 20.0, 100.0)
        lasts.append(lull.lasts(one))
    assert one["lull_on"]
    assert not lasts[36 * 12 - 1]
    assert lasts[-1]
