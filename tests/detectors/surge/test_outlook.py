import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.surge.outlook import Past


@given(st.lists(st.tuples(st.floats(60, 1e6), st.floats(0.1, 1e3)), max_size=10), st.floats(0, 1e6), st.floats(0, 1e9))
def test_an_interval_holds_what_is_expected_and_lies_ahead(
    incidents: list[tuple[float, float]], age_s: float, height: float
) -> None:
    past = Past()
    for duration_s, growth in incidents:
        past.learn(duration_s, growth)
    outlook = past.outlook(1000.0, 1000.0 + age_s, height)
    assert 1000.0 + age_s <= outlook.end_low_s <= outlook.expected_end_s <= outlook.end_high_s
    assert height <= outlook.peak_low <= outlook.expected_peak <= outlook.peak_high


def test_what_has_lasted_longer_ends_later_but_less_remains_to_grow() -> None:
    young, old = (Past().outlook(0.0, age_s, 100.0) for age_s in (120.0, 7200.0))
    assert old.expected_end_s > young.expected_end_s + 3600
    assert young.expected_peak > 120 > old.expected_peak >= 100


def test_four_in_five_incidents_end_within_the_interval_when_they_go_on_as_they_did() -> None:
    past, durations = Past(), [600.0 * 1.05**i for i in range(60)]
    for duration_s in durations:
        past.learn(duration_s, 1.0)
    low, _, high, *_ = past.outlook(0.0, 60.0, 10.0)
    assert sum(low <= duration_s <= high for duration_s in durations) / 60 == pytest.approx(0.8, abs=0.12)


@pytest.mark.parametrize("age_h", [4, 8, 24, 48])
def test_what_outlasts_all_before_it_is_still_expected_to_last(age_h: int) -> None:
    past = Past()
    for _ in range(40):
        past.learn(2_700.0, 1.0)
    age_s = age_h * 3_600.0
    low, middle, high, *_ = past.outlook(0.0, age_s, 10.0)
    assert age_s + 60.0 < low < middle < high
    assert high > age_s + 1_800.0


def test_a_dump_goes_on_alike() -> None:
    past, other = Past(), Past()
    past.learn(3600.0, 1.5)
    other.load(past.dump())
    assert past.outlook(0.0, 600.0, 10.0) == other.outlook(0.0, 600.0, 10.0) != Past().outlook(0.0, 600.0, 10.0)
