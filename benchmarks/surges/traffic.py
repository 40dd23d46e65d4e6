"""Simulated counts: a daily and a weekly shape, a drift that lasts for hours, scatter beyond Poisson, and surges."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEK_S = 604_800
START_S = 2_900.0 * WEEK_S + 4 * 86_400  # a Monday, 00:00 UTC
SURGE_S = 7_200
TAUGHT_WEEKS = 4
WEEKS = 8
SIZES = (1.5, 2.0, 3.0, 5.0)
VOLUMES = (6.0, 30.0, 120.0, 600.0, 3000.0)  # messages an hour, on the average
DRIFT = 0.08
SCATTER = 0.02  # variance above Poisson, relative to the squared mean


@dataclass(frozen=True)
class Surge:
    """First and last bucket (exclusive), how many times the usual, and messages an hour without it."""

    first: int
    last: int
    size: float
    per_hour: float


@dataclass(frozen=True)
class Stream:
    """Counts of one series with its surges, and the same weeks without any."""

    bucket_s: float
    per_hour: float
    rate: Floats  # true mean of each bucket without surges
    counts: Floats
    calm: Floats
    surges: tuple[Surge, ...]

    @property
    def tested(self) -> int:
        """The first bucket after the weeks that teach."""
        return round(TAUGHT_WEEKS * WEEK_S / self.bucket_s)


def day_shape(at_s: float) -> float:
    """Relative traffic at a moment: two humps a day, quiet nights and weekends, busy Mondays."""
    hour, weekday = at_s % 86_400 / 3600, int((at_s - START_S) // 86_400) % 7
    day = 0.15 + math.exp(-(((hour - 11) / 3.0) ** 2)) + 0.8 * math.exp(-(((hour - 16) / 3.5) ** 2))
    return day * (0.45 if weekday >= 5 else 1.25 if weekday == 0 else 1.0)


def habit(per_hour: float, bucket_s: float) -> Floats:
    """The usual rate of each bucket of a week from START_S on."""
    week = np.array([day_shape(START_S + i * bucket_s) for i in range(int(WEEK_S // bucket_s))])
    usual: Floats = week / week.mean() * per_hour * bucket_s / 3600
    return usual


def expected_counts(per_hour: float, bucket_s: float, weeks: int, seed: int, drift: float = DRIFT) -> Floats:
    """The true rate of every bucket from START_S on: the habit times a drift that lasts for hours."""
    rate = np.tile(habit(per_hour, bucket_s), weeks)
    hours = weeks * 168 + 1
    rng = np.random.default_rng([seed, 1])
    walk = np.zeros(hours)
    for i in range(1, hours):
        walk[i] = 0.8 * walk[i - 1] + 0.6 * rng.normal()
    drifts: Floats = np.exp(drift * np.interp(np.arange(len(rate)) * bucket_s / 3600, np.arange(hours), walk))
    return rate * drifts


def draw(rate: Floats, seed: int, phi: float = SCATTER) -> Floats:
    """Negative binomial counts."""
    rng = np.random.default_rng([seed, 2])
    return rng.poisson(rate * rng.gamma(1 / phi, phi, size=len(rate)) if phi else rate).astype(float)


def with_surges(base: Floats, bucket_s: float, seed: int, first_s: float) -> tuple[Floats, tuple[Surge, ...]]:
    """How many times the usual each bucket is: surges of two hours at any hour, every other day or so, of any size."""
    rng = np.random.default_rng([seed, 3])
    factors, surges = np.ones(len(base)), []
    at_s = first_s + rng.uniform(0, 100_000)
    while at_s < len(base) * bucket_s - 4 * SURGE_S:
        first, last = int(at_s // bucket_s), int((at_s + SURGE_S) // bucket_s)
        size = float(rng.choice(SIZES))
        factors[first:last] = size
        surges.append(Surge(first, last, size, float(base[first:last].mean()) * 3600 / bucket_s))
        at_s += rng.uniform(100_000, 250_000)
    return factors, tuple(surges)


def stream(per_hour: float, bucket_s: float, seed: int) -> Stream:
    """A series that is taught for four weeks and has surges in the four after them."""
    rate = expected_counts(per_hour, bucket_s, WEEKS, seed)
    factors, surges = with_surges(rate, bucket_s, seed, TAUGHT_WEEKS * WEEK_S)
    return Stream(bucket_s, per_hour, rate, draw(rate * factors, seed), draw(rate, seed + 500_000), surges)
