"""What a notice holds, told from what messages said and what the bank answered: counts, ids, the expected end."""

from collections.abc import Mapping
from typing import Any

import pytest

from detectors.surge import Outlook, SurgeEvent
from detectors.surge.said import Said
from streams.contracts import Notice, NoticeState, at
from streams.stages.counts import BUCKET_S
from streams.stages.notices import COUNTED_S, Notices

START_S = 1_773_144_000.0


def surge(
    series: str,
    minute: int,
    state: Any = "onset",
    *,
    since: int = 0,
    expected_end: int | None = None,
    observed: int = 0,
) -> SurgeEvent:
    """What the bank says after a minute."""
    outlook = None if expected_end is None else Outlook(*[START_S + 60.0 * expected_end] * 3, 1.0, 1.0, 1.0)
    onset_s, at_s = START_S + 60.0 * since, START_S + 60.0 * (minute + 1)
    return SurgeEvent(
        f"acme/{series}/{since}", "acme", series, state, onset_s, at_s, observed, 1.0, 4.0, 1.0, (), "volume", outlook
    )


def hear(notices: Notices, minute: int, topic: str = "topic:outage", *, messages: int = 4) -> None:
    ids = [f"m-{minute}-{number}" for number in range(messages)]
    said = Said(messages, {"en": messages}, {"chat": 1, "email": messages - 1}, {}, ids)
    notices.hear(START_S + 60.0 * minute, topic, said)


def close(
    notices: Notices, minute: int, counts: Mapping[str, int], *events: SurgeEvent, measured: bool = True
) -> list[Notice]:
    return notices.close(START_S + 60.0 * minute, counts, events, measured=measured)


@pytest.mark.parametrize("crashed", [False, True])
def test_all_are_counted_that_came_since_a_surge_began_however_late_it_was_seen(crashed: bool) -> None:
    notices, rows = Notices("acme"), dict[bytes, bytes]()
    counts = {"all": 9, "topic:outage": 4}
    for minute in range(59):
        hear(notices, minute)
        assert close(notices, minute, counts) == []
        rows |= {key: row for key, row in notices.changed_rows().items() if row is not None}
    if crashed:
        notices = Notices("acme")
        notices.restore(rows)
    hear(notices, 59)
    [opened] = close(notices, 59, counts, surge("topic:outage", 59, since=10))
    assert opened.total_messages == 50 * 4
    close(notices, 60, counts, measured=False)  # what came while a source was silent began, too
    [closed] = close(notices, 61, counts, surge("topic:outage", 61, "cleared", since=10))
    assert closed.total_messages == 52 * 4


def test_how_many_came_is_left_out_where_the_beginning_is_not_kept_any_more() -> None:
    notices, deleted = Notices("acme"), 0
    for minute in range(300):
        close(notices, minute, {"topic:outage": 1})
        deleted += list(notices.changed_rows().values()).count(None)
    assert 300 - deleted == COUNTED_S / BUCKET_S
    [opened] = close(notices, 300, {"topic:outage": 1}, surge("topic:outage", 300, since=100))
    assert opened.total_messages is None


@pytest.mark.parametrize(
    ("series", "named"),
    [
        ("all", True),
        ("topic:outage", True),
        ("channel:chat", False),
        ("language:de", False),
        ("topic:outage,channel:chat", False),
        ("other", False),
    ],
)
def test_messages_are_named_only_where_they_are_known_to_be_of_the_series(series: str, named: bool) -> None:
    notices = Notices("acme")
    hear(notices, 0)
    [opened] = close(notices, 0, {series: 2}, surge(series, 0))
    assert bool(opened.message_ids) is named
    assert opened.total_messages == (None if series == "other" else 2)


def test_a_series_without_a_message_in_a_measured_minute_is_told_with_0() -> None:
    notices = Notices("acme")
    close(notices, 0, {"topic:outage": 146}, surge("topic:outage", 0, observed=146))
    told = [notice for minute in range(1, 9) for notice in close(notices, minute, {"all": 5})]
    assert told == []
    [closed] = close(notices, 9, {"all": 5}, surge("topic:login", 9, since=9))[:1]
    assert (closed.state, closed.series, closed.messages) == (NoticeState.CLOSED, "topic:outage", 0)


def test_an_end_that_has_passed_is_not_told_as_expected() -> None:
    notices = Notices("acme")
    [opened] = close(notices, 0, {"topic:outage": 1}, surge("topic:outage", 0, expected_end=30))
    assert opened.expected_end == at(START_S + 1_800.0)
    told = [notice for minute in range(1, 60) for notice in close(notices, minute, {"topic:outage": minute})]
    assert {notice.expected_end for notice in told if notice.at < opened.expected_end} == {opened.expected_end}
    late = [notice.expected_end for notice in told if notice.at >= opened.expected_end]
    assert late
    assert set(late) == {None}
    [fresh] = close(notices, 60, {"topic:outage": 1}, surge("topic:outage", 60, "ongoing", expected_end=120))
    assert fresh.expected_end == at(START_S + 7_200.0), "a new end is told once the old one has passed"
    moved = surge("topic:outage", 70, "ongoing", expected_end=130)
    assert close(notices, 70, {"topic:outage": 1}, moved) == [], "and not before"
