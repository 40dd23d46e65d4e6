from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from detectors.surge import SurgeBank
from streams.cli.surge_picture import sparkline, svg
from streams.cli.surge_replay import Replayed, play_again
from streams.runtime.marks import MARK_HEADERS, Mark
from streams.runtime.stage import Headers, Record
from streams.stages.counts import BUCKET_S, CountsRecord, to_counts
from streams.topics import Topic

START_S = 1_773_144_000.0
USUAL, TRIPLED = {"all": (60, 3), "topic:outage": (6, 1)}, {"all": (200, 90), "topic:outage": (146, 88)}
SERIES = "topic:outage"


def bank(group: str) -> SurgeBank:
    return SurgeBank(group, bucket_s=BUCKET_S)


def log(minutes: int = 187, silent: range = range(0)) -> Iterator[Record]:
    """Two partitions of messages.raw mark every ten seconds; the second falls silent. The last minutes surge."""
    offset = 0
    for minute in range(minutes):
        time_s = START_S + 60.0 * minute
        send = to_counts("acme", CountsRecord(time_s, dict(USUAL if minute < 180 else TRIPLED)))
        other = to_counts("other", CountsRecord(time_s, {"all": (5_000, 0)}))
        said: list[tuple[float, bytes | None, bytes | None, Headers]] = [
            (time_s, send.key, send.value, ()),
            (time_s, other.key, other.value, ()),
            (time_s, b"acme", b"{}", ()),  # a dead letter of the stage
        ]
        for at_s in range(0, 60, 10):
            for partition in (0,) if minute in silent else (0, 1):
                mark = Mark(Topic.MESSAGES_RAW, partition, 2, time_s + at_s)
                said.append((time_s + at_s, None, mark.encode(), MARK_HEADERS))
        for record_s, key, value, headers in said:
            yield Record(Topic.VOLUME_COUNTS, 0, offset, record_s, key, value, headers)
            offset += 1


def about(minute: int, series: str = SERIES, silent: range = range(0)) -> Replayed:
    at_s = START_S + 60.0 * minute
    return play_again(log(silent=silent), "acme", bank, series, at_s - 600.0, at_s + 600.0)


def test_the_time_about_a_surge_shows_what_was_counted_expected_and_made_of_it() -> None:
    replayed = about(180)
    assert [bucket.observed for bucket in replayed.buckets] == [6] * 10 + [146] * 6
    assert (replayed.closed, replayed.first_s) == (186, START_S)
    assert next(event.state for event in replayed.events) == "onset"
    before, after = replayed.buckets[9].reading, replayed.buckets[-1].reading
    assert before.low < 6 < before.high < 146
    assert before.score < before.threshold <= after.score
    assert (before.onset_s, after.onset_s) == (None, START_S + 180 * 60.0)


def test_minutes_in_which_a_source_was_silent_are_not_measured() -> None:
    observed = [bucket.observed for bucket in about(100, silent=range(95, 98)).buckets]
    assert observed.count(None) >= 1
    assert [count for count in observed if count is not None] == [6] * (20 - observed.count(None))


def test_a_series_that_is_not_there_has_no_buckets_and_the_others_are_named() -> None:
    replayed = about(100, "topic:nothing")
    assert replayed.buckets == []
    assert replayed.series == ("all", SERIES)


@pytest.mark.parametrize("silent", [range(0), range(178, 182)])
def test_the_picture_is_an_svg_whatever_was_measured(silent: range) -> None:
    replayed = about(180, silent=silent)
    root = ElementTree.fromstring(svg("acme <topic> & more", replayed.buckets, START_S + 180 * 60.0))
    assert root.tag.endswith("svg")
    assert "acme <topic> & more" in {text.text for text in root.iter() if text.text}


def test_blocks_rise_with_their_values() -> None:
    assert sparkline([0, 1, 50, 100, None], 100.0) == "▁▁▄█·"
    assert sparkline([0, 0], 0.0) == "▁▁"
