"""What a series is expected to count: bins of the week, shrunk from fine to coarse, times a slow level.

Three bins speak of a moment: its cell of the week, its hour of the week (hours.py), and all time. Each holds fading
sums of counts A and of buckets B. A bin with few counts borrows from the next coarser one, as under a gamma prior worth
`kappa` counts,

    s = (A + kappa) / (B + kappa / s_coarser)

so a series with one message a day is flat and one with a thousand an hour has its own five minutes. Hours speak of
their middle, and between two middles both do, so a day has slopes and no steps. A cell borrows from its hours what they
deserve: kappa = 1 / tau^2, from 6 to 400, where tau^2 is how far the cells of the hour around it scatter about their
hours, relatively and beyond chance; where a call centre opens it is 6.

The level says how far the last three days run above their bins, L = (20 + A_L) / (20 + B_L), where A_L sums counts and
B_L sums s. Expected is s L. Below L = 1 a bucket weighs only sqrt(L) in the bins: a quiet week does not teach that
weeks are quiet.

Source: Gelman et al., "Bayesian Data Analysis", section 2.7 (gamma-Poisson shrinkage); Efron and Morris, "Data analysis
using Stein's estimator", JASA 70, 1975 (how much to borrow, from the data); exponential forgetting after West and
Harrison, "Bayesian Forecasting and Dynamic Models", chapter 10.
"""

from math import exp, sqrt
from typing import Any, Final

from numba import njit

from detectors.surge import hours
from detectors.surge.calendar import CELL_S, DAY_S, WEEK_S
from detectors.surge.hours import CHANCE, HOURS

_MOST_KAPPA: Final = 400.0
_NEAR: Final = 6  # cells to either side that say how alike cells are
_WEEKLY: Final = 0.85  # what a visit leaves of the cell of the week
_HOURLY: Final = 0.97  # what 300 s leave of the hour of the week
_ALWAYS_S: Final = 28.0 * DAY_S
_LEVEL_S: Final = 3.0 * DAY_S
_LEVEL_PRIOR: Final = 20.0
_UNIT: Final = 9_000.0  # of a cell's weight, which is at most 1 / (1 - .85) = 6.7 visits, in 16 bits
_SEEN: Final = 3.0  # cells of an hour
_UNSEEN: Final = 1e-3  # as if so much of a cell of each hour were
_ALWAYS: Final = HOURS


@njit(cache=True)
def predict(one: Any) -> None:
    """Reckon `season`, what the bins expect of a bucket of the cell under way, and how much of it is `borrowed`."""
    of_hours = hours.expected(one, usual(one))
    one.borrowed = _kappa(one, one.of_week, of_hours)
    one.season = _season(one, one.of_week, one.borrowed, of_hours)


@njit(cache=True)
def _season(one: Any, of_week: int, borrowed: float, of_hours: Any) -> float:
    weight = one.cell_weights[of_week] / _UNIT * one.buckets
    return (one.cell_counts[of_week] + borrowed) / (weight + borrowed / _between(one, of_week, of_hours))


@njit(cache=True)
def _kappa(one: Any, of_week: int, of_hours: Any) -> float:
    """How many messages a cell borrows from its hours."""
    cells = int(WEEK_S / one.cell_s)
    scatter = max(0.0, one.scatter_excess / one.scatter_squares) / one.buckets if one.scatter_squares > 0.0 else 0.0
    excess = squares = 0.0
    for away in range(-_NEAR, _NEAR + 1):
        near = (of_week + away) % cells
        weeks = one.cell_weights[near] / _UNIT
        expected = weeks * one.buckets * _between(one, near, of_hours)
        error = one.cell_counts[near] - expected
        chance = expected + scatter * expected * expected / max(1.0, weeks)
        excess += error * error - CHANCE * chance
        squares += expected * expected
    return hours.kappa(excess, squares, _MOST_KAPPA)


@njit(cache=True)
def _between(one: Any, of_week: int, of_hours: Any) -> float:
    """What the two hours whose middles lie around a cell expect of it; one that no day has shown yet says little."""
    middle = (of_week + 0.5) * one.cell_s / 3600.0
    hour = int(middle)
    past = middle - hour - 0.5
    other, share = (hour + (1 if past > 0.0 else -1)) % HOURS, abs(past)
    own = (1.0 - share) * (hours.seen(one, hour) + _UNSEEN)
    others = share * (hours.seen(one, other) + _UNSEEN)
    return (of_hours[hour] * own + of_hours[other] * others) / (own + others)


@njit(cache=True)
def usual(one: Any) -> float:
    """The count a bucket over all time."""
    return (one.coarse_counts[_ALWAYS] + 0.5) / (one.coarse_weights[_ALWAYS] * one.buckets + 1.0)


@njit(cache=True)
def visits(one: Any) -> float:
    """How many weeks the cell under way is known from, faded: at most 6.7."""
    return one.cell_weights[one.of_week] / _UNIT


@njit(cache=True)
def knows(one: Any) -> bool:
    """Whether the cell under way was measured before: else the expected is a guess."""
    return visits(one) > 0.45


@njit(cache=True)
def saw_yesterday(one: Any) -> bool:
    """Whether this hour was measured the day before; not on Mondays, since a Sunday foretells none."""
    return one.hour_of_week >= 24 and one.coarse_weights[one.hour_of_week - 24] > _SEEN


@njit(cache=True)
def after_sunday(one: Any) -> bool:
    """Whether it is Monday, and this hour was measured on the Sunday before."""
    return one.hour_of_week < 24 and one.coarse_weights[one.hour_of_week - 24 + HOURS] > _SEEN


@njit(cache=True)
def spread(one: Any) -> float:
    """Relative variance of the expected count, for what is not known of the cell, as seen in one bucket.

    The buckets of a cell share one error, so each must carry all of it.
    """
    return one.buckets / (one.cell_counts[one.of_week] + one.borrowed)


@njit(cache=True)
def learn(one: Any, count: float, buckets: float) -> None:
    """Take in `count` messages in `buckets` buckets of the cell under way, which may be part of it."""
    known = knows(one)
    part = buckets / one.buckets
    weight = part * (sqrt(one.level) if one.level < 1.0 else 1.0)
    updates = part * one.cell_s / CELL_S
    _add(one.coarse_counts, one.coarse_weights, one.hour_of_week, _HOURLY**updates, count, weight)
    keep = exp(-part * one.cell_s / _ALWAYS_S)
    _add(one.coarse_counts, one.coarse_weights, _ALWAYS, keep, count, weight)
    keep = _WEEKLY**part
    one.cell_counts[one.of_week] = one.cell_counts[one.of_week] * keep + count
    one.cell_weights[one.of_week] = round(one.cell_weights[one.of_week] * keep + weight * _UNIT)
    if known:
        # An unknown cell says nothing of the level: its season is a guess from other hours.
        keep = exp(-one.cell_s / _LEVEL_S)
        one.level_a = one.level_a * keep + count
        one.level_b = one.level_b * keep + one.season * buckets
        one.level = (_LEVEL_PRIOR + one.level_a) / (_LEVEL_PRIOR + one.level_b)


@njit(cache=True)
def _add(counts: Any, weights: Any, index: int, keep: float, count: float, weight: float) -> None:
    counts[index] = counts[index] * keep + count
    weights[index] = weights[index] * keep + weight


@njit(cache=True)
def relevel(one: Any, ratio: float) -> None:
    """Expect `ratio` times as much from now on."""
    one.level *= ratio
    one.level_a = one.level * (_LEVEL_PRIOR + one.level_b) - _LEVEL_PRIOR


@njit(cache=True)
def add_late(one: Any, of_week: int, hour_of_week: int, count: float) -> None:
    """Add messages to a bucket that was learned already: more counts, no more buckets.

    A bucket gains no more at once than is plausible in all: a backlog that drains is no habit.
    """
    of_hours = hours.expected(one, usual(one))
    expected = _season(one, of_week, _kappa(one, of_week, of_hours), of_hours)
    count = min(count, expected + 2.0 * sqrt(expected) + 1.0)
    one.cell_counts[of_week] += count
    for index in (hour_of_week, _ALWAYS):
        one.coarse_counts[index] += count
