"""How strongly the counts say that the rate has risen, whenever that began.

For each size theta of a surge a sum of likelihood ratios runs over all moments at which it may have begun, one more at
every bucket (Shiryaev-Roberts):

    R <- (min(1, m0) + R) e^l

with l the log likelihood ratio of a negative binomial count of mean theta m0 against m0. (A surge begins with a
message, so a bucket that expects less than one adds only that much.) Their mean over the sizes is again such a sum, so
E = ln mean R needs no correction for looking at several sizes. l is capped at ln(buckets a week) - 3.2, but not below
4 (4.4 in buckets of 300 s, 6.0 in those of 60 s, where the dial asks for more), so that a single bucket is no proof but
in a series whose evidence has hardly ever run high; at up to 2 above that where the buckets before spoke for a surge
too, so that two can be; and R at e^25, so that the end of a surge is not waited for.

Source: Shin, Ramdas and Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", 2022;
Roberts, "A comparison of some control chart procedures", Technometrics 8, 1966.
"""

from math import exp, log
from typing import Any, Final

from numba import njit

from detectors.surge.calendar import WEEK_S

SIZES: Final = (1.5, 2.0, 3.0, 5.0, 10.0)
_LEAST_CAP: Final = 4.0
_MOST: Final = exp(25.0)
_JOINED: Final = 2.0
_AFTER_END: Final = exp(2.0)
_N: Final = len(SIZES)


@njit(cache=True)
def start(one: Any) -> None:
    """Begin without any."""
    one.cap = max(_LEAST_CAP, log(WEEK_S / one.bucket_s) - 3.2)


@njit(cache=True)
def aim(one: Any, expected: float, k: float) -> None:
    """Say what to test the next counts against: the mean a bucket and the negative binomial's k = 1 / phi."""
    one.start = min(1.0, expected)
    for i in range(_N):
        size = SIZES[i]
        q = log((size * expected + k) / (expected + k))
        one.per_count[i] = log(size) - q
        one.fixed[i] = k * q


@njit(cache=True)
def update(one: Any, start_s: float, count: float) -> float:
    """Take in the count of the bucket that starts at `start_s`; answers E = ln mean R."""
    total = 0.0
    for i in range(_N):
        ratio = count * one.per_count[i] - one.fixed[i]
        cap = one.cap + min(_JOINED, one.cusums[i])
        # The cusum is above 0 since the likeliest onset of a surge of that size.
        if one.cusums[i] == 0.0:
            one.began_s[i] = start_s
        one.cusums[i] = max(0.0, one.cusums[i] + ratio)
        r = min(_MOST, (one.start + one.sums[i]) * exp(min(cap, ratio)))
        one.sums[i] = r
        total += r
    # An R that underflowed to 0 is as good as e^-100.
    return log(total / _N) if total > 1e-40 else -92.0


@njit(cache=True)
def rising(one: Any) -> bool:
    """Whether counts have spoken for a surge, were it the smallest, since some bucket."""
    return one.cusums[0] > 0.0


@njit(cache=True)
def onset_s(one: Any) -> float:
    """The start of the first bucket of the surge, were there one of the likeliest size."""
    likeliest = 0
    for i in range(1, _N):
        if one.sums[i] > one.sums[likeliest]:
            likeliest = i
    return one.began_s[likeliest]


@njit(cache=True)
def pause(one: Any) -> None:
    """What was seen so far is no part of a surge that comes."""
    for i in range(_N):
        one.cusums[i] = 0.0


@njit(cache=True)
def end(one: Any) -> None:
    """Forget most of a surge that has ended."""
    for i in range(_N):
        one.sums[i] = min(one.sums[i], _AFTER_END)
    pause(one)
