import numpy as np
import pytest
from msgspec.structs import replace

from detectors.text import TOPICS, Triage
from streams.app import build
from streams.demo.organisation import organisation
from streams.demo.warming import DAYS, WIDTH_S, history_records, measure_mix
from streams.local.traffic.arrivals import Rates
from streams.local.traffic.history import expected_counts
from streams.local.traffic.scenario import load_scenario
from streams.local.traffic.simulation import World
from streams.runtime.marks import is_mark
from streams.runtime.memory import MemoryRunner
from streams.runtime.stage import Send
from streams.stages.counts import CountsRecord, HistoryRecord, check_times, read_counts
from streams.topics import Topic

SCENARIO = load_scenario("outage-x3")
SEED = 3


@pytest.fixture(scope="module")
def triage() -> Triage:
    return Triage.default()


@pytest.fixture(scope="module")
def sends(triage: Triage) -> list[Send]:
    return list(history_records(SCENARIO, triage, SEED))


@pytest.fixture(scope="module")
def history(sends: list[Send]) -> list[HistoryRecord]:
    records = [read_counts(send.value) for send in sends]
    assert all(isinstance(record, HistoryRecord) for record in records)
    return [record for record in records if isinstance(record, HistoryRecord)]


def test_history_goes_to_the_detectors_of_the_scenarios_group_in_records_that_fit(sends: list[Send]) -> None:
    assert {(send.topic, send.key) for send in sends} == {(Topic.VOLUME_COUNTS, SCENARIO.group.encode())}
    assert max(len(send.value or b"") for send in sends) < 1_000_000


def test_four_weeks_without_a_gap_end_where_the_scenario_begins(history: list[HistoryRecord]) -> None:
    ends_s = [record.start_s + len(record.buckets) * record.width_s for record in history]
    assert [record.start_s for record in history[1:]] == ends_s[:-1]
    assert ends_s[-1] - history[0].start_s == DAYS * 86_400.0
    assert SCENARIO.start_s - WIDTH_S < ends_s[-1] <= SCENARIO.start_s
    for record in history:
        check_times(record, SCENARIO.start_s)


def test_history_is_what_a_calm_day_would_have_counted_mistakes_of_triage_included(
    triage: Triage, history: list[HistoryRecord]
) -> None:
    mix, calm = (measure_mix(scenario, triage, SEED).given for scenario in (SCENARIO, SCENARIO.calm()))
    assert np.array_equal(mix, calm)  # the outage is no part of what is usual
    total = sum(bucket.get("all", (0, 0))[0] for record in history for bucket in record.buckets)
    assert 0.2 < total / (DAYS * 1_440 * SCENARIO.traffic.peak_per_min) < 1.3
    topics = {name for record in history for bucket in record.buckets for name in bucket if name.startswith("topic:")}
    assert {name.partition(",")[0].removeprefix("topic:") for name in topics} == set(TOPICS)


def test_history_expects_what_the_pipeline_counts_on_a_calm_day_though_nobody_is_answered(triage: Triage) -> None:
    calm = replace(SCENARIO.calm(), length_min=120.0)
    app = build(organisation(calm, with_vendor=False))
    runner = MemoryRunner([stage for stage in app.stages if stage.name == "triage"], app.table, start_s=calm.start_s)
    for record in World(calm, SEED).step_until(calm.end_s):
        if record.topic == Topic.MESSAGES_RAW:
            runner.send(record.topic, record.key, record.value)
    runner.settle()
    counts = [read_counts(r.value) for r in runner.records(Topic.VOLUME_COUNTS) if not is_mark(r.headers)]
    counted = [
        sum(record.slices.get(f"topic:{topic}", (0, 0))[0] for record in counts if isinstance(record, CountsRecord))
        for topic in TOPICS
    ]
    starts_s = calm.start_s + np.arange(0.0, 7_200.0, 300.0)
    expected = expected_counts(Rates(calm), measure_mix(calm, triage, SEED + 1), starts_s, 300.0).sum(axis=(0, 2, 3))
    assert sum(record.follow_ups for record in counts if isinstance(record, CountsRecord)) > 0.5 * sum(counted)
    assert sum(counted) == pytest.approx(expected.sum(), rel=0.05)
    assert counted == pytest.approx(expected, rel=0.2)


def test_the_same_seed_gives_the_same_history(triage: Triage, sends: list[Send]) -> None:
    again = history_records(SCENARIO, triage, SEED)
    assert next(iter(again)) == sends[0]
