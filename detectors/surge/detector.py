"""One series of counts in, a score out: how surely it runs above what its history predicts."""

from collections.abc import Iterable
from math import inf, log10, nan
from typing import Final, NamedTuple

import msgspec
import numpy as np

from detectors.surge.calendar import Calendar, Cell, Planned, planned_factor
from detectors.surge.state import STATE, SeriesArray, check_dial
from detectors.surge.step import add_late, learn_all, new_series, update_one

FORMAT: Final = 6
"""Of a dumped record."""


class SurgeReading(NamedTuple):
    """What a detector says after a bucket.

    `score`: decades above the threshold for one false alarm a week (1 = once in ten weeks). `active`: a surge is on.
    `expected`: messages in this bucket without one. `ratio`: observed over expected, smoothed. `onset_s`: when the
    surge began, None if there is none.
    """

    score: float
    active: bool
    expected: float
    ratio: float
    onset_s: float | None


class SurgeDetector:
    """Says of one series of counts, bucket by bucket, whether it surges. O(1) a bucket, about 14 KB.

    `bucket_s` divides 300 or is a multiple of it that divides 3600. `false_alarms_per_week` is the dial: how often a
    series without surges may raise one; it may be set anew between updates. `timezone` (an IANA name) is the one that
    the traffic lives by, `holidays` are ISO dates whose traffic no ordinary week predicts, and `planned` is what is
    known to come. The score of a `spiky` series, full of spikes, is joined with that of detectors.surge.spiky. Raises
    ValueError if one of them makes no sense, and zoneinfo.ZoneInfoNotFoundError if the zone is unknown.

    A cell of the week that was never seen is predicted by the last half hour instead, with a wider margin, less wide
    where the day before has shown that hour: the first week's days are no surge, but a threefold step is one.

    >>> detector = SurgeDetector(bucket_s=60.0)
    >>> readings = [detector.update(60.0 * minute, 40) for minute in range(120)]
    >>> readings += [detector.update(60.0 * minute, 160) for minute in range(120, 123)]
    >>> [reading.active for reading in readings[-4:]], readings[-1].onset_s
    ([False, False, True, True], 7200.0)
    """

    def __init__(
        self,
        bucket_s: float = 300.0,
        false_alarms_per_week: float = 1.0,
        timezone: str = "UTC",
        holidays: Iterable[str] = (),
        planned: Iterable[Planned] = (),
        spiky: bool = False,
    ) -> None:
        series = np.array([new_series(bucket_s)])
        series["spiky"] = spiky
        self._take(series, timezone, tuple(holidays), tuple(planned))
        self.false_alarms_per_week = false_alarms_per_week

    def _take(
        self, series: SeriesArray, timezone: str, holidays: tuple[str, ...], planned: tuple[Planned, ...]
    ) -> None:
        self._series, self._settings, self._planned = series, (timezone, holidays), planned
        self.bucket_s = float(series["bucket_s"][0])
        self._cell_s = float(series["cell_s"][0])
        self._calendar = Calendar.shared(int(self._cell_s), timezone, holidays)
        self._cell_start_s = nan
        self._next_s = float(series["next_s"][0])

    @property
    def false_alarms_per_week(self) -> float:
        """The dial."""
        return self._false_alarms_per_week

    @false_alarms_per_week.setter
    def false_alarms_per_week(self, rate: float) -> None:
        check_dial(rate)
        self._false_alarms_per_week = rate
        self._series["threshold"] = -log10(rate)

    def update(self, start_s: float, count: float | None) -> SurgeReading:
        """Take in the count of the bucket that starts at `start_s`; None if it was not measured, which changes nothing.

        Raises ValueError if the bucket is not after the last one, or the count is no count.
        """
        if start_s < self._next_s:
            raise ValueError(f"bucket {start_s} is not after the last one; counts that come late go to add_late")
        if count is not None and not (0 <= count < inf):
            raise ValueError(f"a count is 0 or more; it is {count}")
        self._next_s = start_s + self.bucket_s
        measured = nan if count is None else float(count)
        score, active, expected, ratio, onset_s = update_one(
            self._series, float(start_s), measured, self._cell_of(start_s)
        )
        return SurgeReading(score, active, expected, ratio, onset_s if active else None)

    def learn(self, start_s: float, count: float, width_s: float) -> None:
        """Take in history: `count` messages in the `width_s` seconds (at most a cell of 300 s) from `start_s` on.

        Teaches the baseline, the scatter and the margin, never the alarm, and several buckets at once: the false alarms
        of single buckets are then as the dial's prior says. Raises ValueError as `update` does.
        """
        if start_s < self._next_s:
            raise ValueError(f"history at {start_s} is not after the last bucket")
        if not (0 < width_s <= self._cell_s and 0 <= count < inf):
            raise ValueError(f"history of {count} messages in {width_s} s makes no sense")
        self._next_s = start_s + width_s
        cell = self._cell_of(start_s)
        learn_all(self._series, float(start_s), float(width_s), np.array([float(count)]), cell, np.array([cell.factor]))

    def add_late(self, start_s: float, count: float) -> None:
        """Add messages to a bucket that was measured already. They reach the baseline, never the alarm.

        A bucket gains no more at once than is plausible in all: a backlog that drains is no habit.
        """
        add_late(self._series, 0, self._cell_of(start_s), float(count))

    def _cell_of(self, at_s: float) -> Cell:
        start_s = at_s // self._cell_s * self._cell_s
        if start_s != self._cell_start_s:
            cell = self._calendar.cell(start_s)
            self._cell_start_s = start_s
            self._cell = cell._replace(factor=planned_factor(self._planned, start_s)) if self._planned else cell
        return self._cell

    def dump(self) -> bytes:
        """All state, for `load`: about 14 KB."""
        planned = [list(one) for one in self._planned]
        settings = [self._false_alarms_per_week, *self._settings, planned]
        return msgspec.msgpack.encode([FORMAT, settings, self._series.tobytes()])

    @classmethod
    def load(cls, dumped: bytes) -> "SurgeDetector":
        """The detector that `dump` wrote, whose readings go on as if nothing had been.

        Raises ValueError if it is none, and zoneinfo.ZoneInfoNotFoundError if its zone is unknown here.
        """
        try:
            version, (rate, timezone, holidays, planned), state = msgspec.msgpack.decode(dumped)
            detector = cls.__new__(cls)
            series = read_series(version, state)
            detector._take(series, timezone, tuple(holidays), tuple(Planned(*one) for one in planned))
            detector.false_alarms_per_week = rate
        except (msgspec.DecodeError, TypeError, ValueError) as error:
            raise ValueError(f"not a dump of a SurgeDetector: {error}") from error
        return detector


def read_series(version: int, dumped: bytes) -> SeriesArray:
    """The one record of a dump, in an array. Raises ValueError if it is of another format or length."""
    if version != FORMAT:
        raise ValueError(f"format {version}, not {FORMAT}")
    if len(dumped) != STATE.itemsize:
        raise ValueError(f"{len(dumped)} bytes, not {STATE.itemsize}")
    return np.frombuffer(dumped, STATE).copy()
