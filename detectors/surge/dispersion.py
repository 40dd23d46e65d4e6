"""How much more a series scatters from bucket to bucket than a Poisson count would.

Counts are taken as negative binomial with mean mu and variance mu + phi mu^2. phi is the fading moment estimate

    phi = sum[(y - mu)^2 - mu] / sum[mu^2]

over 14 days, with a prior worth some hours, never below .001.

Source: Lawless, "Negative binomial and mixed Poisson regression", Canadian Journal of Statistics 15, 1987.
"""

from math import exp
from typing import Any, Final

from numba import njit

from detectors.surge.calendar import DAY_S

_MEMORY_S: Final = 14.0 * DAY_S
_PRIOR: Final = 0.02
_PRIOR_CELLS: Final = 36.0
_LEAST: Final = 0.001


@njit(cache=True)
def phi(one: Any, expected: float) -> float:
    """Variance above Poisson of buckets that expect `expected`, relative to the squared mean."""
    prior = _PRIOR_CELLS * one.buckets * expected * expected
    return max(_LEAST, (one.scatter_excess + _PRIOR * prior) / (one.scatter_squares + prior))


@njit(cache=True)
def learn(one: Any, count: float, expected: float) -> None:
    """Take in a bucket's count."""
    error = count - expected
    one.scatter_excess += error * error - expected
    one.scatter_squares += expected * expected


@njit(cache=True)
def fade(one: Any, seconds: float) -> None:
    """Forget as much as `seconds` of time do."""
    keep = exp(-seconds / _MEMORY_S)
    one.scatter_excess *= keep
    one.scatter_squares *= keep
