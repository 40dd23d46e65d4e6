"""A series far below what is expected teaches nothing, for a day and a half.

A forgotten holiday or a broken source is no new habit: learned, it would make the ordinary day after it, and the same
day a week later, look like a surge. So while observed over expected, smoothed over an hour or thirty expected messages
(whichever is longer), is below .65, the baseline rests. What lasts longer than 36 hours is how things are now.
"""

from math import exp
from typing import Final

_MEMORY_S: Final = 3_600.0
_MEMORY_MESSAGES: Final = 30.0
_LOW: Final = 0.65
_PRIOR: Final = 6.0
_LONGEST_S: Final = 129_600.0


class Lull:
    """Watches a series of cells of `cell_s` seconds for lulls.

    >>> lull = Lull(cell_s=300)
    >>> [lull.update(count, expected=100.0) for count in [100.0] * 3 + [10.0] * 12][::7]
    [False, True, True]
    >>> [lull.update(100.0, expected=100.0) for _ in range(12)][-1], lull.on
    (False, False)
    """

    __slots__ = ("_cell_s", "_count", "_expected", "_for_s", "on")

    def __init__(self, cell_s: int) -> None:
        self._cell_s = cell_s
        self._count = self._expected = self._for_s = 0.0
        self.on = False

    @property
    def ratio(self) -> float:
        """Observed over expected, smoothed."""
        return (self._count + _PRIOR) / (self._expected + _PRIOR)

    @property
    def lasts(self) -> bool:
        """Whether it is no lull any more but how things are now."""
        return self._for_s > _LONGEST_S

    def update(self, count: float, expected: float) -> bool:
        """Take in a cell; answers whether this is a lull."""
        keep = exp(-min(expected / _MEMORY_MESSAGES, self._cell_s / _MEMORY_S))
        self._count = self._count * keep + count
        self._expected = self._expected * keep + expected
        self.on = self.ratio < _LOW
        self._for_s = self._for_s + self._cell_s if self.on else 0.0
        return self.on

    def end(self) -> None:
        """Start over, at a new level."""
        self._count = self._expected = self._for_s = 0.0
        self.on = False

    def dump(self) -> list[float]:
        """All state, for `load`."""
        return [self._count, self._expected, self._for_s, self.on]

    def load(self, state: list[float]) -> None:
        """Go on from a dump."""
        self._count, self._expected, self._for_s, on = state
        self.on = bool(on)
