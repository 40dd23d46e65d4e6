"""The parts of the detector, each by itself."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.surge.baseline import Baseline
from detectors.surge.calendar import Calendar, Cell
from detectors.surge.dispersion import Dispersion
from detectors.surge.ending import Ending
from detectors.surge.evidence import Evidence
from detectors.surge.lull import Lull
from detectors.surge.margin import Margin

names = st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"])


@given(names, st.floats(0, 4e9))
def test_every_moment_has_a_cell_of_the_week(zone: str, at_s: float) -> None:
    cell = Calendar(timezone=zone).cell(at_s)
    assert 0 <= cell.of_week < 2016
    assert cell.hour_of_week == cell.of_week // 12
    assert cell.hour_of_day == cell.hour_of_week % 24


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


def test_a_cell_with_few_messages_borrows_from_the_hour() -> None:
    baseline = Baseline(cell_s=300, buckets=1)
    for cell in range(12):
        baseline.learn(Cell(cell, 0, 0, False), 0.0 if cell == 5 else 2.0, 1.0)
    assert 1.0 < baseline.season(Cell(5, 0, 0, False)) < baseline.season(Cell(4, 0, 0, False))


def test_a_cell_with_many_messages_stands_for_itself() -> None:
    baseline = Baseline(cell_s=300, buckets=1)
    for cell in range(12):
        baseline.learn(Cell(cell, 0, 0, False), 500.0 if cell == 5 else 2000.0, 1.0)
    assert baseline.season(Cell(5, 0, 0, False)) == pytest.approx(500.0, rel=0.05)


def test_the_expected_is_above_zero_even_after_weeks_of_silence() -> None:
    baseline, cell = Baseline(cell_s=300, buckets=5), Cell(0, 0, 0, False)
    for _ in range(1000):
        baseline.learn(cell, 0.0, 5.0)
    assert 0.0 < baseline.season(cell) * baseline.level < 0.001


def test_phi_is_found_from_negative_binomial_counts() -> None:
    rng, dispersion = np.random.default_rng(1), Dispersion(cell_s=300, buckets=5)
    for count in rng.poisson(50 * rng.gamma(1 / 0.05, 0.05, size=20_000)).tolist():
        dispersion.learn(count, expected=50.0)
    assert dispersion.phi(50.0) == pytest.approx(0.05, rel=0.1)


def test_a_series_that_is_right_for_hours_gets_a_narrow_margin_and_one_that_drifts_a_wide_one() -> None:
    rng = np.random.default_rng(2)
    narrow, wide = Margin(), Margin()
    for block in range(112):
        narrow.learn(block, float(rng.poisson(5000)), 5000.0)
        wide.learn(block, 5000.0 * float(np.exp(0.4 * rng.normal())), 5000.0)
    assert narrow.ratio < 0.04 < 0.1 < wide.ratio <= 0.6


def test_in_calm_the_evidence_passes_a_height_no_more_often_than_its_inverse() -> None:
    rng, evidence, passed = np.random.default_rng(3), Evidence(bucket_s=60.0), 0
    evidence.aim(expected=5.0, k=1000.0)
    for count in rng.poisson(5.0, size=50_000).tolist():
        if evidence.update(0.0, count) > 6.0:
            passed += 1
            evidence = Evidence(bucket_s=60.0)
            evidence.aim(expected=5.0, k=1000.0)
    assert passed <= 50_000 / np.exp(6.0)


def test_a_surge_that_goes_on_is_not_over_and_one_that_stopped_is() -> None:
    rng, ending = np.random.default_rng(4), Ending(bucket_s=60.0)
    ending.aim(expected=10.0, k=100.0)
    on = [ending.update(count, 10.0, rising=True, active=True) for count in rng.poisson(30.0, size=600).tolist()]
    off = [ending.update(count, 10.0, rising=True, active=True) for count in rng.poisson(10.0, size=10).tolist()]
    assert not any(on)
    assert any(off)


def test_a_lull_of_two_days_is_a_new_level() -> None:
    lull = Lull(cell_s=300)
    lasts = []
    for _ in range(48 * 12):
        lull.update(20.0, expected=100.0)
        lasts.append(lull.lasts)
    assert not lasts[36 * 12 - 1]
    assert lasts[-1]
