"""How much more a series scatters from bucket to bucket than a Poisson count would.

Counts are taken as negative binomial with mean mu and variance mu + phi mu^2. phi is the fading moment estimate

    phi = sum[(y - mu)^2 - mu] / sum[mu^2]

over 14 days, with a prior worth some hours, never below .001.

Source: Lawless, "Negative binomial and mixed Poisson regression", Canadian Journal of Statistics 15, 1987.
"""

from math import exp
from typing import Final

from detectors.surge.calendar import DAY_S

_MEMORY_S: Final = 14.0 * DAY_S
_PRIOR: Final = 0.02
_PRIOR_CELLS: Final = 36.0
_LEAST: Final = 0.001


class Dispersion:
    """A fading estimate of phi. `buckets` is how many buckets a cell of `cell_s` seconds has.

    >>> dispersion = Dispersion(cell_s=300, buckets=1)
    >>> for count in [80.0, 120.0] * 2000:
    ...     dispersion.learn(count, expected=100.0)
    >>> round(dispersion.phi(expected=100.0), 2)
    0.03
    """

    __slots__ = ("_excess", "_keep", "_prior_buckets", "_squares")

    def __init__(self, cell_s: int, buckets: int) -> None:
        self._keep = exp(-cell_s / _MEMORY_S)
        self._prior_buckets = _PRIOR_CELLS * buckets
        self._excess = self._squares = 0.0

    def phi(self, expected: float) -> float:
        """Variance above Poisson, relative to the squared mean."""
        prior = self._prior_buckets * expected * expected
        return max(_LEAST, (self._excess + _PRIOR * prior) / (self._squares + prior))

    def learn(self, count: float, expected: float) -> None:
        """Take in a bucket's count."""
        error = count - expected
        self._excess += error * error - expected
        self._squares += expected * expected

    def fade(self, cells: int) -> None:
        """Forget as much as `cells` cells of time do."""
        keep = self._keep**cells
        self._excess *= keep
        self._squares *= keep

    def dump(self) -> list[float]:
        """All state, for `load`."""
        return [self._excess, self._squares]

    def load(self, state: list[float]) -> None:
        """Go on from a dump."""
        self._excess, self._squares = state
