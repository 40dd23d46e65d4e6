"""Surge: closes the buckets of volume.counts and says when a group's traffic runs well above its history.

All series of a group are in one place, so one incident is one surge. A bucket closes when the watermark has passed its
end: everything that came in before it has been counted. Was a source silent, then the bucket was not measured.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from detectors.surge import SurgeBank, SurgeEvent
from streams.contracts import (
    ContractError,
    EventType,
    Notice,
    Surge,
    SurgeKind,
    SurgeState,
    at,
    encode,
    event_headers,
    event_id,
)
from streams.runtime.stage import DeadLetter, Output, Record, Send, StageSpec, Watermark
from streams.stages.capacity_inbox import SurgeObservation, to_capacity
from streams.stages.counts import BUCKET_S, HistoryRecord, check_times, read_counts
from streams.stages.group_rows import group_key, rows_by_group
from streams.stages.home import Home
from streams.stages.surge_group import SurgeGroup
from streams.topics import Topic

SOURCE = "/spillway/surge"
_PACE_S = 0.1  # a bucket closes in a tick

MakeBank = Callable[[str], SurgeBank]


class SurgeStage:
    """One partition of volume.counts: the groups whose key belongs there.

    make_bank: a new bank for a group. groups: the policy's.
    """

    def __init__(self, make_bank: MakeBank, groups: Collection[str], partition: int, partitions: int) -> None:
        self._make_bank, self._known = make_bank, frozenset(groups)
        self._home = Home(groups, partition, partitions)
        self._groups: dict[str, SurgeGroup] = {}

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
            events, notices = group.close(watermark)
            for event in events:
                _say(output, name, event)
            for notice in notices:
                _tell(output, notice)
            output.gauges.update(group.gauges(name))
        self._keep(output)
        return output

    def _group(self, name: str) -> SurgeGroup:
        if name not in self._groups:
            self._groups[name] = SurgeGroup(name, self._make_bank(name))
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
    outlook = event.outlook
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
        kind=SurgeKind(event.kind),
        expected_end=outlook and at(outlook.expected_end_s),
        expected_end_earliest=outlook and at(outlook.end_low_s),
        expected_end_latest=outlook and at(outlook.end_high_s),
        expected_peak=outlook and outlook.expected_peak,
        expected_peak_least=outlook and outlook.peak_low,
        expected_peak_most=outlook and outlook.peak_high,
    )
    said = event_id("surge", event.surge_id, event.state, str(event.at_s))
    headers = event_headers(EventType.SURGE, said, event.at_s, SOURCE)
    output.sends.append(Send(Topic.SURGES, group.encode(), encode(surge), headers))
    name = f"surge_{event.state}" if event.kind == "volume" else f"{event.kind}_{event.state}"
    output.counts[name] = output.counts.get(name, 0) + 1
    if event.kind == "volume":
        observation = SurgeObservation(
            surge_id=event.surge_id,
            phase=event.state,
            at_s=event.at_s,
            observed_per_s=event.observed / BUCKET_S,
            expected_per_s=event.expected / BUCKET_S,
        )
        output.sends.append(to_capacity(group, observation))


def _tell(output: Output, notice: Notice) -> None:
    told = event_id("notice", notice.notice_id, notice.state, notice.revision)
    headers = event_headers(EventType.NOTICE, told, notice.at.timestamp(), SOURCE)
    output.sends.append(Send(Topic.NOTICES, notice.group.encode(), encode(notice), headers))
    output.counts["notices"] = output.counts.get("notices", 0) + 1
