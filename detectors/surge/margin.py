"""How far above the expected a series may run for an hour before that is a surge.

A baseline is wrong for a while (a warm day, a mailing), also after the last hours were heeded, which scatter from
bucket to bucket does not show. So counts and expectations are compared in blocks of an hour: with M the expected sum
and e the excess, winsorised at two standard deviations (1.3 makes up for that),

    v = mean of (1.3 e^2 - M) / M^2, weighted by min(M, 100), at least .0005        margin = min(.6, .7 sqrt v)

over 28 days, from a prior of .01. Evidence counts from mu (1 + margin) upwards.
"""

from math import exp, sqrt
from typing import Any, Final

from numba import njit

from detectors.surge.calendar import DAY_S

BLOCK_S: Final = 3_600
_MEMORY_S: Final = 28.0 * DAY_S
_PRIOR: Final = 0.01
_PRIOR_WEIGHT: Final = 400.0
_FULL_WEIGHT: Final = 100.0
_LEAST: Final = 0.0005
_MOST: Final = 0.6


@njit(cache=True)
def start(one: Any) -> None:
    """Begin with the prior."""
    one.margin_weight = _PRIOR_WEIGHT
    one.margin_sum = _PRIOR * _PRIOR_WEIGHT
    _fit(one)


@njit(cache=True)
def learn(one: Any, start_s: float, count: float, expected: float) -> None:
    """Take in a count and what was expected of it; blocks are the hours since the epoch."""
    block = int(start_s // BLOCK_S)
    if block != one.block:
        _close(one, block - one.block)
        one.block = block
    one.block_count += count
    one.block_expected += expected


@njit(cache=True)
def _close(one: Any, blocks: int) -> None:
    expected = one.block_expected
    if expected > 1.0:
        v = variance(one)
        error = one.block_count - expected
        squared = min(error * error, 4.0 * (expected + v * expected * expected))
        weight = min(expected, _FULL_WEIGHT)
        keep = exp(-min(blocks, 1000) * BLOCK_S / _MEMORY_S)
        one.margin_sum = one.margin_sum * keep + weight * (1.3 * squared - expected) / (expected * expected)
        one.margin_weight = one.margin_weight * keep + weight
        # The prior does not fade: a series that was silent for months starts from it again.
        one.margin_sum += (1.0 - keep) * _PRIOR * _PRIOR_WEIGHT
        one.margin_weight += (1.0 - keep) * _PRIOR_WEIGHT
        _fit(one)
    one.block_count = one.block_expected = 0.0


@njit(cache=True)
def _fit(one: Any) -> None:
    one.margin = min(_MOST, 0.7 * sqrt(variance(one)))


@njit(cache=True)
def variance(one: Any) -> float:
    """v, how far an hour is off relatively."""
    return max(_LEAST, one.margin_sum / one.margin_weight)
