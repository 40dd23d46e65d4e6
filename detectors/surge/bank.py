"""All series of one group: counts of a closed bucket in, what became of its surges out."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.surge.calendar import Calendar, Planned, planned_factor
from detectors.surge.gaps import Gaps
from detectors.surge.group import GroupEvents
from detectors.surge.incidents import Kind, SurgeEvent
from detectors.surge.reading import SeriesReading, reading_of
from detectors.surge.slices import ALL
from detectors.surge.state import check_dial
from detectors.surge.step import add_late, learn_all, update_all
from detectors.surge.table import Counts, Flat, SeriesTable

Late = Sequence[tuple[float, Mapping[str, int]]]

_HOUR_S: Final = 3600.0


class SurgeBank:
    """The surges of one group's traffic.

    Feed it every closed bucket in order, as {slice: (messages, angry messages)} with the names of
    detectors.surge.slices, or None if the bucket was not measured; a slice that is missing counts 0. It answers what
    became of the group's surges, of volume and of the other kinds (see SurgeEvent). It holds at most `max_series`
    series (see SeriesTable).

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
        self.bucket_s, self._planned = bucket_s, planned or {}
        self._table = SeriesTable(bucket_s, false_alarms_per_week, max_series, spiky)
        self._cell_s = self._table.cell_s
        self._calendar = Calendar.shared(int(self._cell_s), timezone, tuple(holidays))
        self._an_hour = round(_HOUR_S / bucket_s)
        self._events = GroupEvents(group, false_alarms_per_week)
        self._in_row_not_measured = 0
        self.latest: tuple[float, float] | None = None  # observed and expected of all traffic, in the newest bucket
        self._late: dict[float, dict[str, int]] = {}  # by the start of the bucket
        self._gaps = Gaps(bucket_s)
        self._rows: dict[bytes, bytes | None] = {}

    @property
    def series(self) -> tuple[str, ...]:
        """The names of the series it holds, sorted."""
        return tuple(sorted(self._table.slots))

    @property
    def unmeasured_buckets(self) -> int:
        """How many of the newest buckets in a row were not measured; from three on nobody watches this group."""
        return self._in_row_not_measured

    def lasting(self, kind: Kind) -> tuple[str, ...]:
        """The series that names what of this kind lasts; none if nothing does, as of growth, which is told once."""
        return self._events.lasting(kind)

    def close(self, start_s: float, counts: Counts | None) -> list[SurgeEvent]:
        """Take in the bucket that starts at `start_s`. Raises ValueError if it is not after the last one."""
        if start_s < self._table.next_s:
            raise ValueError(f"bucket {start_s} is not after the last one; counts that come late go to add_late")
        late, self._late = list(self._late.items()), {}
        self._make_room(start_s, counts)
        flat = None if counts is None else self._table.fold(counts)
        numbers = self._table.share()
        messages, angry = self._update(start_s, flat, late)
        self._in_row_not_measured = self._in_row_not_measured + 1 if flat is None else 0
        events: list[SurgeEvent] = []
        if flat is None:
            self.latest = None
            self._gaps.add(start_s)
        else:
            slots, used = self._table.slots, self._table.array[: len(messages)]
            self.latest = (messages[slots[ALL]], float(used["mean"][slots[ALL]]))
            events = self._events.update(start_s + self.bucket_s, slots, used, messages, angry)
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
        for name, (count, _) in self._table.fold(counts).items():
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
            if start_s < self._table.next_s:
                raise ValueError(f"history at {start_s} is not after the last bucket")
            self._make_room(start_s, counts)
            if counts is None:
                continue
            flat = self._table.fold(counts)
            if width_s == self.bucket_s:
                self._update(start_s, flat, [])
            else:
                messages, _ = self._table.columns(flat)
                cell, factors = self._cell(start_s), self._factors(start_s, len(messages))
                learn_all(self._table.array[: len(messages)], float(start_s), float(width_s), messages, cell, factors)
        next_s = self._table.next_s
        if next_s == -inf:  # nothing was measured, then or before
            return
        self._events.ignore(next_s)
        for name in self._table.slots:
            self._dump(name, int(next_s // self.bucket_s) - 1)
        self._rows[b"state"] = self._state()

    def reading(self, series: str) -> SeriesReading | None:
        """What is known of a series after the newest bucket; None if it does not hold it."""
        slot = self._table.slots.get(series)
        return None if slot is None else reading_of(self._table.array[slot])

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
        dumps, buckets = dict[str, bytes](), list[Any]()
        for key, row in rows.items():
            kind, _, name = key.decode().partition("/")
            if kind == "series":
                dumps[name] = row
            elif kind == "bucket":
                buckets.append(msgspec.msgpack.decode(row))
        buckets.sort(key=lambda bucket: float(bucket[0]))
        seen_s = {name: start_s for start_s, flat, _, _ in buckets for name in flat or ()}
        self._table.load(dumps, seen_s)
        for start_s, flat, numbers, late in buckets:
            self._make_room(start_s, flat)
            self._table.set_dial(numbers)
            self._update(start_s, None if flat is None else self._table.fold(flat), late)
        self._in_row_not_measured, gaps, waiting, events = msgspec.msgpack.decode(rows[b"state"])
        self._gaps.load(gaps)
        self._late = dict(waiting)
        self._events.load(events)
        self._rows = {}
        for name in (dumps.keys() | seen_s.keys()) - self._table.slots.keys():
            self._forget(name)

    def _update(self, start_s: float, flat: Flat | None, late: Late) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Update the series that are not past this bucket; answers messages and angry ones by slot."""
        array, slots = self._table.array, self._table.slots
        messages, angry = self._table.columns(flat)
        behind = array["next_s"] <= start_s
        for late_s, late_counts in late:
            cell = self._cell(late_s)
            for name, count in late_counts.items():
                slot = slots.get(name)
                if slot is not None and behind[slot]:
                    planned = cell._replace(factor=planned_factor(self._planned.get(name, ()), late_s))
                    add_late(array, slot, planned, float(count))
        used = array[: len(messages)]
        update_all(used, float(start_s), messages, angry, self._cell(start_s), self._factors(start_s, len(used)))
        return messages, angry

    def _cell(self, at_s: float) -> Any:
        return self._calendar.cell(at_s // self._cell_s * self._cell_s)

    def _factors(self, start_s: float, used: int) -> NDArray[np.float64]:
        factors = np.ones(used)
        for name, planned in self._planned.items():
            slot = self._table.slots.get(name)
            if slot is not None:
                factors[slot] = planned_factor(planned, start_s // self._cell_s * self._cell_s)
        return factors

    def _make_room(self, start_s: float, counts: Counts | None) -> None:
        for name in self._table.make_room(start_s, counts):
            self._forget(name)

    def _forget(self, name: str) -> None:
        self._events.forget(name)
        self._rows[b"series/" + name.encode()] = None

    def _write(self, number: int, bucket: list[Any]) -> None:
        self._rows[b"bucket/%d" % (number % (self._an_hour + 1))] = msgspec.msgpack.encode(bucket)
        self._rows[b"state"] = self._state()
        for name in self._table.due(number):
            self._dump(name, number)

    def _dump(self, name: str, number: int) -> None:
        self._rows[b"series/" + name.encode()] = self._table.dump(name, number)

    def _state(self) -> bytes:
        late = list(self._late.items())
        return msgspec.msgpack.encode([self._in_row_not_measured, self._gaps.dump(), late, self._events.dump()])


def compile_bank() -> None:
    """Compile what a bank runs, so that the first bucket of traffic is as fast as the others: seconds, the first time.

    >>> compile_bank()
    """
    bank = SurgeBank("compiling")
    bank.warm([(0.0, {ALL: (1, 0)})], 300.0)
    for start_s, counts in ((300.0, {ALL: (1, 0)}), (360.0, None)):
        bank.close(start_s, counts)
    bank.restore({key: row for key, row in bank.changed_rows().items() if row is not None})
