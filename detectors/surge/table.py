"""The series of one group: which there are, where each lies in one array, and its share of the false alarms."""

from collections.abc import Iterable, Iterator, Mapping
from math import log10, nan
from typing import Any, Final
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.surge.calendar import DAY_S
from detectors.surge.detector import FORMAT, read_series
from detectors.surge.slices import ALL, OTHER, SHARES, share_out, slice_kind
from detectors.surge.state import STATE
from detectors.surge.step import new_series

Counts = Mapping[str, tuple[int, int]]
Flat = dict[str, tuple[int, int]]

_SILENT_S: Final = 28.0 * DAY_S
_HOUR_S: Final = 3600.0


class SeriesTable:
    """The series by name, as records of one array that a compiled loop can run through.

    Series are made on first sight and dropped after 28 days of silence. There are `max_series` at most; slices beyond
    that, and of unknown kinds, are counted together as "other". All traffic is there from the start.

    >>> table = SeriesTable(60.0, 1.0, max_series=3)
    >>> table.make_room(0.0, {"all": (9, 0), "topic:outage": (5, 0), "topic:billing": (4, 1)})
    []
    >>> table.fold({"all": (9, 0), "topic:outage": (5, 0), "topic:billing": (4, 1)})
    {'all': (9, 0), 'topic:outage': (5, 0), 'other': (4, 1)}
    """

    def __init__(
        self, bucket_s: float, false_alarms_per_week: float, max_series: int, spiky: Iterable[str] = ()
    ) -> None:
        self.bucket_s, self._rate, self._max_series = bucket_s, false_alarms_per_week, max_series
        self._spiky = frozenset(spiky)
        self._new = new_series(bucket_s)
        self._an_hour = round(_HOUR_S / bucket_s)
        # Rows are touched, and so take memory, only once they are used.
        self.array = np.zeros(max_series, STATE)
        self.slots: dict[str, int] = {}
        self._free: list[int] = []
        self._seen_s: dict[str, float] = {}
        self._dumped: dict[str, int] = {}  # number of the bucket after which a series was last dumped, or made
        self._shared: dict[str, int] = {}
        self._add(ALL, -1.0)

    @property
    def cell_s(self) -> float:
        """The length of a cell of the usual week, in seconds."""
        return float(self._new["cell_s"])

    @property
    def next_s(self) -> float:
        """The end of the newest bucket of all traffic; -inf before the first."""
        return float(self.array["next_s"][self.slots[ALL]])

    def make_room(self, start_s: float, counts: Counts | None) -> list[str]:
        """Drop what was silent for long, and make the series seen for the first time, while there is room.

        Answers the names of those dropped.
        """
        silent = [name for name, seen_s in self._seen_s.items() if start_s - seen_s > _SILENT_S and name != ALL]
        for name in silent:
            self._remove(name)
        for name, (count, _) in (counts or {}).items():
            if count == 0:
                continue
            counted_as = name if self.has_room(name) else OTHER
            if counted_as not in self.slots:
                self._add(counted_as, start_s)
            self._seen_s[counted_as] = start_s
        return silent

    def has_room(self, name: str) -> bool:
        """Whether the series is there, or can be made; one place is kept for what there is no room for."""
        if name in self.slots or name == OTHER:
            return True
        return slice_kind(name) in SHARES and len(self.slots) + (OTHER not in self.slots) < self._max_series

    def fold(self, counts: Counts) -> Flat:
        """The counts above 0 by series; what has none counts as "other"."""
        flat: Flat = {}
        for name, (count, cross) in counts.items():
            if count:
                known = name if name in self.slots else OTHER
                before = flat.get(known, (0, 0))
                flat[known] = before[0] + count, before[1] + cross
        return flat

    def columns(self, flat: Flat | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Messages and angry ones by slot, of all slots ever in use; nan if the bucket was not measured."""
        used = len(self.slots) + len(self._free)
        messages, angry = np.zeros((2, used)) if flat is not None else np.full((2, used), nan)
        for name, (count, cross) in (flat or {}).items():
            slot = self.slots.get(name)
            if slot is not None:
                messages[slot], angry[slot] = count, min(count, cross)
        return messages, angry

    def share(self) -> dict[str, int]:
        """Share the false alarms of the group out among its series; answers how many there are of each kind."""
        if not self._shared:
            numbers: dict[str, int] = {}
            for name in self.slots:
                kind = slice_kind(name)
                numbers[kind] = numbers.get(kind, 0) + 1
            self.set_dial(numbers)
            self._shared = numbers
        return self._shared

    def set_dial(self, numbers: Mapping[str, int]) -> None:
        """Set the dial of each series as if there were so many of each kind, until `share` is asked again."""
        rates = share_out(self._rate, numbers)
        for name, slot in self.slots.items():
            self.array["threshold"][slot] = -log10(rates.get(slice_kind(name), self._rate))
        self._shared = {}

    def due(self, number: int) -> Iterator[str]:
        """The series to dump after the bucket of this number: each once an hour, not all in the same bucket."""
        for name, dumped in self._dumped.items():
            if number - dumped >= self._an_hour or (number + crc32(name.encode())) % self._an_hour == 0:
                yield name

    def dump(self, name: str, number: int) -> bytes:
        """A series after the bucket of this number."""
        self._dumped[name] = number
        row = [number, self._seen_s[name], FORMAT, self.array[self.slots[name]].tobytes()]
        return msgspec.msgpack.encode(row)

    def load(self, dumps: Mapping[str, bytes], seen_s: Mapping[str, float]) -> None:
        """Take up dumped series while there is room, those seen last first; `seen_s` is when, if after their dump.

        Raises ValueError if a series is of another format or of other buckets.
        """
        rows: dict[str, Any] = {name: msgspec.msgpack.decode(dump) for name, dump in dumps.items()}
        latest_s = {name: max(row[1], seen_s.get(name, row[1])) for name, row in rows.items()}
        for name in sorted(rows, key=lambda name: (name not in (ALL, OTHER), -latest_s[name], name)):
            if self.has_room(name):
                self._take_up(name, *rows[name])
        self._shared = {}

    def _take_up(self, name: str, dumped: int, seen_s: float, version: int, state: bytes) -> None:
        slot = self.slots[name] if name in self.slots else self._add(name, seen_s)
        self.array[slot] = read_series(version, state)[0]
        self.array["spiky"][slot] = name in self._spiky
        self._seen_s[name], self._dumped[name] = seen_s, dumped
        if self.array["bucket_s"][slot] != self.bucket_s:
            raise ValueError(f"rows of buckets of {self.array['bucket_s'][slot]} s, not of {self.bucket_s} s")

    def _add(self, name: str, start_s: float) -> int:
        slot = self._free.pop() if self._free else len(self.slots)
        self.array[slot] = self._new
        self.array["spiky"][slot] = name in self._spiky
        # What is new needs no dump at once: the buckets of the last hour hold all that it saw.
        self.slots[name], self._seen_s[name], self._dumped[name] = slot, start_s, int(start_s // self.bucket_s)
        self._shared = {}
        return slot

    def _remove(self, name: str) -> None:
        slot = self.slots.pop(name)
        self.array[slot] = np.zeros(1, STATE)[0]
        self._free.append(slot)
        del self._seen_s[name], self._dumped[name]
        self._shared = {}
