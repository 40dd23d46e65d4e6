"""Simulated counts for the tests of surge detection: a daily and a weekly shape, from a seed."""

import math

import numpy as np
from numpy.typing import NDArray

WEEK_S = 604_800
MONDAY_S = 2_900.0 * WEEK_S + 4 * 86_400  # a Monday, 00:00 UTC


def day_shape(at_s: float) -> float:
    """Two humps a day, quiet nights and weekends, busy Mondays."""
    hour, weekday = at_s % 86_400 / 3600, int((at_s - MONDAY_S) // 86_400) % 7
    day = 0.15 + math.exp(-(((hour - 11) / 3.0) ** 2)) + 0.8 * math.exp(-(((hour - 16) / 3.5) ** 2))
    return day * (0.45 if weekday >= 5 else 1.25 if weekday == 0 else 1.0)


def expected_counts(per_minute: float, bucket_s: float, weeks: int) -> NDArray[np.float64]:
    """The rate of every bucket of whole weeks from MONDAY_S on; `per_minute` on the average."""
    week = np.array([day_shape(MONDAY_S + i * bucket_s) for i in range(int(WEEK_S // bucket_s))])
    return np.tile(week / week.mean() * per_minute * bucket_s / 60, weeks)


def draw(rate: NDArray[np.float64], seed: int) -> list[int]:
    """Poisson counts."""
    counts: list[int] = np.random.default_rng(seed).poisson(rate).tolist()
    return counts


def at(day: int, hour: float, bucket_s: float) -> int:
    """The number of the bucket at an hour of a day, both from 0, counted from MONDAY_S."""
    return int((day * 86_400 + hour * 3600) // bucket_s)
