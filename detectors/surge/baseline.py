"""What a series is expected to count: bins of the week, shrunk from fine to coarse, times a slow level.

Four bins speak of a moment: its cell of the week, its hour of the week, its hour of the day, and all time. Each holds
fading sums of counts A and of buckets B. A bin with few counts borrows from the next coarser one, as under a gamma
prior worth `KAPPA` counts,

    s = (A + kappa) / (B + kappa / s_coarser)

so a series with one message a day is flat and one with a thousand an hour has its own five minutes. The level says how
far the last three days run above their bins, L = (20 + A_L) / (20 + B_L), where A_L sums counts and B_L sums s.
Expected is s L. Below L = 1 a bucket weighs only sqrt(L) in the bins: a quiet week does not teach that weeks are quiet.

Source: Gelman et al., "Bayesian Data Analysis", section 2.7 (gamma-Poisson shrinkage); exponential forgetting after
West and Harrison, "Bayesian Forecasting and Dynamic Models", chapter 10.
"""

from array import array
from math import exp, sqrt
from typing import Any, Final

from detectors.surge.calendar import CELL_S, DAY_S, WEEK_S, Cell

KAPPA: Final = 6.0
_WEEKLY: Final = 0.85  # what a visit leaves of the cell of the week
_HOURLY: Final = 0.97  # what 300 s leave of the hour of the week
_DAILY: Final = 0.99  # what 300 s leave of the hour of the day
_ALWAYS_S: Final = 28.0 * DAY_S
_LEVEL_S: Final = 3.0 * DAY_S
_LEVEL_PRIOR: Final = 20.0


class Baseline:
    """Expected counts a bucket. `cell_s` is the length of a cell and `buckets` how many buckets it has.

    >>> from detectors.surge.calendar import Cell
    >>> baseline, cell = Baseline(cell_s=300, buckets=1), Cell(0, 0, 0, False)
    >>> for _ in range(8):
    ...     baseline.learn(cell, count=50.0, buckets=1.0)
    >>> 40 < baseline.season(cell) * baseline.level < 60, baseline.knows(cell)
    (True, True)
    """

    __slots__ = ("_counts", "_full", "_hours", "_keep", "_level_a", "_level_b", "_level_keep", "_weights", "level")

    def __init__(self, cell_s: int, buckets: int) -> None:
        self._hours = WEEK_S // cell_s
        size = self._hours + 168 + 24 + 1
        # Single precision halves the memory of a series, and is far finer than any count is known.
        self._counts = array("f", bytes(4 * size))
        self._weights = array("f", bytes(4 * size))
        self._full = float(buckets)
        updates = cell_s / CELL_S
        self._keep = (_WEEKLY, _HOURLY**updates, _DAILY**updates, exp(-cell_s / _ALWAYS_S))
        self._level_keep = exp(-cell_s / _LEVEL_S)
        self._level_a = self._level_b = 0.0
        self.level = 1.0

    def season(self, cell: Cell) -> float:
        """The count a bucket that the bins expect; above 0."""
        counts, weights = self._counts, self._weights
        season = (counts[-1] + 0.5) / (weights[-1] + 1.0)
        for index in (self._hours + 168 + cell.hour_of_day, self._hours + cell.hour_of_week, cell.of_week):
            season = (counts[index] + KAPPA) / (weights[index] + KAPPA / season)
        return season

    def knows(self, cell: Cell) -> bool:
        """Whether this cell of the week was measured before: else the expected is a guess."""
        return self._weights[cell.of_week] > 0.45 * self._full

    def visits(self, cell: Cell) -> float:
        """How many weeks the cell is known from, faded: at most 6.7."""
        return self._weights[cell.of_week] / self._full

    @property
    def total(self) -> float:
        """Messages that stand behind the coarsest bin."""
        return self._counts[-1]

    def spread(self, cell: Cell) -> float:
        """Relative variance of the expected count, for what is not known of the cell, as seen in one bucket.

        The buckets of a cell share one error, so each must carry all of it.
        """
        return self._full / (self._counts[cell.of_week] + 2.0 * KAPPA)

    def learn(self, cell: Cell, count: float, buckets: float) -> None:
        """Take in `count` messages in `buckets` buckets of a cell, which may be part of it."""
        known = self.knows(cell)
        season = self.season(cell)
        weight = buckets * (sqrt(self.level) if self.level < 1.0 else 1.0)
        part = buckets / self._full
        indices = (cell.of_week, self._hours + cell.hour_of_week, self._hours + 168 + cell.hour_of_day, -1)
        for index, keep in zip(indices, self._keep, strict=True):
            if part != 1.0:
                keep = keep**part
            self._counts[index] = self._counts[index] * keep + count
            self._weights[index] = self._weights[index] * keep + weight
        if known:
            # An unknown cell says nothing of the level: its season is a guess from other hours.
            self._level_a = self._level_a * self._level_keep + count
            self._level_b = self._level_b * self._level_keep + season * buckets
            self.level = (_LEVEL_PRIOR + self._level_a) / (_LEVEL_PRIOR + self._level_b)

    def relevel(self, ratio: float) -> None:
        """Expect `ratio` times as much from now on."""
        self.level *= ratio
        self._level_a = self.level * (_LEVEL_PRIOR + self._level_b) - _LEVEL_PRIOR

    def add_late(self, cell: Cell, count: float) -> None:
        """Add messages to a bucket that was learned already: more counts, no more buckets."""
        for index in (cell.of_week, self._hours + cell.hour_of_week, self._hours + 168 + cell.hour_of_day, -1):
            self._counts[index] += count

    def dump(self) -> list[Any]:
        """All state, for `load`."""
        return [self._counts.tobytes(), self._weights.tobytes(), self._level_a, self._level_b, self.level]

    def load(self, state: list[Any]) -> None:
        """Go on from a dump."""
        counts, weights, self._level_a, self._level_b, self.level = state
        self._counts, self._weights = array("f", counts), array("f", weights)
