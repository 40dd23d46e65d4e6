"""The last half hour, for moments that no week has taught yet.

In its first week a series has no season: at seven in the morning it has only seen a night. Then what it counted just
now predicts the next minutes, borrowed from the season as far as it holds few counts. It follows the slope of a day,
but not a threefold step. How steep that slope may be is seen in how far the half hour runs above the last two.
"""

from math import exp, inf, sqrt
from typing import Any, Final

from numba import njit

from detectors.surge.hours import KAPPA

_MEMORY_S: Final = 1_800.0
_READY_S: Final = 1_200.0
_EARLIER_S: Final = 7_200.0


@njit(cache=True)
def ready(one: Any) -> bool:
    """Whether enough of the last half hour was measured to say anything."""
    return one.recent_buckets * one.bucket_s > _READY_S * 0.7


@njit(cache=True)
def rate(one: Any, season: float) -> float:
    """Counts a bucket, shrunk towards `season`."""
    return (one.recent_count + KAPPA) / (one.recent_buckets + KAPPA / season)


@njit(cache=True)
def slope(one: Any) -> float:
    """How far the last half hour runs above the last two hours, relatively; inf while those were hardly measured."""
    if one.earlier_buckets * one.bucket_s < 0.5 * _EARLIER_S:
        return inf
    ratio = (one.recent_count + KAPPA) / one.recent_buckets * one.earlier_buckets / (one.earlier_count + KAPPA)
    return max(0.0, ratio - 1.0)


@njit(cache=True)
def doubt(one: Any, total: float) -> float:
    """Relative standard deviation of the rate, if `total` messages stand behind the season it is shrunk to."""
    return 1.0 / sqrt(one.recent_count + min(KAPPA, total) + 0.5)


@njit(cache=True)
def spread(one: Any) -> float:
    """Relative variance of the rate for what half an hour does not show, as seen in one of a cell's buckets."""
    return one.buckets / (one.recent_count + 2.0 * KAPPA)


@njit(cache=True)
def learn(one: Any, count: float, buckets: float) -> None:
    """Take in the messages of a bucket, or of several."""
    pass_by(one, buckets * one.bucket_s)
    one.recent_count += count
    one.recent_buckets += buckets
    one.earlier_count += count
    one.earlier_buckets += buckets


@njit(cache=True)
def pass_by(one: Any, seconds: float) -> None:
    """Forget what a time that was not measured makes stale."""
    keep = exp(-seconds / _MEMORY_S)
    one.recent_count *= keep
    one.recent_buckets *= keep
    keep = exp(-seconds / _EARLIER_S)
    one.earlier_count *= keep
    one.earlier_buckets *= keep
