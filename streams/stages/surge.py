"""Surge: closes the buckets of volume.counts and says when a group's traffic runs well above its history.

All series of a group are in one place, so one incident is one surge. A bucket closes when the watermark has passed its
end: everything that came in before it has been counted. Was a source silent, then the bucket was not measured.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from detectors.surge import SurgeBank, SurgeEvent
from streams.contracts import (
    ContractError,
    EventType,
    Notice,
    NoticeState,
    Reason,
    Surge,
    SurgeState,
    at,
    encode,
    event_headers,
    event_id,
)
from streams.runtime.stage import DeadLetter, Output, Record, Send, StageSpec, Watermark
from streams.stages.capacity_inbox import SurgeObservation, to_capacity
from streams.stages.counts import BUCKET_S, CountsRecord, HistoryRecord, check_times, read_counts
from streams.stages.group_rows import group_key, rows_by_group
from streams.stages.home import Home
from streams.topics import Topic

SOURCE = "/spillway/surge"
BUCKETS_A_TICK = 240
"""So that a worker that was away for days catches up in steps, between which others get their turn."""
_PACE_S = 0.1  # a bucket closes in a tick

MakeBank = Callable[[str], SurgeBank]


class _Group:
    """One group: its series, the buckets that are still open, and which one closes next."""

    def __init__(self, bank: SurgeBank) -> None:
        self.bank = bank
        self.open: dict[float, dict[str, tuple[int, int]]] = {}
        self.next_s: float | None = None
        self.taught_s = 0.0  # where history ends
        self.changed: set[bytes] = set()

    def add(self, record: CountsRecord) -> int:
        """Count for a bucket that is open; what comes later still reaches the baseline, never the alarm.

        Answers how many late buckets were pushed out for it.
        """
        if self.next_s is None:
            self.next_s = max(record.start_s, self.taught_s)
        if record.start_s < self.next_s:
            return self.bank.add_late(record.start_s, record.slices)
        bucket = self.open.setdefault(record.start_s, {})
        for name, (messages, angry) in record.slices.items():
            before = bucket.get(name, (0, 0))
            bucket[name] = (before[0] + messages, before[1] + angry)
        self.changed |= {_bucket_key(record.start_s), b"next"}
        return 0

    def learn(self, record: HistoryRecord) -> None:
        """Teach the series what was normal before.

        Raises ContractError if it does not follow older history, or follows traffic.
        """
        if self.next_s is not None:
            raise ContractError(Reason.HISTORY_AFTER_TRAFFIC)
        if record.start_s < self.taught_s:
            raise ContractError(Reason.HISTORY_OUT_OF_ORDER)
        starts = (record.start_s + number * record.width_s for number in range(len(record.buckets)))
        self.bank.warm(zip(starts, record.buckets, strict=True), record.width_s)
        self.taught_s = record.start_s + len(record.buckets) * record.width_s
        self.changed.add(b"taught")

    def close(self, watermark: Watermark) -> list[SurgeEvent]:
        """Close what the watermark has passed."""
        events: list[SurgeEvent] = []
        for _ in range(BUCKETS_A_TICK):
            if self.next_s is None or self.next_s + BUCKET_S > watermark.time_s:
                break
            counts = self.open.pop(self.next_s, {})
            events += self.bank.close(self.next_s, None if watermark.silent else counts)
            self.changed |= {_bucket_key(self.next_s), b"next"}
            self.next_s += BUCKET_S
        return events

    def gauges(self, name: str) -> dict[tuple[str, ...], float]:
        """What Prometheus is told of the group."""
        gauges: dict[tuple[str, ...], float] = {("surge_active", name, series): 1.0 for series in self.bank.surging}
        gauges["volume_unmeasured_buckets", name] = self.bank.unmeasured_buckets
        if (latest := self.bank.latest) is not None:
            gauges["volume_per_minute", name, "observed"], gauges["volume_per_minute", name, "expected"] = latest
        return gauges

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The bank's rows, one a bucket that is open, and which closes next."""
        rows = {b"bank/" + key: row for key, row in self.bank.changed_rows().items()}
        for key in self.changed:
            if key == b"next":
                rows[key] = msgspec.json.encode(self.next_s)
            elif key == b"taught":
                rows[key] = msgspec.json.encode(self.taught_s)
            else:
                bucket = self.open.get(float(key.partition(b"/")[2]))
                rows[key] = None if bucket is None else msgspec.json.encode(bucket)
        self.changed = set()
        return rows

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Go on from an earlier owner's rows."""
        self.bank.restore({key.removeprefix(b"bank/"): row for key, row in rows.items() if key.startswith(b"bank/")})
        for key, row in rows.items():
            if key == b"next":
                self.next_s = msgspec.json.decode(row, type=float | None)
            elif key == b"taught":
                self.taught_s = msgspec.json.decode(row, type=float)
            elif key.startswith(b"open/"):
                bucket = msgspec.json.decode(row, type=dict[str, tuple[int, int]])
                self.open[float(key.partition(b"/")[2])] = bucket


class SurgeStage:
    """One partition of volume.counts: the groups whose key belongs there.

    make_bank: a new bank for a group. groups: the policy's.
    """

    def __init__(self, make_bank: MakeBank, groups: Collection[str], partition: int, partitions: int) -> None:
        self._make_bank, self._known = make_bank, frozenset(groups)
        self._home = Home(groups, partition, partitions)
        self._groups: dict[str, _Group] = {}

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up every group's series."""
        for name, group_rows in rows_by_group(rows).items():
            if name in self._known:
                self._group(name).restore(group_rows)

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Add counts up, or learn history."""
        output = Output()
        for record in records:
            try:
                name = self._home.group(record.key)
                said = read_counts(record.value)
                check_times(said, record.time_s)
                if isinstance(said, HistoryRecord):
                    self._group(name).learn(said)
                elif pushed_out := self._group(name).add(said):
                    output.counts["late_pushed_out"] = output.counts.get("late_pushed_out", 0) + pushed_out
            except ContractError as error:
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
        self._keep(output)
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Close the buckets that the watermark has passed, and say what became of surges."""
        output = Output()
        for name, group in self._groups.items():
            for event in group.close(watermark):
                if event.kind == "volume":
                    _say(output, name, event)
                output.counts[f"{event.kind}_{event.state}"] = output.counts.get(f"{event.kind}_{event.state}", 0) + 1
            output.gauges.update(group.gauges(name))
        self._keep(output)
        return output

    def _group(self, name: str) -> _Group:
        if name not in self._groups:
            self._groups[name] = _Group(self._make_bank(name))
        return self._groups[name]

    def _keep(self, output: Output) -> None:
        for name, group in self._groups.items():
            for key, row in group.changed_rows().items():
                output.rows[group_key(name, key)] = row


def surge_spec(make_bank: MakeBank, groups: Collection[str]) -> StageSpec:
    """The stage for the runtime. make_bank: a new bank for a group. groups: those of the policy."""

    def make(partition: int, partitions: int) -> SurgeStage:
        return SurgeStage(make_bank, groups, partition, partitions)

    return StageSpec(
        "surge",
        {Topic.VOLUME_COUNTS: make},
        sends_to=(Topic.SURGES, Topic.NOTICES, Topic.CAPACITY_INBOX),
        fed_by=(Topic.MESSAGES_RAW,),
        pace_s=_PACE_S,
    )


def _say(output: Output, group: str, event: SurgeEvent) -> None:
    surge = Surge(
        surge_id=event.surge_id,
        group=group,
        series=event.series,
        state=SurgeState(event.state),
        onset_at=at(event.onset_at_s),
        at=at(event.at_s),
        observed=event.observed,
        expected=event.expected,
        ratio=event.ratio,
        false_alarms_per_week=event.false_alarms_per_week,
        also=event.also,
    )
    said = event_id("surge", event.surge_id, event.state, str(event.at_s))
    headers = event_headers(EventType.SURGE, said, event.at_s, SOURCE)
    output.sends.append(Send(Topic.SURGES, group.encode(), encode(surge), headers))
    if event.state != "ongoing":
        state = NoticeState.OPEN if event.state == "onset" else NoticeState.CLOSED
        notice = Notice(
            notice_id=event.surge_id,
            group=group,
            state=state,
            series=event.series,
            since=at(event.onset_at_s),
            at=at(event.at_s),
            messages=event.observed,
            also=event.also,
        )
        headers = event_headers(EventType.NOTICE, event_id("notice", event.surge_id, state), event.at_s, SOURCE)
        output.sends.append(Send(Topic.NOTICES, group.encode(), encode(notice), headers))
    output.sends.append(
        to_capacity(
            group,
            SurgeObservation(
                surge_id=event.surge_id,
                phase=event.state,
                at_s=event.at_s,
                observed_per_s=event.observed / BUCKET_S,
                expected_per_s=event.expected / BUCKET_S,
            ),
        )
    )
    output.counts[f"surge_{event.state}"] = output.counts.get(f"surge_{event.state}", 0) + 1


def _bucket_key(start_s: float) -> bytes:
    return b"open/%d" % round(start_s)
