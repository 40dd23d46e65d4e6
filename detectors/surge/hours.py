"""The hours of the week: what hours and weekdays have in common, and what an hour has of its own.

Four weeks show an hour of the week four times, but its hour of the day 28 times, and its weekday in 24 hours each time.
So an hour is first expected to be its hour's rate times its weekday's factor, both fitted to all hours that were seen,
and then borrows from that what it deserves,

    kappa = 1 / tau^2,  from 6 to 2,000 counts,

where tau^2 is how far the hours around it scatter about such products, relatively and beyond chance: on a Saturday that
closes at noon hours stand for themselves. Chance is that of counts, and of hours that were odd in the weeks seen
(`margin.variance`).

Source: Good, "The Estimation of Probabilities" (1965), on tables with few counts; Efron and Morris, "Data analysis
using Stein's estimator", JASA 70, 1975 (how much to borrow, from the data).
"""

from typing import Any, Final

import numpy as np
from numba import njit

from detectors.surge import margin

HOURS: Final = 168
KAPPA: Final = 6.0
_MOST_KAPPA: Final = 2_000.0
_NEAR: Final = 3  # hours to either side that say how alike hours are
CHANCE: Final = 1.5  # times the scatter of chance is still chance
_ROUNDS: Final = 2  # of fitting hours and weekdays in turn; with whole weeks the first is exact


@njit(cache=True)
def kappa(excess: float, squares: float, most: float) -> float:
    """How many counts to borrow, at most `most`, where squared errors are `excess` beyond chance, of `squares`."""
    if squares == 0.0:
        return KAPPA
    return max(KAPPA, 1.0 / (max(0.0, excess / squares) + 1.0 / most))


@njit(cache=True)
def expected(one: Any, always: float) -> Any:
    """The count a bucket that each hour of the week expects, shape (168,), each above 0; `always`: over all time."""
    counts, weights = one.coarse_counts, one.coarse_weights
    alike = _alike(one, always)
    excess, squares = np.zeros(HOURS), np.zeros(HOURS)
    odd = margin.variance(one)
    for i in range(HOURS):
        fits = weights[i] * one.buckets * alike[i]
        error = counts[i] - fits
        chance = fits + odd * fits * fits / max(1.0, weights[i] * one.cell_s / 3600.0)
        excess[i] = error * error - CHANCE * chance
        squares[i] = fits * fits
    out = np.empty(HOURS)
    for i in range(HOURS):
        beyond = total = 0.0
        for away in range(-_NEAR, _NEAR + 1):
            beyond += excess[(i + away) % HOURS]
            total += squares[(i + away) % HOURS]
        borrowed = kappa(beyond, total, _MOST_KAPPA)
        out[i] = (counts[i] + borrowed) / (weights[i] * one.buckets + borrowed / alike[i])
    return out


@njit(cache=True)
def seen(one: Any, hour: int) -> float:
    """How many cells of an hour of the week were seen, on any day."""
    cells = 0.0
    for day in range(7):
        cells += one.coarse_weights[day * 24 + hour % 24]
    return cells


@njit(cache=True)
def _alike(one: Any, always: float) -> Any:
    """Hour of the day times weekday, a bucket."""
    counts, weights = one.coarse_counts, one.coarse_weights
    of_day, of_week = np.empty(24), np.ones(7)
    for _ in range(_ROUNDS):
        for hour in range(24):
            count, seen = KAPPA, KAPPA / always
            for day in range(7):
                count += counts[day * 24 + hour]
                seen += weights[day * 24 + hour] * one.buckets * of_week[day]
            of_day[hour] = count / seen
        for day in range(7):
            count = seen = KAPPA
            for hour in range(24):
                count += counts[day * 24 + hour]
                seen += weights[day * 24 + hour] * one.buckets * of_day[hour]
            of_week[day] = count / seen
    out = np.empty(HOURS)
    for i in range(HOURS):
        out[i] = of_week[i // 24] * of_day[i % 24]
    return out
