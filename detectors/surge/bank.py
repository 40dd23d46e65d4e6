"""All series of one group: counts of a closed bucket in, what became of its surges out."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf, log10, nan
from typing import Any, Final
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.surge.calendar import DAY_S, Calendar, Planned, planned_factor
from detectors.surge.detector import FORMAT, read_series
from detectors.surge.group import GroupEvents
from detectors.surge.incidents import SurgeEvent
from detectors.surge.reading import SeriesReading, reading_of
from detectors.surge.slices import ALL, OTHER, SHARES, share_out, slice_kind
from detectors.surge.state import STATE, check_dial
from detectors.surge.step import add_late, learn_all, new_series, update_all

Counts = Mapping[str, tuple[int, int]]
Late = Sequence[tuple[float, Mapping[str, int]]]
Flat = dict[str, tuple[int, int]]

_SILENT_S: Final = 28.0 * DAY_S
_HOUR_S: Final = 3600.0


class SurgeBank:
    """The surges of one group's traffic.

    Feed it every closed bucket in order, as {slice: (messages, angry messages)} with the names of
    detectors.surge.slices, or None if the bucket was not measured; a slice that is missing counts 0. It answers what
    became of the group's surges, of volume and of the other kinds (see SurgeEvent). It holds at most `max_series`
    series, made on first sight and dropped after 28 days of silence; slices beyond that, and of unknown kinds, are
    counted together as "other". All series are records of one array that a compiled loop runs through.

    `false_alarms_per_week` is for the group as a whole, shared out by detectors.surge.slices.share_out. `timezone` and
    `holidays` are as in SurgeDetector; `planned` says of slices what is known to come, `spiky` names those
    that are full of spikes. Raises ValueError if a setting makes no sense, as SurgeDetector does.

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
        planned: Mapping[str, Sequence[Planned]] | None = None,
        spiky: Iterable[str] = (),
    ) -> None:
        if max_series < 2:
            raise ValueError(f'max_series must leave room for "all" and "other"; it is {max_series}')
        check_dial(false_alarms_per_week)
        self._rate, self._planned, self._max_series = false_alarms_per_week, planned or {}, max_series
        self.bucket_s, self._spiky = bucket_s, frozenset(spiky)
        self._new = new_series(bucket_s)
        self._cell_s = float(self._new["cell_s"])
        self._calendar = Calendar.shared(int(self._cell_s), timezone, tuple(holidays))
        self._an_hour = round(_HOUR_S / bucket_s)
        # Rows are touched, and so take memory, only once they are used.
        self._array = np.zeros(max_series, STATE)
        self._slots: dict[str, int] = {}
        self._free: list[int] = []
        self._seen_s: dict[str, float] = {}
        self._dumped: dict[str, int] = {}  # number of the bucket after which a series was last dumped, or made
        self._shared: dict[str, int] = {}
        self._events = GroupEvents(group, false_alarms_per_week)
        self._in_row_not_measured = 0
        self.latest: tuple[float, float] | None = None  # observed and expected of all traffic, in the newest bucket
        self._late: dict[float, dict[str, int]] = {}  # by the start of the bucket
        self._gaps: list[float] = []  # starts of the last buckets that were not measured
        self._rows: dict[bytes, bytes | None] = {}
        self._add(ALL, -1.0)

    @property
    def series(self) -> tuple[str, ...]:
        """The names of the series it holds, sorted."""
        return tuple(sorted(self._slots))

    @property
    def unmeasured_buckets(self) -> int:
        """How many of the newest buckets in a row were not measured; from three on nobody watches this group."""
        return self._in_row_not_measured

    @property
    def surging(self) -> tuple[str, ...]:
        """The series that name the surges of volume which last, sorted."""
        return self._events.surging

    def close(self, start_s: float, counts: Counts | None) -> list[SurgeEvent]:
        """Take in the bucket that starts at `start_s`. Raises ValueError if it is not after the last one."""
        if self._slots and start_s < self._array["next_s"][self._slots[ALL]]:
            raise ValueError(f"bucket {start_s} is not after the last one; counts that come late go to add_late")
        late, self._late = list(self._late.items()), {}
        self._make_room(start_s, counts)
        flat = None if counts is None else self._fold(counts)
        numbers = self._share()
        messages, angry = self._update(start_s, flat, late)
        self._in_row_not_measured = self._in_row_not_measured + 1 if flat is None else 0
        events: list[SurgeEvent] = []
        if flat is None:
            self.latest = None
            self._gaps = [*self._gaps[1 - self._an_hour :], start_s]
        else:
            used = self._array[: len(messages)]
            self.latest = (messages[self._slots[ALL]], float(used["mean"][self._slots[ALL]]))
            events = self._events.update(start_s + self.bucket_s, self._slots, used, messages, angry)
        self._write(int(start_s // self.bucket_s), [start_s, flat, numbers, late])
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
        for name, (count, _) in self._fold(counts).items():
            bucket[name] = bucket.get(name, 0) + count
        pushed_out = len(self._late) > self._an_hour
        if pushed_out:
            del self._late[min(self._late)]
        self._rows[b"state"] = self._state()
        return int(pushed_out)

    def warm(self, history: Iterable[tuple[float, Counts | None]], width_s: float) -> None:
        """Learn from history in order of time, before the buckets that follow; raises no surge.

        `width_s` is the length of its buckets: as long as the bank's own, or longer up to 300 s; the false alarms of
        single buckets are then as the dial's prior says. Every series is dumped after it, so give it days at a time.
        Raises ValueError if the history is not after what was seen, or too coarse.
        """
        if not 0 < width_s <= self._cell_s:
            raise ValueError(f"history in {width_s} s makes no sense")
        for start_s, counts in history:
            if start_s < self._array["next_s"][self._slots[ALL]]:
                raise ValueError(f"history at {start_s} is not after the last bucket")
            self._make_room(start_s, counts)
            if counts is None:
                continue
            flat = self._fold(counts)
            if width_s == self.bucket_s:
                self._update(start_s, flat, [])
            else:
                messages, _ = self._columns(flat)
                cell = self._calendar.cell(start_s // self._cell_s * self._cell_s)
                used = self._array[: len(messages)]
                learn_all(used, float(start_s), float(width_s), messages, cell, self._factors(start_s, len(messages)))
        next_s = float(self._array["next_s"][self._slots[ALL]])
        if next_s == -inf:  # nothing was measured, then or before
            return
        self._events.ignore(next_s)
        for name in self._slots:
            self._dump(name, int(next_s // self.bucket_s) - 1)
        self._rows[b"state"] = self._state()

    def reading(self, series: str) -> SeriesReading | None:
        """What is known of a series after the newest bucket; None if it does not hold it."""
        slot = self._slots.get(series)
        return None if slot is None else reading_of(self._array[slot])

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The rows that changed since the last call; None deletes one.

        A row a bucket for an hour, a row a series that is rewritten once an hour, and one small row for the rest.
        """
        rows, self._rows = self._rows, {}
        return rows

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Go on from the rows of an earlier owner: its series, and the buckets closed since they were dumped.

        If there are dumps of more series than it holds now, those seen least recently go: from then on they are
        "other". Raises ValueError if a series is of another format or of other buckets.
        """
        if b"state" not in rows:
            return
        series, buckets = dict[str, Any](), list[Any]()
        for key, row in rows.items():
            kind, _, name = key.decode().partition("/")
            if kind == "series":
                series[name] = msgspec.msgpack.decode(row)
            elif kind == "bucket":
                buckets.append(msgspec.msgpack.decode(row))
        buckets.sort(key=lambda bucket: float(bucket[0]))
        seen_s = {name: row[1] for name, row in series.items()}
        for start_s, flat, _, _ in buckets:
            for name in flat or ():
                seen_s[name] = max(seen_s.get(name, start_s), start_s)
        for name in sorted(series, key=lambda name: (name not in (ALL, OTHER), -seen_s[name], name)):
            if self._has_room(name):
                self._take_up(name, *series[name])
        for start_s, flat, numbers, late in buckets:
            self._make_room(start_s, flat)
            self._set_dial(numbers)
            self._update(start_s, None if flat is None else self._fold(flat), late)
        self._in_row_not_measured, self._gaps, waiting, events = msgspec.msgpack.decode(rows[b"state"])
        self._late = dict(waiting)
        self._events.load(events)
        self._rows = {}
        for name in seen_s.keys() - self._slots.keys():
            self._forget(name)
        self._shared = {}  # the dial may have been set anew

    def _take_up(self, name: str, dumped: int, seen_s: float, version: int, state: bytes) -> None:
        """A series as it was dumped; all traffic was there from the start."""
        slot = self._slots[name] if name in self._slots else self._add(name, seen_s)
        self._array[slot] = read_series(version, state)[0]
        self._array["spiky"][slot] = name in self._spiky
        self._seen_s[name], self._dumped[name] = seen_s, dumped
        if self._array["bucket_s"][slot] != self.bucket_s:
            raise ValueError(f"rows of buckets of {self._array['bucket_s'][slot]} s, not of {self.bucket_s} s")

    def _update(self, start_s: float, flat: Flat | None, late: Late) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Update the series that are not past this bucket; answers messages and angry ones by slot."""
        messages, angry = self._columns(flat)
        behind = self._array["next_s"] <= start_s
        for late_s, late_counts in late:
            cell = self._cell(late_s)
            for name, count in late_counts.items():
                slot = self._slots.get(name)
                if slot is not None and behind[slot]:
                    planned = cell._replace(factor=planned_factor(self._planned.get(name, ()), late_s))
                    add_late(self._array, slot, planned, float(count))
        used = self._array[: len(messages)]
        update_all(used, float(start_s), messages, angry, self._cell(start_s), self._factors(start_s, len(used)))
        return messages, angry

    def _columns(self, flat: Flat | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        used = max(self._slots.values()) + 1 if len(self._slots) < self._max_series else self._max_series
        messages, angry = np.zeros((2, used)) if flat is not None else np.full((2, used), nan)
        for name, (count, cross) in (flat or {}).items():
            slot = self._slots.get(name)
            if slot is not None:
                messages[slot], angry[slot] = count, min(count, cross)
        return messages, angry

    def _cell(self, at_s: float) -> Any:
        return self._calendar.cell(at_s // self._cell_s * self._cell_s)

    def _factors(self, start_s: float, used: int) -> NDArray[np.float64]:
        factors = np.ones(used)
        for name, planned in self._planned.items():
            if name in self._slots:
                factors[self._slots[name]] = planned_factor(planned, start_s // self._cell_s * self._cell_s)
        return factors

    def _make_room(self, start_s: float, counts: Counts | None) -> None:
        """Drop what was silent for long, and make the series seen for the first time, while there is room."""
        for name in [name for name, seen_s in self._seen_s.items() if start_s - seen_s > _SILENT_S and name != ALL]:
            self._remove(name)
            self._forget(name)
        for name, (count, _) in (counts or {}).items():
            if count == 0:
                continue
            counted_as = name if self._has_room(name) else OTHER
            if counted_as not in self._slots:
                self._add(counted_as, start_s)
            self._seen_s[counted_as] = start_s

    def _has_room(self, name: str) -> bool:
        """Whether the series is there, or can be made; one place is kept for what there is no room for."""
        if name in self._slots or name == OTHER:
            return True
        return slice_kind(name) in SHARES and len(self._slots) + (OTHER not in self._slots) < self._max_series

    def _forget(self, name: str) -> None:
        self._events.forget(name)
        self._rows[b"series/" + name.encode()] = None

    def _add(self, name: str, start_s: float) -> int:
        slot = self._free.pop() if self._free else len(self._slots)
        self._array[slot] = self._new
        self._array["spiky"][slot] = name in self._spiky
        # What is new needs no dump at once: the buckets of the last hour hold all that it saw.
        self._slots[name], self._seen_s[name], self._dumped[name] = slot, start_s, int(start_s // self.bucket_s)
        self._shared = {}
        return slot

    def _remove(self, name: str) -> None:
        slot = self._slots.pop(name)
        self._array[slot] = np.zeros(1, STATE)[0]
        self._free.append(slot)
        del self._seen_s[name], self._dumped[name]
        self._shared = {}

    def _fold(self, counts: Counts) -> Flat:
        flat: Flat = {}
        for name, (count, cross) in counts.items():
            if count:
                known = name if name in self._slots else OTHER
                before = flat.get(known, (0, 0))
                flat[known] = before[0] + count, before[1] + cross
        return flat

    def _share(self) -> dict[str, int]:
        """Share the false alarms of the group out among its series; answers how many there are of each kind."""
        if not self._shared:
            numbers: dict[str, int] = {}
            for name in self._slots:
                kind = slice_kind(name)
                numbers[kind] = numbers.get(kind, 0) + 1
            self._set_dial(numbers)
            self._shared = numbers
        return self._shared

    def _set_dial(self, numbers: Mapping[str, int]) -> None:
        rates = share_out(self._rate, numbers)
        for name, slot in self._slots.items():
            kind = slice_kind(name)
            self._array["threshold"][slot] = -log10(rates.get(kind, self._rate))

    def _write(self, number: int, bucket: list[Any]) -> None:
        self._rows[b"bucket/%d" % (number % (self._an_hour + 1))] = msgspec.msgpack.encode(bucket)
        self._rows[b"state"] = self._state()
        for name, dumped in self._dumped.items():
            due = number - dumped >= self._an_hour
            if due or (number + crc32(name.encode())) % self._an_hour == 0:
                self._dump(name, number)

    def _dump(self, name: str, number: int) -> None:
        self._dumped[name] = number
        row = [number, self._seen_s[name], FORMAT, self._array[self._slots[name]].tobytes()]
        self._rows[b"series/" + name.encode()] = msgspec.msgpack.encode(row)

    def _state(self) -> bytes:
        late = list(self._late.items())
        return msgspec.msgpack.encode([self._in_row_not_measured, self._gaps, late, self._events.dump()])


def compile_bank() -> None:
    """Compile what a bank runs, so that the first bucket of traffic is as fast as the others: seconds, the first time.

    >>> compile_bank()
    """
    bank = SurgeBank("compiling")
    bank.warm([(0.0, {ALL: (1, 0)})], 300.0)
    for start_s, counts in ((300.0, {ALL: (1, 0)}), (360.0, None)):
        bank.close(start_s, counts)
    bank.restore({key: row for key, row in bank.changed_rows().items() if row is not None})
