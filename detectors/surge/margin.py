"""How far above the expected a series may run for hours before that is a surge.

A baseline is wrong for hours at a time (a warm day, a mailing), which scatter from bucket to bucket does not show. So
counts and expectations are compared in blocks of six hours: with M the expected sum and e the excess, winsorised at two
standard deviations,

    v = mean of max(0, 1.3 e^2 - M) / M^2, weighted by min(M, 100)        margin = min(.6, .6 sqrt v)

over 28 days, from a prior of .01. Evidence counts from mu (1 + margin) upwards.
"""

from math import exp, sqrt
from typing import Final

from detectors.surge.calendar import DAY_S

BLOCK_S: Final = 21_600
_MEMORY_S: Final = 28.0 * DAY_S
_PRIOR: Final = 0.01
_PRIOR_WEIGHT: Final = 400.0
_FULL_WEIGHT: Final = 100.0
_MOST: Final = 0.6


class Margin:
    """The margin of one series.

    >>> margin = Margin()
    >>> round(margin.ratio, 3)
    0.06
    >>> for block, count in enumerate([700.0, 1300.0] * 100):
    ...     margin.learn(block, count, expected=1000.0)
    >>> 0.15 < margin.ratio < 0.3
    True
    """

    __slots__ = ("_block", "_count", "_expected", "_sum", "_weight", "ratio")

    def __init__(self) -> None:
        self._block = 0
        self._count = self._expected = 0.0
        self._weight = _PRIOR_WEIGHT
        self._sum = _PRIOR * _PRIOR_WEIGHT
        self.ratio = self._ratio()

    def learn(self, block: int, count: float, expected: float) -> None:
        """Take in counts and what was expected of them; `block` numbers the six hours since the epoch."""
        if block != self._block:
            self._close(block - self._block)
            self._block = block
        self._count += count
        self._expected += expected

    def _close(self, blocks: int) -> None:
        expected = self._expected
        if expected > 1.0:
            v = self._sum / self._weight
            error = self._count - expected
            squared = min(error * error, 4.0 * (expected + v * expected * expected))
            weight = min(expected, _FULL_WEIGHT)
            keep = exp(-min(blocks, 100) * BLOCK_S / _MEMORY_S)
            self._sum = self._sum * keep + weight * max(0.0, 1.3 * squared - expected) / (expected * expected)
            self._weight = self._weight * keep + weight
            # The prior does not fade: a series that was silent for months starts from it again.
            self._sum += (1.0 - keep) * _PRIOR * _PRIOR_WEIGHT
            self._weight += (1.0 - keep) * _PRIOR_WEIGHT
            self.ratio = self._ratio()
        self._count = self._expected = 0.0

    def _ratio(self) -> float:
        return min(_MOST, 0.6 * sqrt(self._sum / self._weight))

    def dump(self) -> list[float]:
        """All state, for `load`."""
        return [self._block, self._count, self._expected, self._sum, self._weight, self.ratio]

    def load(self, state: list[float]) -> None:
        """Go on from a dump."""
        block, self._count, self._expected, self._sum, self._weight, self.ratio = state
        self._block = int(block)
