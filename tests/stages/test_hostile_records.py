"""Whatever anyone writes to any topic: what cannot be used is a dead letter and never stops a partition."""

from typing import Any

import pytest
from msgspec.structs import replace

from detectors.surge import SurgeBank
from routers.capacity import CapacityPlanner, Sla, VendorContract
from streams.contracts import encode
from streams.runtime.memory import MemoryRunner
from streams.runtime.stage import Record, Stage, Watermark
from streams.stages.counts import BUCKET_S, CountingRecord, CountsRecord, HistoryRecord, to_counts
from streams.stages.intake import intake_spec
from streams.stages.join import Join
from streams.stages.learn import Learn
from streams.stages.plan import Plan
from streams.stages.surge import SurgeStage
from streams.topics import SPECS, Topic, TopicTable
from tests.stages.standing import Standing

NOON_S = 1_773_144_000.0
USUAL = {"all": (60, 3)}


def surge() -> SurgeStage:
    return SurgeStage(lambda group: SurgeBank(group, bucket_s=BUCKET_S), ["acme"], 0, 1)


def make(stage: str) -> Stage:
    flex = VendorContract("flex", "acme", lead_time_s=900, cap_seats=40, price_per_seat_hour=32)
    stages: dict[str, Stage] = {
        "surge": surge(),
        "plan": Plan(lambda group: CapacityPlanner([flex], Sla(target=0.8, within_s=60)), ["acme"], ["acme"], 0, 1),
        "join": Join(),
        "learn": Learn(Standing()),
    }
    return stages[stage]


def record(value: bytes | None) -> Record:
    return Record("any", 0, 0, NOON_S, b"acme", value)


def counted(said: CountingRecord) -> Record:
    return record(to_counts("acme", said).value)


@pytest.mark.parametrize("stage", ["surge", "plan", "join", "learn"])
@pytest.mark.parametrize(
    "value",
    [None, b"", b"[]", b"{", b'{"kind":"\xff"}', b'{"kind":"none"}', b'{"kind":"counts","x":' + b"[" * 100_000],
    ids=["null", "empty", "list", "torn", "no UTF-8", "unknown kind", "deep"],
)
def test_what_is_no_record_is_one_dead_letter(stage: str, value: bytes | None) -> None:
    bad = record(value)
    output = make(stage).process([bad], Watermark(NOON_S))
    assert [letter.record for letter in output.dead_letters] == [bad]


@pytest.mark.parametrize(
    ("history", "reasons"),
    [
        ([HistoryRecord(NOON_S - 1_200, 60.0, [USUAL] * 10), HistoryRecord(NOON_S - 600, 60.0, [USUAL] * 10)], []),
        ([HistoryRecord(NOON_S - 600, 60.0, [USUAL] * 10)] * 2, ["history_out_of_order"]),
        ([HistoryRecord(NOON_S - 600, 77.7, [USUAL])], ["invalid_counts"]),
        ([HistoryRecord(NOON_S - 601.5, 60.0, [USUAL])], ["invalid_counts"]),
        ([HistoryRecord(NOON_S - 600, 300.0, [USUAL] * 10)], []),  # it ends after traffic began
    ],
    ids=["in order", "twice", "odd width", "odd start", "overlapping traffic"],
)
def test_whatever_history_says_traffic_is_watched_after_it(history: list[HistoryRecord], reasons: list[str]) -> None:
    stage, rows = surge(), dict[bytes, bytes]()
    output = stage.process([counted(said) for said in history], Watermark(NOON_S))
    assert [letter.reason for letter in output.dead_letters] == reasons
    rows.update({key: row for key, row in output.rows.items() if row is not None})
    restored = surge()
    restored.restore(rows)
    for one in (stage, restored):
        for minute in range(60):
            now = Watermark(NOON_S + 60 * minute)
            said = replace(counted(CountsRecord(now.time_s, USUAL)), time_s=now.time_s)
            assert not one.process([said], now).dead_letters
            output = one.tick(now.time_s + 60, Watermark(now.time_s + 60))
        assert output.gauges["volume_per_minute", "acme", "observed"] == 60


@pytest.mark.parametrize(
    "name", ["region:eu", "", "channel:chat,topic:billing", "topic:a,b", "all\n", "topic:" + "x" * 500]
)
def test_a_slice_of_no_kind_that_is_watched_is_refused_and_the_partition_goes_on(name: str) -> None:
    stage = surge()
    slices = {**USUAL, name: (1, 0)}
    records = [CountsRecord(NOON_S, slices), HistoryRecord(NOON_S - 600, 60.0, [slices])]
    output = stage.process([counted(said) for said in records], Watermark(NOON_S))
    assert [letter.reason for letter in output.dead_letters] == ["invalid_counts"] * 2
    assert not output.rows
    stage.process([counted(CountsRecord(NOON_S, USUAL))], Watermark(NOON_S))
    output = stage.tick(NOON_S + 60, Watermark(NOON_S + 60))
    assert output.gauges["volume_per_minute", "acme", "observed"] == 60


def test_rows_that_hold_a_slice_of_an_unknown_kind_stop_nothing() -> None:
    stage = surge()
    rows = stage.process([counted(CountsRecord(NOON_S, {**USUAL, "topic:a": (1, 0)}))], Watermark(NOON_S)).rows
    stage = surge()
    stage.restore({key: row.replace(b"topic:a", b"region:eu") for key, row in rows.items() if row is not None})
    output = stage.tick(NOON_S + 60, Watermark(NOON_S + 60))
    assert output.gauges["volume_per_minute", "acme", "observed"] == 60


def test_counts_of_no_bucket_are_refused_because_none_would_ever_close() -> None:
    output = surge().process([counted(CountsRecord(NOON_S + 1.5, USUAL))], Watermark(NOON_S))
    assert [letter.reason for letter in output.dead_letters] == ["invalid_counts"]


def test_a_record_that_was_compressed_to_pass_its_topics_limit_is_a_dead_letter_without_its_value(feed: Any) -> None:
    stage = intake_spec({"default"}, {"default"})
    runner = MemoryRunner([stage], TopicTable(SPECS, prefix="", stages={stage.name: stage.sources}), start_s=NOON_S)
    nothing: Any = None
    huge = b'{"rep_id":"' + b"x" * 6_000_000 + b'"}'
    runner.send(Topic.REPS_STATUS, b"ann", huge, (("trace", b"t-1"), ("none", nothing)), partition=1)
    runner.send(Topic.REPS_STATUS, b"ann", encode(feed.rep()), partition=1)
    runner.settle()
    [letter] = runner.records(Topic.DEAD_LETTERS)
    headers = dict(letter.headers)
    assert (letter.key, letter.value, headers["trace"]) == (b"ann", None, b"t-1")
    assert (headers["dl_reason"], headers["dl_value_bytes"]) == (b"out_of_bounds", b"%d" % len(huge))
    assert (headers["dl_topic"], headers["dl_partition"], headers["dl_offset"]) == (b"reps.status", b"1", b"0")
    assert len([record for record in runner.records(Topic.ROUTING_INBOX) if record.key == b"default"]) == 1
