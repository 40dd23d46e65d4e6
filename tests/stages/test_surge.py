from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from detectors.surge import SurgeBank
from streams.contracts import Notice, NoticeState, Reason, Surge, SurgeState, decode
from streams.runtime.memory import MemoryRunner
from streams.runtime.partitioner import key_hash
from streams.runtime.stage import Output, Record, Watermark
from streams.stages.capacity_inbox import SurgeObservation, read_capacity
from streams.stages.counts import (
    BUCKET_S,
    COUNTS_AHEAD_S,
    COUNTS_BEHIND_S,
    HISTORY_AHEAD_S,
    CountsRecord,
    HistoryRecord,
    to_counts,
)
from streams.stages.surge import SurgeStage, surge_spec
from streams.topics import SPECS, Topic, TopicTable

START_S = 1_773_144_000.0
USUAL, TRIPLED = {"all": (60, 3), "topic:outage": (6, 1)}, {"all": (200, 90), "topic:outage": (146, 88)}


def make() -> SurgeStage:
    return SurgeStage(lambda group: SurgeBank(group, bucket_s=BUCKET_S), ["acme"], 0, 1)


def counted(minute: int, slices: Mapping[str, tuple[int, int]]) -> Record:
    send = to_counts("acme", CountsRecord(START_S + 60 * minute, dict(slices)))
    return Record(send.topic, 0, minute, START_S + 60 * minute, send.key, send.value)


def passed(minute: int, *silent: int) -> Watermark:
    return Watermark(START_S + 60 * minute, frozenset((Topic.MESSAGES_RAW, partition) for partition in silent))


def tick(stage: SurgeStage, watermark: Watermark) -> Output:
    return stage.tick(watermark.time_s, watermark)


def run(stage: SurgeStage, minutes: range, slices: Mapping[str, tuple[int, int]]) -> list[Output]:
    outputs = []
    for minute in minutes:
        stage.process([counted(minute, slices)], passed(minute))
        outputs.append(tick(stage, passed(minute + 1)))
    return outputs


def surges(outputs: list[Output]) -> list[Surge]:
    return [decode(Surge, send.value) for o in outputs for send in o.sends if send.topic == Topic.SURGES]


def test_a_tripled_topic_is_one_onset_one_notice_and_a_word_to_plan() -> None:
    stage = make()
    assert surges(run(stage, range(180), USUAL)) == []
    outputs = run(stage, range(180, 186), TRIPLED)
    [onset, *later] = surges(outputs)
    assert (onset.state, onset.series, onset.group) == (SurgeState.ONSET, "topic:outage", "acme")
    assert all(surge.state is SurgeState.ONGOING for surge in later)
    sends = [send for output in outputs for send in output.sends]
    [notice, *corrected] = [decode(Notice, send.value) for send in sends if send.topic == Topic.NOTICES]
    assert (notice.notice_id, notice.state) == (onset.surge_id, NoticeState.OPEN)
    assert {(each.notice_id, each.state) for each in corrected} <= {(onset.surge_id, NoticeState.OPEN)}
    told = [read_capacity(send.value)[0] for send in sends if send.topic == Topic.CAPACITY_INBOX]
    assert isinstance(told[0], SurgeObservation)
    assert told[0].phase == "onset"
    assert tick(stage, passed(186)).gauges["surge_active", "acme", "topic:outage"] == 1.0


def test_a_bucket_closes_only_when_the_watermark_has_passed_its_end() -> None:
    stage = make()
    stage.process([counted(0, USUAL)], passed(0))
    tick(stage, Watermark(START_S + 59.9))
    assert stage.process([counted(0, USUAL)], passed(0)).rows.keys() == {
        b"group/acme/open/%d" % START_S,
        b"group/acme/next",
    }
    rows = tick(stage, passed(1)).rows
    assert rows[b"group/acme/open/%d" % START_S] is None


def test_follow_ups_are_shown_beside_what_counts_and_make_no_surge() -> None:
    stage = make()
    run(stage, range(180), USUAL)
    outputs = []
    for minute in range(180, 200):
        said = [
            CountsRecord(START_S + 60 * minute, dict(USUAL), {}, 150),
            CountsRecord(START_S + 60 * minute, {}, {}, 50),
        ]
        records = [replace(counted(minute, {}), value=to_counts("acme", one).value) for one in said]
        stage.process(records, passed(minute))
        outputs.append(tick(stage, passed(minute + 1)))
    assert surges(outputs) == []
    assert outputs[-1].gauges["volume_per_minute", "acme", "follow_ups"] == 200
    assert outputs[-1].gauges["volume_per_minute", "acme", "observed"] == 60
    stage.process([counted(200, USUAL)], passed(200))
    assert tick(stage, passed(201)).gauges["volume_per_minute", "acme", "follow_ups"] == 0


def test_a_silent_source_makes_a_bucket_unmeasured_and_neither_a_surge_nor_an_all_clear() -> None:
    stage = make()
    run(stage, range(180), USUAL)
    quiet = [tick(stage, passed(minute, 3)) for minute in range(181, 186)]
    assert surges(quiet) == []
    assert quiet[-1].gauges["volume_unmeasured_buckets", "acme"] == 5
    run(stage, range(185, 240), USUAL)
    [onset, *_] = surges(run(stage, range(240, 246), TRIPLED))
    assert onset.state is SurgeState.ONSET
    assert surges([tick(stage, passed(minute, 3)) for minute in range(247, 250)]) == []


def test_counts_that_come_late_never_raise_an_alarm() -> None:
    stage = make()
    run(stage, range(180), USUAL)
    stage.process([counted(178, {"all": (5_000, 0)})], passed(180))
    assert surges(run(stage, range(180, 190), USUAL)) == []


def test_history_teaches_before_traffic_and_is_refused_after_it() -> None:
    stage = make()
    send = to_counts("acme", HistoryRecord(START_S - 600, 60.0, [dict(USUAL)] * 10))
    record = Record(send.topic, 0, 0, START_S, send.key, send.value)
    assert not stage.process([record], passed(0)).dead_letters
    stage.process([counted(0, USUAL)], passed(0))
    assert [letter.reason for letter in stage.process([record], passed(0)).dead_letters] == ["history_after_traffic"]


def test_history_without_a_bucket_is_a_dead_letter_and_not_the_end_of_the_stage() -> None:
    send = to_counts("acme", HistoryRecord(START_S - 600, 60.0, []))
    output = make().process([Record(send.topic, 0, 0, START_S, send.key, send.value)], passed(0))
    assert [letter.reason for letter in output.dead_letters] == ["invalid_counts"]


def test_nonsense_and_foreign_groups_are_dead_letters() -> None:
    records = [
        Record(Topic.VOLUME_COUNTS, 0, n, START_S, key, b"{}") for n, key in enumerate((b"acme", b"nobody", None))
    ]
    reasons = [letter.reason for letter in make().process(records, passed(0)).dead_letters]
    assert reasons == ["invalid_counts", "unknown_group", "unknown_group"]


@pytest.mark.parametrize(
    ("said", "reason", "field"),
    [
        (CountsRecord(START_S + COUNTS_AHEAD_S, USUAL), None, ""),
        (CountsRecord(START_S + COUNTS_AHEAD_S + 60, USUAL), Reason.OUT_OF_BOUNDS, "start_s"),
        (CountsRecord(START_S - COUNTS_BEHIND_S, USUAL), None, ""),
        (CountsRecord(0.0, USUAL), Reason.OUT_OF_BOUNDS, "start_s"),
        (HistoryRecord(START_S + HISTORY_AHEAD_S - 60, 60.0, [USUAL]), None, ""),
        (HistoryRecord(START_S + HISTORY_AHEAD_S, 60.0, [USUAL]), Reason.OUT_OF_BOUNDS, "start_s"),
        (HistoryRecord(START_S - 600, 60.0, [USUAL] * 1_000), Reason.OUT_OF_BOUNDS, "start_s"),
        (HistoryRecord(START_S - 600, 77.7, [USUAL]), Reason.INVALID_COUNTS, "width_s"),
    ],
)
def test_times_that_no_honest_writer_sends_are_dead_letters_that_name_the_field(
    said: CountsRecord | HistoryRecord, reason: Reason | None, field: str
) -> None:
    send = to_counts("acme", said)
    record = Record(send.topic, 0, 0, START_S, send.key, send.value)
    letters = make().process([record], passed(0)).dead_letters
    assert letters == ([] if reason is None else [(record, reason, field)])


@pytest.mark.parametrize("wild_s", [START_S + 86_400 * 365, 0.0])
def test_counts_far_off_do_not_keep_a_surge_from_being_seen(wild_s: float) -> None:
    stage = make()
    wild = to_counts("acme", CountsRecord(wild_s, dict(USUAL)))
    stage.process([Record(wild.topic, 0, 0, START_S, wild.key, wild.value)], passed(0))
    run(stage, range(180), USUAL)
    assert surges(run(stage, range(180, 186), TRIPLED))[0].state is SurgeState.ONSET


def test_late_buckets_beyond_an_hours_are_pushed_out_and_counted() -> None:
    stage = make()
    run(stage, range(180), USUAL)
    outputs = [stage.process([counted(minute, USUAL)], passed(180)) for minute in (*range(100), *range(100))]
    assert sum(output.counts.get("late_pushed_out", 0) for output in outputs) == 40 + 40
    assert len(outputs[-1].rows[b"group/acme/bank/state"] or b"") < 10_000


def test_a_group_gets_no_second_bank_on_another_partition() -> None:
    stages = [surge_spec(lambda group: SurgeBank(group, bucket_s=BUCKET_S), ["acme"])]
    table = TopicTable(SPECS, prefix="", stages={stage.name: stage.sources for stage in stages})
    runner = MemoryRunner(stages, table, start_s=START_S)
    partitions = table[Topic.VOLUME_COUNTS].partitions
    for partition in range(partitions):
        send = to_counts("acme", CountsRecord(START_S, dict(USUAL)))
        runner.send(send.topic, send.key, send.value, partition=partition)
    runner.settle()
    refused = [dict(letter.headers) for letter in runner.records(Topic.DEAD_LETTERS)]
    home = key_hash(b"acme") % partitions
    assert {(said["dl_partition"], said["dl_reason"]) for said in refused} == {
        (b"%d" % partition, b"wrong_partition") for partition in range(partitions) if partition != home
    }


def test_a_restored_stage_goes_on_as_if_nothing_had_happened() -> None:
    rows: dict[bytes, bytes] = {}
    one, other = make(), make()

    def keep(output: Output) -> Output:
        for key, row in output.rows.items():
            if row is None:
                rows.pop(key, None)
            else:
                rows[key] = row
        return output

    for minute in range(184):
        keep(one.process([counted(minute, USUAL if minute < 180 else TRIPLED)], passed(minute)))
        if minute < 183:
            keep(tick(one, passed(minute + 1)))
    other.restore(rows)
    assert tick(other, passed(184)).sends == tick(one, passed(184)).sends
