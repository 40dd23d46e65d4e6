"""Does a series grow from week to week? That is no surge, but somebody must plan for it.

Whole weeks are added up, counts clipped as for the baseline, as a mean a bucket. A series grows if each of the last
three weeks lies above the one before, by 3% and by more than chance allows, and the last at least 30% above the one
three weeks earlier, which must have had fifty messages. Weeks of which less than four fifths were measured say nothing.
"""

from math import nan, sqrt
from typing import Any, Final

from numba import njit

from detectors.surge.calendar import WEEK_S

WEEKS: Final = 4
_LEAST_MEASURED: Final = 0.8
_A_WEEK: Final = 1.03
_IN_ALL: Final = 1.3
_CHANCE: Final = 2.0
_LEAST: Final = 50.0


@njit(cache=True)
def learn(one: Any, start_s: float, count: float, buckets: float) -> None:
    """Take in the counts of a cell that is over."""
    week = int(start_s // WEEK_S)
    if week != one.week:
        whole = WEEK_S / one.bucket_s
        skipped = min(week - one.week, WEEKS) if one.week > 0 else WEEKS
        for step in range(skipped):
            for i in range(WEEKS - 1):
                one.weekly[i] = one.weekly[i + 1]
            measured = step == 0 and one.week_buckets >= _LEAST_MEASURED * whole
            one.weekly[WEEKS - 1] = one.week_count / one.week_buckets if measured else nan
        one.week, one.week_count, one.week_buckets = week, 0.0, 0.0
    one.week_count += count
    one.week_buckets += buckets


@njit(cache=True)
def grows(one: Any) -> bool:
    """Whether the last whole weeks grew; a week that is not known makes every comparison false."""
    whole = WEEK_S / one.bucket_s
    if not one.weekly[0] * whole >= _LEAST:
        return False
    for i in range(1, WEEKS):
        before, after = one.weekly[i - 1], one.weekly[i]
        if not (after >= _A_WEEK * before and after - before > _CHANCE * sqrt((after + before) / whole)):
            return False
    return one.weekly[WEEKS - 1] >= _IN_ALL * one.weekly[0]
