"""Surges of sentiment: the share of angry messages jumps while their number is as usual."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.surges.traffic import START_S, SURGE_S, TAUGHT_WEEKS, WEEK_S, WEEKS, Floats, draw, expected_counts
from detectors.surge import sentiment
from detectors.surge.step import new_series

VOLUMES = (12.0, 60.0, 600.0)  # messages an hour, on the average
ODDS = (2.0, 4.0)
USUAL = 0.12
MORE_EACH = 0.5  # messages that a conversation writes after its first, on the average
LATER_S = 900.0  # after the one before, on the average


def messages(rate: Floats, bucket_s: float, share: Floats, seed: int) -> tuple[Floats, Floats]:
    """Messages and angry ones a bucket. Who is angry is so for the whole conversation, so anger comes in clumps.

    rate: the true mean of messages of each bucket; share: how many of the people who begin in it are angry.
    """
    rng = np.random.default_rng([seed, 4])
    begun = draw(rate / (1.0 + MORE_EACH), seed).astype(int)
    at = np.repeat(np.arange(len(rate)), begun)
    angry = rng.random(len(at)) < share[at]
    counts, angry_ones = np.zeros(len(rate)), np.zeros(len(rate))
    at_s = (at + rng.random(len(at))) * bucket_s
    while len(at_s):
        bucket = (at_s // bucket_s).astype(int)
        within = bucket < len(rate)
        np.add.at(counts, bucket[within], 1.0)
        np.add.at(angry_ones, bucket[within & angry], 1.0)
        goes_on = rng.random(len(at_s)) < MORE_EACH / (1.0 + MORE_EACH)
        at_s = (at_s + rng.exponential(LATER_S, len(at_s)))[goes_on]
        angry = angry[goes_on]
    return counts, angry_ones


@njit
def _follow(series: Any, start_s: float, bucket_s: float, counts: Floats, angry: Floats) -> NDArray[np.bool_]:
    on = np.zeros(len(counts), np.bool_)
    for i in range(len(counts)):
        sentiment.update(series[0], start_s + i * bucket_s, counts[i], angry[i])
        on[i] = not np.isnan(series[0].angry_onset_s)
    return on


def _surging(dial: float, bucket_s: float, counts: Floats, angry: Floats) -> NDArray[np.bool_]:
    series = np.array([new_series(bucket_s)])
    series["threshold"] = -np.log10(dial)
    return _follow(series, START_S, bucket_s, counts, angry)


def angry_cases(dial: float, bucket_s: float, n_series: int, seed: int) -> Iterator[str]:
    """What is found by volume, and false alarms in weeks without a surge, those of the first weeks too."""
    length = round(SURGE_S / bucket_s)
    for per_hour in VOLUMES:
        alarms = 0
        minutes: dict[float, list[float]] = {odds: [] for odds in ODDS}
        for number in range(n_series):
            own = seed * 1000 + number
            rate = expected_counts(per_hour, bucket_s, WEEKS, own)
            usual = np.full(len(rate), USUAL)
            on = _surging(dial, bucket_s, *messages(rate, bucket_s, usual, own))
            alarms += int(on[0]) + int(np.sum(on[1:] & ~on[:-1]))
            rng = np.random.default_rng([own, 5])
            firsts = np.arange(TAUGHT_WEEKS * WEEK_S, WEEKS * WEEK_S - 2 * 86_400, 2 * 86_400) + rng.uniform(0, 86_400)
            begins = (firsts // bucket_s).astype(int)
            sizes = rng.choice(ODDS, len(begins))
            for begin, odds in zip(begins, sizes, strict=True):
                usual[begin : begin + length] = odds * USUAL / (1.0 - USUAL + odds * USUAL)
            on = _surging(dial, bucket_s, *messages(rate, bucket_s, usual, own))
            for begin, odds in zip(begins, sizes, strict=True):
                seen = np.flatnonzero(on[begin : begin + length])
                minutes[odds].append((seen[0] + 1) * bucket_s / 60 if len(seen) else np.inf)
        found = "; ".join(
            f"odds x{odds:.0f}: {np.mean(np.isfinite(each)):.0%} of {len(each)} found, median {np.median(each):.0f} min"
            for odds, each in minutes.items()
        )
        yield f"angry, {per_hour:.0f}/h, dial {dial:g}: {alarms} alarms in {n_series * WEEKS} calm weeks; {found}"
