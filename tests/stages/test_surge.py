from collections.abc import Mapping

from detectors.surge import SurgeBank
from streams.contracts import Notice, NoticeState, Surge, SurgeState, decode
from streams.runtime.stage import Output, Record, Watermark
from streams.stages.capacity_inbox import SurgeObservation, read_capacity
from streams.stages.counts import BUCKET_S, CountsRecord, HistoryRecord, to_counts
from streams.stages.surge import SurgeStage
from streams.topics import Topic

START_S = 1_773_144_000.0
USUAL, TRIPLED = {"all": (60, 3), "topic:outage": (6, 1)}, {"all": (200, 90), "topic:outage": (146, 88)}


def make() -> SurgeStage:
    return SurgeStage(lambda group: SurgeBank(group, bucket_s=BUCKET_S), ["acme"])


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
    [notice] = [decode(Notice, send.value) for send in sends if send.topic == Topic.NOTICES]
    assert (notice.notice_id, notice.state) == (onset.surge_id, NoticeState.OPEN)
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


def test_nonsense_and_foreign_groups_are_dead_letters() -> None:
    records = [
        Record(Topic.VOLUME_COUNTS, 0, n, START_S, key, b"{}") for n, key in enumerate((b"acme", b"nobody", None))
    ]
    reasons = [letter.reason for letter in make().process(records, passed(0)).dead_letters]
    assert reasons == ["invalid_counts", "unknown_group", "unknown_group"]


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
