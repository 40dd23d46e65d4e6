"""What the surge stage keeps of one group."""

from collections.abc import Mapping
from typing import Final

import msgspec

from detectors.surge import SurgeBank, SurgeEvent
from detectors.surge.incidents import Kind
from detectors.surge.slices import OTHER
from streams.contracts import ContractError, Notice, Reason
from streams.runtime.stage import Watermark
from streams.stages.counts import BUCKET_S, CountsRecord, HistoryRecord
from streams.stages.notices import Notices

BUCKETS_A_TICK = 240
"""So that a worker that was away for days catches up in steps, between which others get their turn."""

_GAUGES: Final[Mapping[Kind, str]] = {
    "volume": "surge_active",
    "sentiment": "sentiment_surge_active",
    "drop": "messages_stopped",
}
"""The gauges of what lasts."""


class SurgeGroup:
    """One group: its series, the buckets that are still open, which one closes next, and its notices."""

    def __init__(self, name: str, bank: SurgeBank) -> None:
        self.bank = bank
        self.notices = Notices(name)
        self.open: dict[float, dict[str, tuple[int, int]]] = {}
        self.next_s: float | None = None
        self.taught_s = 0.0  # where history ends
        self.changed: set[bytes] = set()
        self._follow_ups: dict[float, int] = {}  # of buckets that are open; only told, so in no row
        self._follow_ups_a_minute = 0

    def add(self, record: CountsRecord) -> int:
        """Count for a bucket that is open; what comes later still reaches the baseline, never the alarm.

        Answers how many late buckets were pushed out for it.
        """
        if self.next_s is not None and record.start_s >= self.next_s:
            self._follow_ups[record.start_s] = self._follow_ups.get(record.start_s, 0) + record.follow_ups
        if not record.slices:  # follow-ups alone
            return 0
        if self.next_s is None:
            self.next_s = max(record.start_s, self.taught_s)
        if record.start_s < self.next_s:
            return self.bank.add_late(record.start_s, record.slices)
        bucket = self.open.setdefault(record.start_s, {})
        for name, (messages, angry) in record.slices.items():
            before = bucket.get(name, (0, 0))
            bucket[name] = (before[0] + messages, before[1] + angry)
        for topic, said in record.said.items():
            self.notices.hear(record.start_s, topic, said.said())
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

    def close(self, watermark: Watermark) -> tuple[list[SurgeEvent], list[Notice]]:
        """Close what the watermark has passed: what became of surges, and what to tell customers."""
        events: list[SurgeEvent] = []
        notices: list[Notice] = []
        for _ in range(BUCKETS_A_TICK):
            if self.next_s is None or self.next_s + BUCKET_S > watermark.time_s:
                break
            counts = self.open.pop(self.next_s, {})
            self._follow_ups_a_minute = self._follow_ups.pop(self.next_s, 0)
            new = self.bank.close(self.next_s, None if watermark.silent else counts)
            notices += self.notices.close(self.next_s, self._by_series(counts), new, measured=not watermark.silent)
            events += new
            self.changed |= {_bucket_key(self.next_s), b"next"}
            self.next_s += BUCKET_S
        return events, notices

    def _by_series(self, counts: Mapping[str, tuple[int, int]]) -> dict[str, int]:
        """The messages of each series; of slices that the bank has no room for, as it counts them itself."""
        held, by_series = frozenset(self.bank.series), dict[str, int]()
        for name, (messages, _) in counts.items():
            series = name if name in held else OTHER
            by_series[series] = by_series.get(series, 0) + messages
        return by_series

    def gauges(self, name: str) -> dict[tuple[str, ...], float]:
        """What Prometheus is told of the group."""
        gauges: dict[tuple[str, ...], float] = {
            (gauge, name, series): 1.0 for kind, gauge in _GAUGES.items() for series in self.bank.lasting(kind)
        }
        gauges["volume_unmeasured_buckets", name] = self.bank.unmeasured_buckets
        if (latest := self.bank.latest) is not None:
            gauges["volume_per_minute", name, "observed"], gauges["volume_per_minute", name, "expected"] = latest
            gauges["volume_per_minute", name, "follow_ups"] = self._follow_ups_a_minute
        return gauges

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The bank's rows, one a bucket that is open, and which closes next."""
        rows = {b"bank/" + key: row for key, row in self.bank.changed_rows().items()}
        rows |= {b"notices/" + key: row for key, row in self.notices.changed_rows().items()}
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
        self.bank.restore(_of(rows, b"bank/"))
        self.notices.restore(_of(rows, b"notices/"))
        for key, row in rows.items():
            if key == b"next":
                self.next_s = msgspec.json.decode(row, type=float | None)
            elif key == b"taught":
                self.taught_s = msgspec.json.decode(row, type=float)
            elif key.startswith(b"open/"):
                bucket = msgspec.json.decode(row, type=dict[str, tuple[int, int]])
                self.open[float(key.partition(b"/")[2])] = bucket


def _of(rows: Mapping[bytes, bytes], prefix: bytes) -> dict[bytes, bytes]:
    return {key.removeprefix(prefix): row for key, row in rows.items() if key.startswith(prefix)}


def _bucket_key(start_s: float) -> bytes:
    return b"open/%d" % round(start_s)
