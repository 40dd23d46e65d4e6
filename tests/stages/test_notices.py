"""What customers are told of a surge: opened, corrected when there is more to tell, closed; the same after a crash."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import pytest

from detectors.surge import SurgeBank
from detectors.text import Triage as Models
from streams.contracts import Notice, NoticeState, Surge, SurgeKind, SurgeState, decode, encode
from streams.runtime.memory import MemoryRunner
from streams.runtime.stage import Output, Record, Watermark
from streams.stages.counts import BUCKET_S, Counting, HistoryRecord, read_counts, to_counts
from streams.stages.notices import CORRECT_EVERY_S
from streams.stages.surge import SurgeStage, surge_spec
from streams.stages.triage import triage_spec
from streams.topics import SPECS, Topic, TopicTable

START_S = 1_773_144_000.0
ONSET = 120
Text = tuple[str, str, str, str]  # topic, channel, language, normalised text
USUAL: list[Text] = [
    ("billing", "chat", "en", "the invoice has the wrong amount"),
    ("billing", "email", "en", "refund of my invoice"),
    ("outage", "chat", "en", "internet slow"),
]


def outage(minute: int) -> list[Text]:
    """As usual, and ten more of an outage in Glasgow, one of them from a customer who says their name each time."""
    more: list[Text] = [("outage", "chat", "en", "internet offline in glasgow")] * 6
    more += [("outage", "email", "de", "internet offline seit der störung")] * 4
    return [*USUAL, *more, ("outage", "chat", "en", "dalrymple again internet offline")]


class Told:
    """A surge stage fed by hand, minute by minute, with its rows kept as a state topic would."""

    def __init__(self, bank: Callable[[str], SurgeBank] = lambda group: SurgeBank(group, bucket_s=BUCKET_S)) -> None:
        self.bank = bank
        self.stage = self.new()
        self.rows: dict[bytes, bytes] = {}
        self.outputs: list[Output] = []

    def new(self) -> SurgeStage:
        return SurgeStage(self.bank, ["acme"], 0, 1)

    def crash(self) -> None:
        self.stage = self.new()
        self.stage.restore(self.rows)

    def minute(self, minute: int, texts: list[Text], *, said: bool = True) -> None:
        counting = Counting()
        for number, (topic, channel, language, text) in enumerate(texts):
            customer = "dalrymple" if "dalrymple" in text else f"{minute}-{number}"
            counting.add(
                "acme",
                START_S + 60.0 * minute,
                channel=channel,
                language=language,
                topic=topic,
                angry=False,
                conversation_id=f"c-{customer}",
                message_id=f"m-{minute}-{number}",
                normalised=text if said else "",
            )
        records = [
            Record(send.topic, 0, minute, START_S + 60.0 * minute, send.key, send.value) for send in counting.sends()
        ]
        watermark = Watermark(START_S + 60.0 * (minute + 1))
        for output in (self.stage.process(records, watermark), self.stage.tick(watermark.time_s, watermark)):
            self.outputs.append(output)
            for key, row in output.rows.items():
                if row is None:
                    self.rows.pop(key, None)
                else:
                    self.rows[key] = row

    def play(self, minutes: range, texts: Callable[[int], list[Text]]) -> None:
        for minute in minutes:
            self.minute(minute, texts(minute))

    def all_of(self, contract: type[Any], topic: str) -> list[Any]:
        return [
            decode(contract, send.value, send.headers) for o in self.outputs for send in o.sends if send.topic == topic
        ]

    @property
    def series(self) -> set[str]:
        """The series that have a row."""
        named = b"group/acme/bank/series/"
        return {key.removeprefix(named).decode() for key in self.rows if key.startswith(named)}

    @property
    def notices(self) -> list[Notice]:
        return self.all_of(Notice, Topic.NOTICES)


def an_incident() -> Told:
    told = Told()
    told.play(range(ONSET), lambda _: USUAL)
    told.play(range(ONSET, ONSET + 20), outage)
    told.play(range(ONSET + 20, ONSET + 60), lambda _: USUAL)
    return told


@pytest.fixture(scope="module")
def incident() -> Told:
    return an_incident()


def test_an_incident_is_one_notice_that_is_opened_corrected_and_closed(incident: Told) -> None:
    notices = incident.notices
    onset = incident.all_of(Surge, Topic.SURGES)[0]
    assert {notice.notice_id for notice in notices} == {onset.surge_id}
    assert [notice.revision for notice in notices] == list(range(1, len(notices) + 1))
    assert [notice.state for notice in notices] == [NoticeState.OPEN] * (len(notices) - 1) + [NoticeState.CLOSED]
    assert {(notice.series, notice.since) for notice in notices} == {("topic:outage", onset.onset_at)}
    assert len(notices) >= 3


def test_corrections_are_minutes_apart(incident: Told) -> None:
    at_s = [notice.at.timestamp() for notice in incident.notices if notice.state is NoticeState.OPEN]
    assert min(after - before for before, after in pairwise(at_s)) >= CORRECT_EVERY_S


def test_it_says_how_many_since_when_in_which_languages_and_channels_and_which_messages(incident: Told) -> None:
    closed = incident.notices[-1]
    minutes = (closed.at.timestamp() - closed.since.timestamp()) / 60.0
    assert closed.since.timestamp() == START_S + 60.0 * ONSET
    assert closed.total_messages == 20 * 12 + round(minutes - 20)
    assert closed.languages.keys() == {"en", "de"}
    assert closed.languages["de"] == pytest.approx(80 / closed.total_messages, abs=0.01)
    assert list(closed.channels) == ["chat", "email"]
    assert sum(closed.channels.values()) == pytest.approx(1.0, abs=0.01)
    corrected = incident.notices[1]
    assert len(corrected.message_ids) == 5
    assert all(int(said.split("-")[1]) >= ONSET for said in corrected.message_ids)


def test_its_words_are_those_of_twenty_conversations_and_never_one_customers_own(incident: Told) -> None:
    assert incident.notices[0].words == ()  # too few conversations yet
    assert set(incident.notices[-1].words) >= {"offline", "glasgow", "störung"}
    assert not [notice for notice in incident.notices if "dalrymple" in notice.words]
    assert "invoice" not in incident.notices[-1].words


@pytest.mark.parametrize("crash_at", [ONSET - 1, ONSET + 3, ONSET + 8, ONSET + 19])
def test_a_crash_changes_nothing_that_is_told(incident: Told, crash_at: int) -> None:
    told = Told()
    told.play(range(crash_at), lambda minute: USUAL if minute < ONSET else outage(minute))
    told.crash()
    told.play(range(crash_at, ONSET + 20), lambda minute: USUAL if minute < ONSET else outage(minute))
    told.play(range(ONSET + 20, ONSET + 60), lambda _: USUAL)
    assert [encode(notice) for notice in told.notices] == [encode(notice) for notice in incident.notices]


def test_counts_of_before_that_say_nothing_of_words_still_make_notices() -> None:
    told = Told()
    counts: Mapping[int, dict[str, tuple[int, int]]] = {
        minute: {"all": (60, 0), "topic:outage": (6, 0)}
        if minute < 180
        else {"all": (200, 0), "topic:outage": (146, 0)}
        for minute in range(186)
    }
    for minute, slices in counts.items():
        value = b'{"kind":"counts","start_s":%d,"slices":%s}' % (
            START_S + 60 * minute,
            str({name: list(count) for name, count in slices.items()}).replace("'", '"').encode(),
        )
        assert read_counts(value)
        time_s = START_S + 60.0 * minute
        told.stage.process([Record(Topic.VOLUME_COUNTS, 0, minute, time_s, b"acme", value)], Watermark(time_s))
        told.outputs.append(told.stage.tick(time_s + 60.0, Watermark(time_s + 60.0)))
    opened = told.notices[0]
    minutes = (opened.at.timestamp() - opened.since.timestamp()) / 60.0
    assert (opened.state, opened.words, opened.message_ids) == (NoticeState.OPEN, (), ())
    assert (opened.messages, opened.total_messages) == (146, 146 * minutes)


def test_a_surge_that_was_open_before_there_were_notices_gets_its_all_clear() -> None:
    told = Told()
    told.play(range(ONSET), lambda _: USUAL)
    told.play(range(ONSET, ONSET + 10), outage)
    told.rows = {key: row for key, row in told.rows.items() if b"/notices/" not in key}
    told.crash()
    told.outputs = []
    told.play(range(ONSET + 10, ONSET + 60), lambda _: USUAL)
    assert told.notices[-1].state is NoticeState.CLOSED


def test_messages_that_stop_coming_are_a_drop_on_surges_and_no_notice() -> None:
    told = Told()
    weeks = HistoryRecord(START_S - 14 * 86_400.0, 300.0, [{"all": (300, 30), "channel:chat": (300, 30)}] * (14 * 288))
    send = to_counts("acme", weeks)
    told.stage.process([Record(send.topic, 0, 0, START_S, send.key, send.value)], Watermark(START_S))
    told.play(range(60), lambda _: USUAL[:1] * 60)
    told.play(range(60, 90), lambda _: USUAL[:1])
    said = told.all_of(Surge, Topic.SURGES)
    assert {surge.kind for surge in said} == {SurgeKind.DROP}
    assert said[0].state is SurgeState.ONSET
    assert told.notices == []
    assert not [send for output in told.outputs for send in output.sends if send.topic == Topic.CAPACITY_INBOX]


def test_slices_beyond_the_cap_are_counted_as_other_and_silent_ones_are_dropped_after_four_weeks() -> None:
    told = Told(lambda group: SurgeBank(group, bucket_s=BUCKET_S, max_series=6))
    texts: list[Text] = [(f"t{n}", "chat", "en", "") for n in range(10)]
    first = {"all", "channel:chat", "language:en", "topic:t0", "topic:t0,channel:chat"}
    told.play(range(61), lambda _: texts)  # in an hour every series is written once
    assert told.series == first | {"other"}
    weeks = 28 * 1_440
    told.rows[b"group/acme/next"] = b"%f" % (START_S + 60.0 * (61 + weeks))  # nobody wrote in between
    told.crash()
    told.play(range(62 + weeks, 124 + weeks), lambda _: texts[1:2])
    assert told.series == {"all", "channel:chat", "language:en", "topic:t1", "topic:t1,channel:chat"}


def test_a_surge_of_what_has_no_series_of_its_own_tells_what_the_bank_counted_and_no_total() -> None:
    told = Told(lambda group: SurgeBank(group, bucket_s=BUCKET_S, max_series=2))
    told.play(range(120), lambda _: USUAL)
    told.play(range(120, 140), lambda _: USUAL * 6)
    [onset, *_] = told.all_of(Surge, Topic.SURGES)
    assert onset.series == "other"
    assert {(notice.messages, notice.total_messages) for notice in told.notices} == {(round(onset.observed), None)}


def test_from_messages_to_a_notice_whatever_crashes(models: Models, feed: Any) -> None:
    specs = [
        triage_spec(lambda: models, lambda tenant, segment: tenant),
        surge_spec(lambda group: SurgeBank(group, bucket_s=BUCKET_S), ["acme"]),
    ]
    table = TopicTable(SPECS, prefix="", stages={spec.name: spec.sources for spec in specs})

    def play(*, crashing: bool) -> list[bytes]:
        feed_number, runner = 0, MemoryRunner(specs, table, start_s=START_S, seed=1)
        for minute in range(75):
            surging = minute >= 60
            for number in range(24 if surging else 4):
                body = "The internet is down in Glasgow, total outage" if number > 3 else "My invoice is wrong"
                feed_number += 1
                message = feed.message(
                    tenant="acme", body=body, message_id=f"m-{feed_number}", conversation_id=f"c-{feed_number}"
                )
                runner.send(Topic.MESSAGES_RAW, message.conversation_id.encode(), encode(message))
                runner.advance(60.0 / (24 if surging else 4))
            if crashing and minute % 7 == 3:
                runner.crash("surge")
                runner.crash("triage")
        runner.settle()
        return [record.value or b"" for record in runner.records(Topic.NOTICES)]

    told = play(crashing=False)
    assert told == play(crashing=True)
    notices = [decode(Notice, value) for value in told]
    assert {notice.notice_id for notice in notices} == {notices[0].notice_id}
    assert "glasgow" in notices[-1].words
    assert len(notices[-1].message_ids) == 5
