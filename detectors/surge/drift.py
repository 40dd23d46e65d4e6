"""How far the last hours run above the week's habit: a warm day, a mailing, a rumour, for a while.

    d = (100 + A) / (100 + B)

with A the counts of the last two hours and B what the baseline expected of them, both fading; between .9 and 1.3, so
that neither a holiday nor a surge becomes the habit, and a lull teaches nothing at all. Counts that speak for a surge
are on trial: they are kept apart while the evidence for the smallest size stays above 0, and added once it falls back
to it. What turned out to be a surge teaches nothing.

Source: gamma-Poisson filtering with discounting, West and Harrison, "Bayesian Forecasting and Dynamic Models", ch. 14.
"""

from math import exp
from typing import Any, Final

from numba import njit

_MEMORY_S: Final = 7_200.0
_PRIOR: Final = 100.0
_LEAST: Final = 0.9
_MOST: Final = 1.3


@njit(cache=True)
def learn(one: Any, count: float, expected: float, on_trial: bool) -> None:
    """Take in a bucket's count, and what was expected of it without any drift."""
    keep = exp(-one.bucket_s / _MEMORY_S)
    one.drift_count *= keep
    one.drift_expected *= keep
    one.trial_count += count
    one.trial_expected += expected
    if not on_trial:
        one.drift_count += one.trial_count
        one.drift_expected += one.trial_expected
        one.trial_count = one.trial_expected = 0.0


@njit(cache=True)
def surged(one: Any) -> None:
    """What is on trial was a surge."""
    one.trial_count = one.trial_expected = 0.0


@njit(cache=True)
def end(one: Any) -> None:
    """Start over, at a new level."""
    one.drift_count = one.drift_expected = 0.0
    surged(one)


@njit(cache=True)
def fit(one: Any) -> None:
    """Reckon d anew."""
    one.drift = min(_MOST, max(_LEAST, (_PRIOR + one.drift_count) / (_PRIOR + one.drift_expected)))
