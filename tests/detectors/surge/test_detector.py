import math
from zoneinfo import ZoneInfoNotFoundError

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.surge import SurgeDetector, SurgeReading
from tests.detectors.surge.traffic import MONDAY_S, draw, expected_counts

WEEK = 3 * 10_080  # the first bucket of 60 s after the warm detector's history


def feed(detector: SurgeDetector, counts: list[int | None], first: int = WEEK) -> list[SurgeReading]:
    return [detector.update(MONDAY_S + (first + i) * 60.0, count) for i, count in enumerate(counts)]


counts_or_none = st.one_of(
    st.none(), st.integers(0, 300), st.sampled_from([0, 0, 0, 10**9]), st.integers(0, 10**12), st.floats(0, 1e6)
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(counts_or_none, min_size=1, max_size=60), st.data(), st.booleans())
def test_dump_and_load_in_mid_stream_give_identical_readings(
    warm_60s: bytes, counts: list[int | None], data: st.DataObject, warm: bool
) -> None:
    cut = data.draw(st.integers(0, len(counts)))
    whole = SurgeDetector.load(warm_60s) if warm else SurgeDetector(bucket_s=60.0)
    parts = SurgeDetector.load(warm_60s) if warm else SurgeDetector(bucket_s=60.0)
    readings = feed(whole, counts)
    first = feed(parts, counts[:cut])
    rest = feed(SurgeDetector.load(parts.dump()), counts[cut:], WEEK + cut)
    assert readings == first + rest


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(counts_or_none, min_size=1, max_size=120), st.booleans())
def test_whatever_is_counted_readings_are_numbers(warm_60s: bytes, counts: list[int | None], warm: bool) -> None:
    for reading in feed(SurgeDetector.load(warm_60s) if warm else SurgeDetector(bucket_s=60.0), counts):
        assert not math.isnan(reading.score)
        assert reading.score < math.inf
        assert math.isfinite(reading.expected)
        assert math.isfinite(reading.ratio)
        assert reading.ratio >= 0
        assert (reading.onset_s is not None) == reading.active


def test_the_state_is_the_same_size_whatever_was_counted(warm_60s: bytes) -> None:
    assert abs(len(warm_60s) - len(SurgeDetector(bucket_s=60.0).dump())) < 400
    assert len(warm_60s) < 19_000


@pytest.mark.parametrize("level", [0, 1, 7, 10**9])
def test_a_constant_series_never_alarms(level: int) -> None:
    detector = SurgeDetector(bucket_s=300.0)
    assert not any(detector.update(MONDAY_S + i * 300.0, level).active for i in range(3 * 2016))


def test_a_billion_and_a_little_scatter_never_alarm() -> None:
    detector = SurgeDetector(bucket_s=300.0)
    noise = draw(expected_counts(20.0, 300.0, 3) * 0 + 100, seed=5)
    readings = [detector.update(MONDAY_S + i * 300.0, 10**9 + 10**6 * n) for i, n in enumerate(noise)]
    assert not any(reading.active for reading in readings)
    assert readings[-1].expected == pytest.approx(1.1e9, rel=0.02)


def test_a_single_huge_bucket_teaches_nothing(warm_60s: bytes) -> None:
    detector = SurgeDetector.load(warm_60s)
    day = draw(expected_counts(100.0, 60.0, 1)[:1200], seed=3)
    calm = feed(SurgeDetector.load(warm_60s), list(day))
    day[700] = 10**9
    assert feed(detector, list(day))[-1].expected == pytest.approx(calm[-1].expected, rel=0.02)


@pytest.mark.parametrize("history", [1, 2, 3, 4])
def test_a_single_huge_bucket_is_no_surge(history: int) -> None:
    detector = SurgeDetector(bucket_s=60.0)
    feed(detector, list(draw(expected_counts(100.0, 60.0, 3), seed=history)), 0)
    day = draw(expected_counts(100.0, 60.0, 1)[:1200], seed=3)
    day[700] = 10**9
    assert not any(reading.active for reading in feed(detector, list(day)))


def test_none_changes_neither_score_nor_state_of_alarm(warm_60s: bytes) -> None:
    detector = SurgeDetector.load(warm_60s)
    before = feed(detector, draw(expected_counts(100.0, 60.0, 1)[:660], seed=3))[-1]
    gap = feed(detector, [None] * 5, WEEK + 660)
    assert {reading.score for reading in gap} == {before.score}
    assert not any(reading.active for reading in gap)


def test_expected_follows_the_day(warm_60s: bytes) -> None:
    detector = SurgeDetector.load(warm_60s)
    rate = expected_counts(100.0, 60.0, 1)
    readings = feed(detector, draw(rate, seed=4))
    for minute in range(0, 10_080, 97):
        assert readings[minute].expected == pytest.approx(rate[minute], rel=0.2)


def test_the_onset_is_when_it_began_not_when_it_was_seen(warm_60s: bytes) -> None:
    rate = expected_counts(100.0, 60.0, 1)[:900]
    rate[600:] *= 2
    seen = next(r for r in feed(SurgeDetector.load(warm_60s), draw(rate, seed=6)) if r.active)
    assert seen.onset_s is not None
    assert abs(seen.onset_s - (MONDAY_S + (WEEK + 600) * 60.0)) <= 120


def test_a_lower_dial_is_slower_and_never_sooner(warm_60s: bytes) -> None:
    rate = expected_counts(100.0, 60.0, 1)[:900]
    rate[600:] *= 1.5
    counts = draw(rate, seed=7)
    seen = []
    for dial in (10.0, 1.0, 0.1, 0.001):
        detector = SurgeDetector.load(warm_60s)
        detector.false_alarms_per_week = dial
        seen.append(next(i for i, reading in enumerate(feed(detector, counts)) if reading.active))
    assert seen == sorted(seen)
    assert seen[0] < seen[-1]


def test_what_comes_late_reaches_the_baseline_and_not_the_alarm(warm_60s: bytes) -> None:
    detector = SurgeDetector.load(warm_60s)
    before = feed(detector, draw(expected_counts(100.0, 60.0, 1)[:660], seed=3))[-1]
    for minute in range(600, 660):
        detector.add_late(MONDAY_S + (WEEK + minute) * 60.0, 10**6)
    after = feed(detector, [None], WEEK + 660)[0]
    assert (after.score, after.active) == (before.score, before.active)
    rest = feed(detector, draw(expected_counts(100.0, 60.0, 1)[660:720], seed=4), WEEK + 661)
    assert not any(reading.active for reading in rest)


def test_late_messages_are_expected_a_week_later() -> None:
    punctual, late = SurgeDetector(), SurgeDetector()
    for i in range(2016):
        punctual.update(MONDAY_S + i * 300.0, 10)
        late.update(MONDAY_S + i * 300.0, 10)
    for i in range(2010):
        late.add_late(MONDAY_S + i * 300.0, 5)
    start_s = MONDAY_S + 2016 * 300.0
    assert late.update(start_s, 10).expected > punctual.update(start_s, 10).expected + 2


@pytest.mark.parametrize("bucket_s", [0.0, -60.0, 70.0, 450.0, 7200.0])
def test_buckets_that_do_not_fit_the_week_are_refused(bucket_s: float) -> None:
    with pytest.raises(ValueError, match="bucket_s"):
        SurgeDetector(bucket_s=bucket_s)


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf])
def test_a_dial_that_is_no_rate_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="false_alarms_per_week"):
        SurgeDetector(false_alarms_per_week=rate)


@pytest.mark.parametrize("count", [-1, math.nan, math.inf])
def test_what_is_no_count_is_refused_and_leaves_no_trace(count: float) -> None:
    detector = SurgeDetector()
    detector.update(0.0, 3)
    before = detector.dump()
    with pytest.raises(ValueError, match="count"):
        detector.update(300.0, count)
    assert detector.dump() == before


def test_a_bucket_out_of_order_is_refused() -> None:
    detector = SurgeDetector()
    detector.update(600.0, 3)
    with pytest.raises(ValueError, match="not after"):
        detector.update(600.0, 3)


@pytest.mark.parametrize("rate", ["often", None, -1.0])
def test_a_dump_whose_dial_is_no_rate_is_none(rate: object) -> None:
    version, (_, *settings), state = msgspec.msgpack.decode(SurgeDetector().dump())
    with pytest.raises(ValueError, match="not a dump"):
        SurgeDetector.load(msgspec.msgpack.encode([version, [rate, *settings], state]))


def test_an_unknown_zone_is_refused_by_its_name() -> None:
    with pytest.raises(ZoneInfoNotFoundError, match="Mars/Olympus"):
        SurgeDetector(timezone="Mars/Olympus")


@pytest.mark.parametrize("dumped", [b"", b"\x00", b"hello", b"\x93\x01\x02\x03"])
def test_what_is_no_dump_is_refused(dumped: bytes) -> None:
    with pytest.raises(ValueError, match="dump"):
        SurgeDetector.load(dumped)
