"""From evidence to false alarms a week: the score that one dial can be set against.

The series itself says how often its evidence runs high. Excursions of E above u = ln(buckets a week) - 5 are counted
(nu a week, over eight weeks, from a prior of 20, which is what series of some messages a minute show) and their mean
peak above u is kept (beta, from a prior of 1, the tail of a martingale, that weighs as much as ten; at least .85, since
counts that stay below the margin make the tail steeper). Peaks above a threshold are close to exponential, so E is
passed nu exp(-(E - u) / beta) times a week, and the score is how many decades that lies below once a week,

    D = -log10 nu + (E - u) / (beta ln 10)

A real surge is an excursion too, so peaks count at most 2 beta, and the mean is corrected for that. A nu below 1 counts
as 1: what E does below u was not fitted.

Source: Davison and Smith, "Models for exceedances over high thresholds", Journal of the Royal Statistical Society B 52,
1990.
"""

from math import exp, log, log10
from typing import Any, Final

from numba import njit

from detectors.surge.calendar import WEEK_S

_PRIOR_RATE: Final = 20.0
_PRIOR_WEEKS: Final = 1.0
_MEMORY_WEEKS: Final = 8.0
_PRIOR_PEAK: Final = 1.0
_PRIOR_PEAKS: Final = 10.0
_LEAST_PEAK: Final = 0.85
_FORGET: Final = 0.99
_MOST_PEAKS: Final = 2.0
_CAPPED: Final = 1.0 - exp(-_MOST_PEAKS)  # mean of an exponential capped so, relative to its own
_APART: Final = 1.0
_LN_10: Final = log(10.0)


@njit(cache=True)
def start(one: Any) -> None:
    """Begin with the prior."""
    one.above = log(WEEK_S / one.bucket_s) - 5.0
    one.peak_sum, one.peak_weight = _PRIOR_PEAK * _PRIOR_PEAKS, _PRIOR_PEAKS
    one.peak = -1.0  # of the excursion under way; negative: none
    _fit(one)


@njit(cache=True)
def update(one: Any, evidence: float) -> float:
    """The score of E = `evidence`, in decades below one false alarm a week."""
    above = evidence - one.above
    if one.peak >= 0.0:
        if above > one.peak:
            one.peak = above
        elif above < -_APART:
            one.visits += 1.0
            one.peak_sum = one.peak_sum * _FORGET + min(one.peak, _MOST_PEAKS * one.beta) / _CAPPED
            one.peak_weight = one.peak_weight * _FORGET + 1.0
            one.peak = -1.0
            _fit(one)
    elif above > 0.0:
        one.peak = above
    return one.since + above * one.per_nat


@njit(cache=True)
def pass_by(one: Any, seconds: float) -> None:
    """Let measured time go by."""
    weeks = seconds / WEEK_S
    keep = exp(-weeks / _MEMORY_WEEKS)
    one.visits *= keep
    one.weeks = one.weeks * keep + weeks
    _fit(one)


@njit(cache=True)
def _fit(one: Any) -> None:
    nu = (_PRIOR_RATE * _PRIOR_WEEKS + one.visits) / (_PRIOR_WEEKS + one.weeks)
    one.beta = max(_LEAST_PEAK, one.peak_sum / one.peak_weight)
    one.since = -log10(max(1.0, nu))
    one.per_nat = 1.0 / (one.beta * _LN_10)
