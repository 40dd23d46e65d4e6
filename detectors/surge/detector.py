"""One series of counts in, a score out: how surely it runs above what its history predicts."""

from collections.abc import Iterable
from math import inf, isfinite, log10, sqrt
from typing import Any, Final, NamedTuple

import msgspec

from detectors.surge.baseline import Baseline
from detectors.surge.calendar import CELL_S, DAY_S, Calendar, Cell
from detectors.surge.dial import Dial
from detectors.surge.dispersion import Dispersion
from detectors.surge.ending import Ending
from detectors.surge.evidence import Evidence
from detectors.surge.lull import Lull
from detectors.surge.margin import BLOCK_S, Margin
from detectors.surge.recent import Recent

_FORMAT: Final = 1
_UNKNOWN_MARGIN: Final = 0.5  # a guess from the last half hour lags behind a day's slope by up to half
_NEW_MARGIN: Final = 0.15  # what one week says of the next is off by as much as the week was odd


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
    """Says of one series of counts, bucket by bucket, whether it surges. O(1) a bucket, about 18 KB.

    `bucket_s` divides 300 or is a multiple of it that divides 3600. `false_alarms_per_week` is the dial: how often a
    series without surges may raise one; it may be set anew between updates. `timezone` (an IANA name) is the one that
    the traffic lives by, and `holidays` are ISO dates whose traffic no ordinary week predicts. Raises ValueError if one
    of them makes no sense.

    A cell of the week that was never seen is predicted by the last half hour instead, with a wider margin, so the first
    week's days are no surge but a threefold step is one.

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
    ) -> None:
        if not (bucket_s > 0 and (CELL_S % bucket_s == 0 or (bucket_s % CELL_S == 0 and 3600 % bucket_s == 0))):
            raise ValueError(f"bucket_s must divide 300, or be a multiple of 300 that divides 3600; it is {bucket_s}")
        self.bucket_s = bucket_s
        self.false_alarms_per_week = false_alarms_per_week
        self._cell_s = int(max(CELL_S, bucket_s))
        self._buckets = round(self._cell_s / bucket_s)
        self.live_by(timezone, holidays)
        self._baseline = Baseline(self._cell_s, self._buckets)
        self._recent = Recent(bucket_s)
        self._dispersion = Dispersion(self._cell_s, self._buckets)
        self._lull = Lull(self._cell_s)
        self._margin = Margin()
        self._evidence = Evidence(bucket_s)
        self._ending = Ending(bucket_s)
        self._dial = Dial(bucket_s)
        # The cell under way: its number since the epoch, what it counted, and what was expected of it.
        self._index = -1
        self._cell = Cell(0, 0, 0, False)
        self._cell_count = self._cell_buckets = 0.0
        self._known = self._trusts = False
        self._mean = self._predicted = 0.0
        self._most = inf
        self._phi = 0.0
        self._next_s = -inf
        self._score = -inf
        self._onset_s: float | None = None

    @property
    def false_alarms_per_week(self) -> float:
        """The dial."""
        return self._false_alarms_per_week

    @false_alarms_per_week.setter
    def false_alarms_per_week(self, rate: float) -> None:
        if not (rate > 0 and isfinite(rate)):
            raise ValueError(f"false_alarms_per_week must be above 0; it is {rate}")
        self._false_alarms_per_week = rate
        self._threshold = -log10(rate)

    @property
    def active(self) -> bool:
        """Whether a surge is on."""
        return self._onset_s is not None

    @property
    def next_s(self) -> float:
        """The earliest start that the next bucket can have; minus infinity at first."""
        return self._next_s

    @property
    def surplus(self) -> float:
        """Messages a bucket above the expected, smoothed over some minutes."""
        return self._ending.surplus

    @property
    def surplus_base(self) -> float:
        """Messages a bucket expected, smoothed like `surplus`."""
        return self._ending.expected

    def live_by(self, timezone: str, holidays: Iterable[str]) -> None:
        """Go by another zone and other holidays from the next cell on, as when next year's become known."""
        self._settings = (timezone, tuple(holidays))
        self._calendar = Calendar.shared(self._cell_s, *self._settings)

    def update(self, start_s: float, count: float | None) -> SurgeReading:
        """Take in the count of the bucket that starts at `start_s`; None if it was not measured, which changes nothing.

        Raises ValueError if the bucket is not after the last one, or the count is no count.
        """
        if start_s < self._next_s:
            raise ValueError(f"bucket {start_s} is not after the last one; counts that come late go to add_late")
        if count is not None and not (0 <= count < inf):
            raise ValueError(f"a count is 0 or more; it is {count}")
        self._go_to(start_s, self.bucket_s, measured=count is not None)
        if count is None:
            return self._reading()
        self._learn(start_s, count, 1.0)
        active = self._onset_s is not None
        if not self._trusts:
            self._evidence.pause()
            self._score = -inf
        else:
            self._score = self._dial.update(self._evidence.update(start_s, count))
        if self._ending.update(count, self._mean, self._evidence.rising, active):
            self._onset_s = None
            self._evidence.end()
        elif not active and self._score >= self._threshold and not self._ending.in_tail:
            self._onset_s = self._evidence.onset_s
        return self._reading()

    def learn(self, start_s: float, count: float, width_s: float) -> None:
        """Take in history: `count` messages in the `width_s` seconds (at most a cell of 300 s) from `start_s` on.

        Teaches the baseline, the scatter and the margin, never the alarm, and several buckets at once: the false alarms
        of single buckets are then as the dial's prior says. Raises ValueError as `update` does.
        """
        if start_s < self._next_s:
            raise ValueError(f"history at {start_s} is not after the last bucket")
        if not (0 < width_s <= self._cell_s and 0 <= count < inf):
            raise ValueError(f"history of {count} messages in {width_s} s makes no sense")
        self._go_to(start_s, width_s, measured=True)
        self._learn(start_s, count, width_s / self.bucket_s)

    def add_late(self, start_s: float, count: float) -> None:
        """Add messages to a bucket that was measured already. They reach the baseline, never the alarm.

        A bucket can gain no more than is plausible in all: a backlog that drains is no habit.
        """
        cell = self._calendar.cell(start_s)
        if not cell.holiday:
            season = self._baseline.season(cell)
            self._baseline.add_late(cell, min(count, season + 2.0 * sqrt(season) + 1.0))

    def _reading(self) -> SurgeReading:
        return SurgeReading(self._score, self._onset_s is not None, self._mean, self._ending.ratio, self._onset_s)

    def _learn(self, start_s: float, count: float, buckets: float) -> None:
        clipped = min(count, self._most * buckets)
        self._cell_count += clipped
        self._cell_buckets += buckets
        self._recent.learn(clipped, buckets)
        if self._trusts:
            self._dispersion.learn(clipped, self._predicted * buckets)
        if self._known:
            self._margin.learn(int(start_s // BLOCK_S), count, self._mean * buckets)

    def _go_to(self, start_s: float, width_s: float, measured: bool) -> None:
        end_s = start_s + width_s
        gap_s = (start_s if measured else end_s) - self._next_s
        if 0.0 < gap_s < inf:
            self._recent.pass_by(gap_s)
        self._next_s = end_s
        self._enter(start_s)

    def _enter(self, start_s: float) -> None:
        """Go over to the cell of `start_s`: learn the one before, predict this one."""
        index = int(start_s // self._cell_s)
        if index == self._index:
            return
        if self._cell_buckets:
            if not self._cell.holiday:
                self._settle()
            self._dispersion.fade(min(index - self._index, 100_000))
            if self._known:
                self._dial.pass_by(self._cell_buckets * self.bucket_s)
        self._index, self._cell_count, self._cell_buckets = index, 0.0, 0.0
        cell = self._cell = self._calendar.cell(index * self._cell_s)
        self._predict(cell)

    def _settle(self) -> None:
        """Teach the baseline the cell that is over, unless it is out of the ordinary."""
        expected = self._mean * self._cell_buckets
        lull = self._known and self._lull.update(self._cell_count, expected)
        # As single buckets are clipped above, whole cells are below: a lull is only seen after a while.
        least = expected - 2.0 * sqrt(expected + self._phi * expected**2) if self._known else 0.0
        if self._onset_s is not None and self._index * self._cell_s - self._onset_s > DAY_S:
            # What lasts for a day is no surge but how things are now.
            self._relevel(self._ending.size)
        elif lull and self._lull.lasts:
            self._relevel(self._lull.ratio)
        elif not lull:
            self._baseline.learn(self._cell, max(self._cell_count, least), self._cell_buckets)

    def _relevel(self, ratio: float) -> None:
        self._baseline.relevel(ratio)
        self._lull.end()
        self._ending.end()
        self._evidence.end()
        self._onset_s = None

    def _predict(self, cell: Cell) -> None:
        baseline = self._baseline
        season = baseline.season(cell)
        self._known = baseline.knows(cell) and not cell.holiday
        self._trusts = self._known or self._recent.ready
        margin = self._margin.ratio
        if self._known:
            self._mean = self._predicted = season * baseline.level
            spread = baseline.spread(cell)
            margin += _NEW_MARGIN / baseline.visits(cell)
        else:
            self._predicted = self._recent.rate(season)
            self._mean = max(season * baseline.level, self._predicted)
            margin += _UNKNOWN_MARGIN + 1.5 * self._recent.doubt(baseline.total)
            spread = self._recent.spread(self._buckets)
        scatter = self._dispersion.phi(self._mean)
        phi = self._phi = scatter + spread
        # Until anything is known nothing is clipped: a baseline that starts at 0 would clip itself to 0.
        self._most = self._mean + 2.0 * sqrt(self._mean + phi * self._mean**2) + 1.0 if self._trusts else inf
        self._evidence.aim(self._mean * (1.0 + margin), 1.0 / phi)
        self._ending.aim(self._mean, 1.0 / scatter)

    def dump(self) -> bytes:
        """All state, for `load`: about 18 KB."""
        parts = [part.dump() for part in self._parts()]
        cell = [self._index, self._cell_count, self._cell_buckets, self._mean, self._predicted, self._most, self._phi]
        flags = [self._known, self._trusts]
        moment = [self._next_s, self._score, self._onset_s]
        settings = [self.bucket_s, self._false_alarms_per_week, *self._settings]
        return msgspec.msgpack.encode([_FORMAT, settings, cell, flags, moment, parts])

    @classmethod
    def load(cls, dumped: bytes) -> "SurgeDetector":
        """The detector that `dump` wrote, whose readings go on as if nothing had been. Raises ValueError if not one."""
        try:
            version, *state = msgspec.msgpack.decode(dumped)
            if version != _FORMAT:
                raise ValueError(f"format {version}, not {_FORMAT}")
            settings, cell, flags, moment, parts = state
        except (msgspec.DecodeError, TypeError, ValueError) as error:
            raise ValueError(f"not a dump of a SurgeDetector: {error}") from error
        detector = cls(*settings)
        for part, state in zip(detector._parts(), parts, strict=True):
            part.load(state)
        index, detector._cell_count, detector._cell_buckets, *mean = cell
        detector._mean, detector._predicted, detector._most, detector._phi = mean
        detector._known, detector._trusts = flags
        detector._next_s, detector._score, detector._onset_s = moment
        detector._index = index
        if index >= 0:
            detector._cell = detector._calendar.cell(index * detector._cell_s)
        return detector

    def _parts(self) -> tuple[Any, ...]:
        """What holds state of its own, in the order of a dump."""
        return (
            self._baseline,
            self._recent,
            self._dispersion,
            self._lull,
            self._margin,
            self._evidence,
            self._ending,
            self._dial,
        )
