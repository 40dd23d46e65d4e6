"""All series of one group: counts of a closed bucket in, what became of its surges out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zlib import crc32

import msgspec

from detectors.surge.calendar import DAY_S
from detectors.surge.detector import SurgeDetector
from detectors.surge.incidents import Incidents, SeriesState, SurgeEvent
from detectors.surge.slices import ALL, OTHER

Counts = Mapping[str, tuple[int, int]]
Late = Sequence[tuple[float, Mapping[str, int]]]

_SILENT_S: Final = 28.0 * DAY_S
_HOUR_S: Final = 3600.0


class _Series:
    """One series: its detector, and when it last had a message."""

    def __init__(self, detector: SurgeDetector, seen_s: float) -> None:
        self.detector, self.seen_s = detector, seen_s
        self.dumped = -1  # number of the bucket it was last dumped after; -1: dump it now


class SurgeBank:
    """The surges of one group's traffic.

    Feed it every closed bucket in order, as {slice: (messages, angry messages)} with the names of
    detectors.surge.slices, or None if the bucket was not measured; a slice that is missing counts 0. It answers what
    became of the group's surges. Only the messages matter here. It holds at most `max_series` series, made on first
    sight and dropped after 28 days of silence; slices beyond that are counted together as "other".

    `false_alarms_per_week` is for the group as a whole: half of it is for "all", the other series share the rest.
    `timezone` and `holidays` are as in SurgeDetector. Raises ValueError if a setting makes no sense.

    >>> bank = SurgeBank("acme")
    >>> for minute in range(120):
    ...     events = bank.close(60.0 * minute, {"all": (60, 3), "topic:outage": (4, 1), "topic:billing": (56, 2)})
    >>> for minute in range(120, 122):
    ...     events += bank.close(60.0 * minute, {"all": (250, 90), "topic:outage": (194, 88), "topic:billing": (56, 2)})
    >>> [(event.surge_id, event.state, event.also) for event in events]
    [('acme/topic:outage/7200', 'onset', ('all',))]
    """

    def __init__(
        self,
        group: str,
        bucket_s: float = 60.0,
        false_alarms_per_week: float = 1.0,
        timezone: str = "UTC",
        holidays: Iterable[str] = (),
        max_series: int = 200,
    ) -> None:
        if max_series < 2:
            raise ValueError(f'max_series must leave room for "all" and "other"; it is {max_series}')
        self._rate, self._settings = false_alarms_per_week, (timezone, tuple(holidays))
        self._max_series = max_series
        self.bucket_s = bucket_s
        self._an_hour = round(_HOUR_S / bucket_s)
        self._series: dict[str, _Series] = {}
        self._share_at = 0
        self._incidents = Incidents(group, false_alarms_per_week)
        self._in_row_not_measured = 0
        self.latest: tuple[float, float] | None = None  # observed and expected of all traffic, in the newest bucket
        self._late: dict[float, dict[str, int]] = {}  # by the start of the bucket
        self._gaps: list[float] = []  # starts of the last buckets that were not measured
        self._rows: dict[bytes, bytes | None] = {}
        self._add(ALL, -1.0)

    @property
    def series(self) -> tuple[str, ...]:
        """The names of the series it holds, sorted."""
        return tuple(sorted(self._series))

    @property
    def unmeasured_buckets(self) -> int:
        """How many of the newest buckets in a row were not measured; from three on nobody watches this group."""
        return self._in_row_not_measured

    @property
    def surging(self) -> tuple[str, ...]:
        """The series that name the surges which last, sorted."""
        return self._incidents.open_series

    def close(self, start_s: float, counts: Counts | None) -> list[SurgeEvent]:
        """Take in the bucket that starts at `start_s`. Raises ValueError if it is not after the last one."""
        late, self._late = list(self._late.items()), {}
        self._make_room(start_s, counts)
        flat = None if counts is None else self._fold(counts)
        self._share(len(self._series))
        states = self._update(self._series, start_s, flat, late)
        self.latest = None if flat is None else (states[ALL].observed, states[ALL].expected)
        self._in_row_not_measured = self._in_row_not_measured + 1 if counts is None else 0
        if counts is None:
            self._gaps = [*self._gaps[1 - self._an_hour :], start_s]
        events = [] if flat is None else self._incidents.update(start_s + self.bucket_s, states)
        number = int(start_s // self.bucket_s)
        self._write(number, [start_s, flat, len(self._series), late])
        return events

    def add_late(self, start_s: float, counts: Counts) -> int:
        """Add messages to a bucket that was closed: they reach the baseline, with the next one, never the alarm.

        What comes late for a bucket that was not measured is left out: nobody knows whether it is all there was.
        Between two closings so many late buckets wait as there are in an hour: the oldest are pushed out. Answers how
        many were.
        """
        if start_s in self._gaps:
            return 0
        bucket = self._late.setdefault(start_s, {})
        for name, count in self._fold(counts).items():
            bucket[name] = bucket.get(name, 0) + count
        pushed_out = len(self._late) > self._an_hour
        if pushed_out:
            del self._late[min(self._late)]
        self._rows[b"state"] = self._state()
        return int(pushed_out)

    def warm(self, history: Iterable[tuple[float, Counts | None]], width_s: float) -> None:
        """Learn from history in order of time, before the buckets that follow; raises no surge.

        `width_s` is the length of its buckets: as long as the bank's own, or longer up to 300 s, which is several times
        faster; the false alarms of single buckets are then as the dial's prior says. Every series is dumped after it,
        so give it days at a time. Raises ValueError if the history is not after what was seen, or too coarse.
        """
        for start_s, counts in history:
            self._make_room(start_s, counts)
            if counts is None:
                continue
            flat = self._fold(counts)
            for name, series in self._series.items():
                if width_s == self.bucket_s:
                    series.detector.update(start_s, flat.get(name, 0))
                else:
                    series.detector.learn(start_s, flat.get(name, 0), width_s)
        self._incidents.ignore(max(series.detector.next_s for series in self._series.values()))
        for name, series in self._series.items():
            self._dump(name, int(series.detector.next_s // self.bucket_s) - 1)
        self._rows[b"state"] = self._state()

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The rows that changed since the last call; None deletes one.

        A row a bucket for an hour, a row a series that is rewritten once an hour, and one small row for the rest.
        """
        rows, self._rows = self._rows, {}
        return rows

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Go on from the rows of an earlier owner: its series, and the buckets closed since they were dumped.

        Raises ValueError if a row is damaged or of other buckets.
        """
        if b"state" not in rows:
            return
        self._series = {}
        buckets = []
        for key, row in rows.items():
            kind, _, name = key.decode().partition("/")
            if kind == "series":
                dumped, seen_s, state = msgspec.msgpack.decode(row)
                self._series[name] = series = _Series(SurgeDetector.load(state), seen_s)
                series.dumped = dumped
                if series.detector.bucket_s != self.bucket_s:
                    raise ValueError(f"rows of buckets of {series.detector.bucket_s} s, not of {self.bucket_s} s")
                series.detector.live_by(*self._settings)
            elif kind == "bucket":
                buckets.append(msgspec.msgpack.decode(row))
        for start_s, flat, share_at, late in sorted(buckets, key=lambda bucket: float(bucket[0])):
            behind = {name: one for name, one in self._series.items() if one.detector.next_s <= start_s}
            self._share_at = 0
            self._share(share_at)
            for name in behind:
                if flat and flat.get(name):
                    behind[name].seen_s = max(behind[name].seen_s, start_s)
            self._update(behind, start_s, flat, late)
        self._in_row_not_measured, self._gaps, late, incidents = msgspec.msgpack.decode(rows[b"state"])
        self._late = dict(late)
        self._incidents.load(incidents)
        self._rows = {}
        self._share_at = 0  # the dial may have been set anew

    def _update(
        self, which: Mapping[str, _Series], start_s: float, flat: Mapping[str, int] | None, late: Late
    ) -> dict[str, SeriesState]:
        states = {}
        for name, series in which.items():
            detector = series.detector
            for late_s, late_counts in late:
                if name in late_counts:
                    detector.add_late(late_s, late_counts[name])
            count = None if flat is None else flat.get(name, 0)
            _, active, expected, ratio, onset_s = detector.update(start_s, count)
            states[name] = SeriesState(
                active, onset_s, ratio, count or 0, expected, detector.surplus, detector.surplus_base
            )
        return states

    def _make_room(self, start_s: float, counts: Counts | None) -> None:
        """Drop what was silent for long, and make the series seen for the first time, while there is room."""
        for name in [name for name, one in self._series.items() if start_s - one.seen_s > _SILENT_S and name != ALL]:
            del self._series[name]
            self._incidents.forget(name)
            self._rows[b"series/" + name.encode()] = None
        for name, (count, _) in (counts or {}).items():
            if count == 0:
                continue
            if name not in self._series and len(self._series) < self._max_series - (OTHER not in self._series):
                self._add(name, start_s)
            elif name not in self._series and OTHER not in self._series:
                self._add(OTHER, start_s)
            self._series[name if name in self._series else OTHER].seen_s = start_s

    def _add(self, name: str, start_s: float) -> None:
        self._series[name] = _Series(SurgeDetector(self.bucket_s, self._rate, *self._settings), start_s)

    def _fold(self, counts: Counts) -> dict[str, int]:
        flat: dict[str, int] = {}
        for name, (count, _) in counts.items():
            if count:
                known = name if name in self._series else OTHER
                flat[known] = flat.get(known, 0) + count
        return flat

    def _share(self, n_series: int) -> None:
        """Share the false alarms of the group out among its series."""
        if n_series != self._share_at:
            self._share_at = n_series
            others = self._rate / 2 / max(1, n_series - 1)
            for name, series in self._series.items():
                series.detector.false_alarms_per_week = self._rate / 2 if name == ALL else others

    def _write(self, number: int, bucket: list[Any]) -> None:
        self._rows[b"bucket/%d" % (number % (self._an_hour + 1))] = msgspec.msgpack.encode(bucket)
        self._rows[b"state"] = self._state()
        for name, series in self._series.items():
            due = (number + crc32(name.encode())) % self._an_hour == 0
            if due or series.dumped < 0 or number - series.dumped >= self._an_hour:
                self._dump(name, number)

    def _dump(self, name: str, number: int) -> None:
        series = self._series[name]
        series.dumped = number
        row = [number, series.seen_s, series.detector.dump()]
        self._rows[b"series/" + name.encode()] = msgspec.msgpack.encode(row)

    def _state(self) -> bytes:
        late = list(self._late.items())
        return msgspec.msgpack.encode([self._in_row_not_measured, self._gaps, late, self._incidents.dump()])
