"""Surges of sentiment, drops and growth are told apart from surges of volume."""

from datetime import UTC, datetime

import numpy as np
import pytest

from detectors.surge import Planned, SurgeBank, SurgeEvent
from tests.detectors.surge.traffic import MONDAY_S, at, expected_counts

BEGIN = at(15, 10, 300.0)


def run(
    volume: dict[str, float],
    anger: dict[str, float],
    weeks: int = 3,
    growth: float = 0.0,
    planned: dict[str, list[Planned]] | None = None,
    raised: float = 1.0,
) -> list[SurgeEvent]:
    """Two topics on two channels, 8 messages a minute. For three hours from BEGIN on, channels and topics have the
    given factor of volume, topics the given share of angry messages."""
    rng = np.random.default_rng(5)
    bank = SurgeBank("acme", bucket_s=300.0, false_alarms_per_week=0.02, planned=planned)
    rate = expected_counts(8.0, 300.0, weeks) * (1.0 + growth) ** (np.arange(weeks * 2016) / 2016)
    events = []
    for i, mean in enumerate(rate):
        counts: dict[str, tuple[int, int]] = {}
        now = BEGIN <= i < BEGIN + 36
        for topic, channel, part in (("a", "chat", 0.3), ("a", "email", 0.3), ("b", "chat", 0.2), ("b", "email", 0.2)):
            factor = raised * volume.get(topic, 1.0) * volume.get(channel, 1.0) if now else 1.0
            n = int(rng.poisson(mean * part * factor))
            angry = int(rng.binomial(n, anger.get(topic, 0.15) if now else 0.15))
            for name in ("all", f"topic:{topic}", f"channel:{channel}"):
                before = counts.get(name, (0, 0))
                counts[name] = before[0] + n, before[1] + angry
        events += bank.close(MONDAY_S + i * 300.0, counts)
    return events


def told(events: list[SurgeEvent]) -> list[tuple[str, str, str]]:
    return [(event.kind, event.series, event.state) for event in events if event.state != "ongoing"]


def test_calm_weeks_tell_nothing() -> None:
    assert told(run({}, {})) == []


def test_an_angry_topic_is_a_surge_of_sentiment_named_by_it() -> None:
    events = run({}, {"a": 0.6})
    assert told(events) == [("sentiment", "topic:a", "onset"), ("sentiment", "topic:a", "cleared")]
    onset, cleared = events[0], events[-1]
    assert onset.at_s <= MONDAY_S + (BEGIN + 4) * 300.0
    assert cleared.at_s <= MONDAY_S + (BEGIN + 36 + 6) * 300.0
    assert onset.surge_id == f"acme/topic:a/sentiment/{int(onset.onset_at_s)}"
    assert onset.outlook is None


def sentiment_alone(counts: list[tuple[int, int]]) -> list[SurgeEvent]:
    """What a bank says of the angry messages of one series, at one false alarm in ten weeks."""
    bank = SurgeBank("acme", bucket_s=300.0, false_alarms_per_week=0.1)
    events = [event for i, each in enumerate(counts) for event in bank.close(MONDAY_S + i * 300.0, {"all": each})]
    return [event for event in events if event.kind == "sentiment"]


def test_conversations_that_stay_angry_make_few_surges_of_sentiment() -> None:
    """Of a message a minute, in conversations of up to four within an hour: anger comes in clumps."""
    rng = np.random.default_rng(7)
    counts = np.zeros((6 * 2016, 2), int)
    for begun in rng.uniform(0, len(counts), len(counts) * 2):
        angry = rng.random() < 0.12
        for at_s in begun + np.append(0.0, np.cumsum(rng.exponential(3.0, rng.integers(0, 4)))):
            if at_s < len(counts):
                counts[int(at_s)] += (1, angry)
    events = sentiment_alone([(int(count), int(angry)) for count, angry in counts])
    assert len([event for event in events if event.state == "onset"]) <= 2


def test_a_habit_that_began_too_calm_is_given_up_without_a_surge() -> None:
    """The first 210 messages were luckier than those of all weeks after them."""
    rng = np.random.default_rng(0)
    lucky = [(1, int(i % 14 == 0)) for i in range(210)]
    usual = [(1, int(angry)) for angry in rng.random(4 * 2016) < 0.16]
    assert sentiment_alone(lucky + usual) == []


def test_anger_in_a_surge_of_volume_is_part_of_it() -> None:
    assert told(run({"a": 4.0}, {"a": 0.6})) == [("volume", "topic:a", "onset"), ("volume", "topic:a", "cleared")]


def test_a_channel_that_stops_is_a_drop_and_comes_back_without_a_surge() -> None:
    events = run({"chat": 0.0}, {})
    assert told(events) == [("drop", "channel:chat", "onset"), ("drop", "channel:chat", "cleared")]
    assert events[0].at_s <= MONDAY_S + (BEGIN + 8) * 300.0


def test_all_that_stops_is_one_drop() -> None:
    assert told(run({"chat": 0.0, "email": 0.0}, {})) == [("drop", "all", "onset"), ("drop", "all", "cleared")]


def test_a_third_of_the_usual_is_no_drop() -> None:
    assert told(run({"chat": 0.35, "email": 0.35}, {})) == []


def test_what_was_fourfold_for_two_days_and_ends_is_no_drop() -> None:
    rate = expected_counts(20.0, 300.0, 4)
    rate[at(21, 8.0, 300.0) : at(23, 0.0, 300.0)] *= 4.0
    counts = np.random.default_rng(5).poisson(rate).tolist()
    bank = SurgeBank("acme", bucket_s=300.0)
    events = [
        event for i, count in enumerate(counts) for event in bank.close(MONDAY_S + i * 300.0, {"all": (count, 0)})
    ]
    assert told(events) == [("volume", "all", "onset"), ("volume", "all", "cleared")]


def test_messages_that_come_back_on_a_holiday_end_the_drop_that_began_before_it() -> None:
    day_s = MONDAY_S + 22 * 86_400
    bank = SurgeBank("acme", bucket_s=300.0, holidays=[datetime.fromtimestamp(day_s, UTC).date().isoformat()])
    rate = expected_counts(20.0, 300.0, 4)
    rate[at(22, 0.0, 300.0) : at(23, 0.0, 300.0)] *= 0.4
    counts = np.random.default_rng(5).poisson(rate).tolist()
    stopped = range(at(21, 22.0, 300.0), at(22, 8.5, 300.0))
    events = []
    for i, count in enumerate(counts[: at(23, 12.0, 300.0)]):
        events += bank.close(MONDAY_S + i * 300.0, {"all": (0 if i in stopped else count, 0)})
    assert told(events) == [("drop", "all", "onset"), ("drop", "all", "cleared")]
    assert events[-1].at_s <= day_s + 9.5 * 3600


def test_growth_from_next_to_nothing_is_none() -> None:
    bank = SurgeBank("acme", bucket_s=300.0)
    a_week, events = (1, 0, 20, 48, 96, 96), []
    for i in range(6 * 2016):
        week, cell = divmod(i, 2016)
        fi = int(a_week[week] > 0 and cell % (2016 // max(1, a_week[week])) == 0)
        counts = {"all": (20 + fi, 0), "language:fi": (fi, 0)}
        events += bank.close(MONDAY_S + i * 300.0, {name: count for name, count in counts.items() if count[0]})
    assert [event for event in events if event.kind == "growth"] == []


def test_growth_over_weeks_is_told_once_a_week_and_is_no_surge() -> None:
    events = run({}, {}, weeks=7, growth=0.17)
    assert {(event.kind, event.series) for event in events} == {("growth", "all")}
    assert 1 <= len(events) <= 3
    assert events[-1].ratio == pytest.approx(1.17**3, rel=0.1)


def test_a_planned_campaign_is_no_surge_but_one_that_was_not_planned_is() -> None:
    begin_s = MONDAY_S + BEGIN * 300.0
    campaign = [Planned(begin_s, begin_s + 36 * 300.0, 2.5)]
    names = ("all", "topic:a", "topic:b", "channel:chat", "channel:email")
    assert told(run({}, {}, raised=2.5, planned=dict.fromkeys(names, campaign))) == []
    assert told(run({}, {}, raised=2.5))[0] == ("volume", "all", "onset")


def test_a_surge_of_volume_comes_with_an_outlook_until_it_is_over() -> None:
    events = run({"a": 4.0}, {})
    onset, cleared = events[0], events[-1]
    assert onset.outlook is not None
    assert onset.at_s < onset.outlook.end_low_s < onset.outlook.expected_end_s < onset.outlook.end_high_s
    assert onset.outlook.expected_peak > onset.expected
    assert cleared.outlook is None
