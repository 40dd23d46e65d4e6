"""An alarm when errors rise, none when they fall or stay."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.drift import RisingError


def alarms(rising, rate, n, rng):
    return [i for i in range(n) if rising.update(rng.random() < (rate(i) if callable(rate) else rate))]


def test_a_steady_error_rate_raises_no_alarm_in_a_hundred_thousand_labels():
    for rate in (0.02, 0.2, 0.5):
        assert alarms(RisingError(), rate, 100_000, random.Random(7)) == []


@pytest.mark.parametrize(("before", "after", "within"), [(0.1, 0.4, 120), (0.2, 0.5, 120), (0.02, 0.1, 450)])
def test_a_jump_is_noticed_soon(before, after, within):
    delays = []
    for seed in range(20):
        rising, rng = RisingError(), random.Random(seed)
        assert alarms(rising, before, 2_000, rng) == []
        delays.append(alarms(rising, after, 1_000, rng)[0])
    assert sorted(delays)[10] < within


def test_a_model_that_learns_raises_no_alarm_and_its_best_is_what_a_rise_is_measured_by():
    rising, rng = RisingError(), random.Random(3)
    assert alarms(rising, lambda i: 0.1 + 0.7 * math.exp(-i / 1_000), 6_000, rng) == []
    assert alarms(rising, 0.4, 200, rng)


def test_no_alarm_on_too_few_labels():
    rising = RisingError()
    assert [i for i in range(18) if rising.update(i >= 9)] == []


@given(st.lists(st.booleans(), max_size=600), st.lists(st.booleans(), max_size=50))
@settings(deadline=None)
def test_the_window_counts_what_is_in_it_and_a_dump_goes_on_alike(before, after):
    rising = RisingError()
    dropped_any = False
    for i, wrong in enumerate(before):
        rising.update(wrong)
        dropped_any = dropped_any or rising.window_labels <= i
    if not dropped_any:
        assert rising.window_labels == len(before)
    copy = RisingError.load(rising.dump())
    assert [copy.update(wrong) for wrong in after] == [rising.update(wrong) for wrong in after]
    assert copy.dump() == rising.dump()


@pytest.mark.parametrize(
    "data", [b"", b"null", b"{}", b'{"false_alarm": 0.1, "buckets": [[1.0]]}', RisingError().dump()[:-2]]
)
def test_foreign_bytes_are_refused(data):
    with pytest.raises(ValueError):
        RisingError.load(data)


def test_an_impossible_window_is_refused():
    rising = RisingError()
    for _ in range(10):
        rising.update(True)
    with pytest.raises(ValueError):
        RisingError.load(rising.dump().replace(b"[[10.0", b"[[11.0"))
    with pytest.raises(ValueError, match="false_alarm"):
        RisingError(0.0)
