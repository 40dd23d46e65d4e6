"""How far the last hour runs above the last eight days, for series that are full of spikes.

What people post about a company, or a line that opens with a rush, often runs above what its week predicts; the
evidence of such a series is high so often that its dial is blunt. There a plain question helps. With x the mean count
of the last hour, and m and sd the mean and the standard deviation of x over eight days,

    z = (x - m) / sd, at most 24        D' = z - 3.5        score = (D + D') / 2, neither above 12

A count is cut at m + 24 sd before it enters x, so that one bucket alone is no surge. Until a day was seen the score is
D, that of the evidence.

Source: fading moments after Finch, "Incremental calculation of weighted mean and variance", 2009.
"""

from math import exp, inf, sqrt
from typing import Any, Final

from numba import njit

from detectors.surge.calendar import DAY_S

_HOUR_S: Final = 3_600.0
_MEMORY_S: Final = 8.0 * DAY_S
_MOST_SD: Final = 24.0
_ALARM_SD: Final = 3.5
_MOST_SCORE: Final = 12.0


@njit(cache=True)
def learn(one: Any, count: float, buckets: float) -> None:
    """Take in the messages of a bucket, or of several."""
    mean, sd = _usual(one)
    seconds = buckets * one.bucket_s
    keep = exp(-seconds / _HOUR_S)
    one.hour_count = one.hour_count * keep + min(count, (mean + _MOST_SD * sd) * buckets)
    one.hour_buckets = one.hour_buckets * keep + buckets
    hour = min(one.hour_count / one.hour_buckets, mean + _MOST_SD * sd)
    keep = exp(-seconds / _MEMORY_S)
    one.days_sum = one.days_sum * keep + hour * buckets
    one.days_square = one.days_square * keep + hour * hour * buckets
    one.days_buckets = one.days_buckets * keep + buckets


@njit(cache=True)
def join(one: Any, score: float) -> float:
    """The score of evidence, joined with that of the last hour."""
    mean, sd = _usual(one)
    if sd == inf:
        return score
    z = min((one.hour_count / one.hour_buckets - mean) / sd, _MOST_SD)
    return 0.5 * (min(score, _MOST_SCORE) + min(z - _ALARM_SD, _MOST_SCORE))


@njit(cache=True)
def _usual(one: Any) -> tuple[float, float]:
    """Mean and standard deviation of an hour's mean count a bucket; no less than chance makes of a message an hour."""
    if one.days_buckets * one.bucket_s < 0.9 * DAY_S:
        return 0.0, inf
    mean = one.days_sum / one.days_buckets
    chance = (mean + one.bucket_s / _HOUR_S) * one.bucket_s / (2.0 * _HOUR_S)
    return mean, sqrt(max(chance, one.days_square / one.days_buckets - mean * mean))
