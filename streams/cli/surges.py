"""``spillway surges``: what is on now, why a series was called a surge or not, and history for detectors."""

import asyncio
import difflib
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from detectors.surge import SurgeBank, SurgeEvent
from streams.cli.errors import CommandError, ExitCode, broker_errors
from streams.cli.kafka import admin_client, require_topics
from streams.cli.messages import format_of
from streams.cli.output import complain, say, say_json, show, table
from streams.cli.surge_history import read_history
from streams.cli.surge_log import read_log
from streams.cli.surge_picture import sparkline, svg
from streams.cli.surge_replay import Bucket, Replayed, play_again
from streams.contracts import ContractError, Surge, SurgeKind, SurgeState, decode, rfc3339, seconds
from streams.runtime.clock import TimeScale
from streams.runtime.kafka import KafkaClients
from streams.runtime.marks import is_mark
from streams.runtime.partitioner import key_hash
from streams.runtime.producer import TransactionWriter
from streams.runtime.rows import read_rows
from streams.stages.counts import HISTORY_AHEAD_S, to_counts
from streams.stages.group_rows import rows_by_group
from streams.topics import Topic, TopicTable, state_topic


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: the deployment's clients and topics, its groups, and the one that was named (None: the only)."""

    clients: KafkaClients
    topics: TopicTable
    groups: tuple[str, ...]
    named: str | None = None

    @property
    def group(self) -> str:
        """The group. Raises CommandError (2) if it is not known, or not said which."""
        if self.named is None and len(self.groups) == 1:
            return self.groups[0]
        if self.named not in self.groups:
            said = "say --group" if self.named is None else f"no group {self.named!r}"
            raise CommandError(ExitCode.USAGE, f"{said}; there are: {', '.join(self.groups)}")
        return self.named


def open_surges(place: Place, *, as_json: bool) -> None:
    """The surges that last, of all groups or the one that was named. Raises CommandError."""
    latest: dict[str, Surge] = {}
    only = place.group if place.named is not None else None
    unread = Counter[str]()
    topic = place.topics.physical(Topic.SURGES)
    for record in read_log(place.clients, Topic.SURGES, topic, _partitions(place, Topic.SURGES)):
        try:
            surge = decode(Surge, record.value)
        except ContractError as error:
            unread[str(error)] += 1
            continue
        if surge.surge_id not in latest or latest[surge.surge_id].at_s <= surge.at_s:
            latest[surge.surge_id] = surge
    on = [
        surge
        for surge in latest.values()
        if surge.state is not SurgeState.CLEARED and surge.kind is not SurgeKind.GROWTH and only in (None, surge.group)
    ]
    on.sort(key=lambda surge: (surge.group, surge.onset_at))
    if unread:
        why = ", ".join(f"{error} ({number:,})" for error, number in unread.most_common(5))
        complain(f"Cannot read {unread.total():,} of the records of surges, so a surge may be missing here: {why}")
    if as_json:
        say_json([_surge(surge) for surge in on])
    elif not on:
        say("No surge.")
    else:
        columns = ("group", "series", "kind", "since", "observed#", "expected#", "ends about")
        rows = [
            (s.group, s.series, s.kind, _clock(s.onset_at.timestamp()), round(s.observed), f"{s.expected:.1f}", _end(s))
            for s in on
        ]
        show(table("Surges", columns, rows))


def warm(place: Place, file: Path) -> None:
    """Send a file of earlier counts to the detectors of a group, all of it or nothing.

    Raises CommandError: 2 for a file that does not fit, 4 if the group's detectors have seen traffic or this history.
    """
    format_of(file)
    try:
        with file.open("rb") as opened:
            history = read_history(opened, file)
    except OSError as error:
        raise CommandError(ExitCode.USAGE, f"{file}: {error.strerror}") from error
    records = history.records
    group, buckets = place.group, sum(len(record.buckets) for record in records)
    begin_s, end_s = records[0].start_s, records[-1].start_s + len(records[-1].buckets) * records[-1].width_s
    partition = _home(place, Topic.VOLUME_COUNTS)
    with broker_errors(place.clients.bootstrap):
        asyncio.run(_send(place, group, partition, [to_counts(group, record) for record in records], begin_s))
    say(f"Sent {buckets:,} buckets of 5 minutes, {rfc3339(begin_s)} to {rfc3339(end_s)}, to the detectors of {group}.")
    say(f"They hold {history.used:,} of the file's {history.lines:,} lines.")
    say(f"History that ends more than {HISTORY_AHEAD_S / 3_600:g} hours from now is a dead letter; see dead-letters.")


def explain(
    place: Place,
    make_bank: Callable[[str], SurgeBank],
    scale: TimeScale,
    series: str,
    at_text: str,
    around_s: float,
    *,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Show what a series' detector saw about a moment, from volume.counts. Raises CommandError."""
    try:
        at_s = seconds(at_text, "--at")
    except ContractError as error:
        raise CommandError(ExitCode.USAGE, f"{error.reason}: --at takes a time like 2026-03-10T12:00:00Z") from error
    group, topic = place.group, Topic.VOLUME_COUNTS
    key = group.encode()
    log = read_log(
        place.clients,
        topic,
        place.topics.physical(topic),
        [_home(place, topic)],
        lambda record: record.key == key or is_mark(record.headers),
        shown=not as_json,
    )
    with closing(log) as records:  # most of it is after that time
        scaled = (replace(record, time_s=scale.apply(record.time_s)) for record in records)
        replayed = play_again(scaled, group, make_bank, series, at_s - around_s, at_s + around_s)
    if not replayed.buckets:
        raise CommandError(ExitCode.FAILED, _nothing(replayed, group, series))
    title = f"{group} {series}"
    if picture is not None:
        try:
            picture.write_text(svg(title, replayed.buckets, at_s), encoding="utf-8")
        except OSError as error:
            raise CommandError(ExitCode.FAILED, f"{picture}: {error.strerror}") from error
    if as_json:
        said = {"buckets": [_bucket(b) for b in replayed.buckets], "events": [_event(e) for e in replayed.events]}
        say_json({"group": group, "series": series, **said})
        return
    _draw(title, replayed)


def _draw(title: str, replayed: Replayed) -> None:
    buckets = replayed.buckets
    columns = ("from", "observed#", "expected#", "band#", "score#", "alarm from#", "")
    show(table(title, columns, [_row(bucket) for bucket in buckets]))
    most = max(max(bucket.observed or 0, bucket.reading.high) for bucket in buckets)
    say()
    say(f"observed {sparkline([bucket.observed for bucket in buckets], most)}")
    say(f"expected {sparkline([bucket.reading.expected for bucket in buckets], most)}  (up to {most:,.0f} a minute)")
    for event in replayed.events:
        also = f", with {', '.join(event.also)}" if event.also else ""
        say(f"{_clock(event.at_s)} {event.kind} {event.state}: {event.series}{also}; {_evidence(event)}")
    first = rfc3339(replayed.first_s or 0.0)
    say(f"Played again from {first} on, {replayed.closed:,} minutes: what Kafka still holds of volume.counts.")


def _row(bucket: Bucket) -> tuple[Any, ...]:
    reading = bucket.reading
    return (
        _clock(bucket.start_s),
        "not measured" if bucket.observed is None else bucket.observed,
        f"{reading.expected:.1f}",
        f"{reading.low:.0f}-{reading.high:.0f}",
        f"{reading.score:.1f}" if isfinite(reading.score) else "-",
        f"{reading.threshold:.1f}",
        "" if reading.onset_s is None else f"surge since {_clock(reading.onset_s)}",
    )


def _bucket(bucket: Bucket) -> dict[str, Any]:
    reading = bucket.reading
    return {
        "from": rfc3339(bucket.start_s),
        "observed": bucket.observed,
        "expected": round(reading.expected, 3),
        "low": round(reading.low, 3),
        "high": round(reading.high, 3),
        "score": round(reading.score, 3) if isfinite(reading.score) else None,
        "threshold": round(reading.threshold, 3),
        "ratio": round(reading.ratio, 3),
        "surge_since": None if reading.onset_s is None else rfc3339(reading.onset_s),
    }


def _event(event: SurgeEvent) -> dict[str, Any]:
    return {
        "at": rfc3339(event.at_s),
        "kind": event.kind,
        "state": event.state,
        "series": event.series,
        "since": rfc3339(event.onset_at_s),
        "observed": event.observed,
        "expected": round(event.expected, 3),
        "ratio": round(event.ratio, 3),
        "also": event.also,
    }


def _evidence(event: SurgeEvent) -> str:
    """What an event was said for: the table shows the evidence of volume alone."""
    times = f"{event.ratio:.2g} times"
    if event.kind == "sentiment":
        return f"{event.observed:,} angry where {event.expected:.1f} are usual, {times} their usual share lately"
    if event.kind == "growth":
        return f"{times} what came three weeks before"
    return f"{event.observed:,} where {event.expected:.1f} are expected, {times} the expected lately"


def _surge(surge: Surge) -> dict[str, Any]:
    return {
        "surge_id": surge.surge_id,
        "group": surge.group,
        "series": surge.series,
        "kind": surge.kind,
        "since": rfc3339(surge.onset_at.timestamp()),
        "observed": surge.observed,
        "expected": surge.expected,
        "also": surge.also,
        "expected_end": None if surge.expected_end is None else rfc3339(surge.expected_end.timestamp()),
    }


def _end(surge: Surge) -> str:
    return "" if surge.expected_end is None else _clock(surge.expected_end.timestamp())


def _clock(time_s: float) -> str:
    return rfc3339(int(time_s))[:16].replace("T", " ")


def _nothing(replayed: Replayed, group: str, series: str) -> str:
    if not replayed.closed:
        return f"volume.counts holds no minute of {group} up to then"
    if series not in replayed.series:
        near = difflib.get_close_matches(series, replayed.series, 1)
        which = f"did you mean {near[0]}?" if near else f"there are: {', '.join(replayed.series[:20])}"
        return f"{group} has no series {series!r} at that time; {which}"
    return f"volume.counts holds nothing of {group} about that time"


def _home(place: Place, topic: str) -> int:
    """The partition of the group."""
    return key_hash(place.group.encode()) % len(_partitions(place, topic))


def _partitions(place: Place, topic: str) -> list[int]:
    """Raises CommandError naming the topics that are missing."""
    with admin_client(place.clients) as admin:
        require_topics(admin, place.topics)
        described = admin.describe_topics([place.topics.physical(topic)])
    return list(range(len(described[0]["partitions"])))


async def _send(place: Place, group: str, partition: int, sends: list[Any], begin_s: float) -> None:
    rows_topic = state_topic("surge", Topic.VOLUME_COUNTS)
    known = rows_by_group(await read_rows(place.clients, place.topics.physical(rows_topic), partition)).get(group, {})
    if known.get(b"next", b"null") != b"null":
        raise CommandError(ExitCode.NOT_AS_PLANNED, f"the detectors of {group} have seen traffic: history comes before")
    if begin_s < float(known.get(b"taught", b"0")):
        raise CommandError(ExitCode.NOT_AS_PLANNED, f"the detectors of {group} have had history of that time")
    writer = TransactionWriter(
        place.clients, f"{place.topics.prefix}surges-warm-{group}", place.topics, lambda *_: None
    )
    try:
        await writer.open([(Topic.VOLUME_COUNTS, partition)])
        await writer.commit([replace(send, partition=partition) for send in sends])
    finally:
        await writer.close()
