"""How long an incident will last, and how large it gets: from those of the group that are over.

Durations are taken as log-normal: of past incidents, and of a prior that weighs as much as three (median 45 minutes,
within 10 minutes and 3.5 hours four times in five). That an incident has lasted for `age_s` rules out all shorter ones,
so quantiles are of what is left. So with the peak over its height when first seen (prior: a third more, four times in
five at most twice), except that a peak comes early: what it may still grow by fades with a quarter of an hour.

An interval is where it will lie four times in five if incidents go on as they did.

Source: Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time Data", section 2.2 (log-normal survival).
"""

from math import erfc, exp, log, sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

_NORMAL: Final = NormalDist()
_LEVELS: Final = (0.1, 0.5, 0.9)
_PRIOR_WEIGHT: Final = 3.0
_DURATION: Final = (log(2_700.0), 1.2)
_GROWTH: Final = (log(1.3), 0.4)
_PEAK_S: Final = 900.0
_LEAST: Final = 1e-300


class Outlook(NamedTuple):
    """When a surge is expected to end (seconds since the epoch) and the most messages a bucket it is expected to reach,
    each with the ends of an interval that holds it four times in five.
    """

    end_low_s: float
    expected_end_s: float
    end_high_s: float
    peak_low: float
    expected_peak: float
    peak_high: float


class Past:
    """What past incidents were like.

    >>> past, onset_s = Past(), 0.0
    >>> short = past.outlook(onset_s=0.0, at_s=600.0, height=100.0)
    >>> for _ in range(20):
    ...     past.learn(duration_s=7_200.0, growth=2.0)
    >>> long = past.outlook(onset_s=0.0, at_s=600.0, height=100.0)
    >>> short.expected_end_s < 4_000 < long.expected_end_s < 8_000
    True
    """

    def __init__(self) -> None:
        self._number = 0.0
        self._sums = [0.0, 0.0, 0.0, 0.0]  # of log durations, their squares, of log growths, their squares

    def learn(self, duration_s: float, growth: float) -> None:
        """Take in an incident that is over; `growth`: its peak over its height when it was first said."""
        longs, grew = log(max(60.0, duration_s)), log(max(1.0, growth))
        self._number += 1.0
        for i, value in enumerate((longs, longs * longs, grew, grew * grew)):
            self._sums[i] += value

    def outlook(self, onset_s: float, at_s: float, height: float) -> Outlook:
        """Of an incident since `onset_s` that is still on at `at_s` and has reached `height` messages a bucket."""
        age_s = max(60.0, at_s - onset_s)
        mean, sd = self._fit(0, *_DURATION)
        # In the upper tail, as a share of what is left: near 1 a probability has no room for it.
        left = max(_LEAST, 0.5 * erfc((log(age_s) - mean) / sd / sqrt(2.0)))
        ends = [onset_s + exp(mean - sd * _NORMAL.inv_cdf(left * (1.0 - level))) for level in _LEVELS]
        mean, sd = self._fit(2, *_GROWTH)
        to_come = exp(-(age_s - 60.0) / _PEAK_S)
        grows = [max(0.0, mean + sd * _NORMAL.inv_cdf(level)) * to_come for level in _LEVELS]
        low, middle, high = (max(at_s, end_s) for end_s in ends)
        return Outlook(low, middle, high, *(height * exp(one) for one in grows))

    def _fit(self, first: int, mean: float, sd: float) -> tuple[float, float]:
        number = _PRIOR_WEIGHT + self._number
        fitted = (_PRIOR_WEIGHT * mean + self._sums[first]) / number
        squares = (_PRIOR_WEIGHT * (sd * sd + mean * mean) + self._sums[first + 1]) / number
        return fitted, max(0.2, sqrt(max(0.0, squares - fitted * fitted)))

    def dump(self) -> list[float]:
        """All state, for `load`."""
        return [self._number, *self._sums]

    def load(self, state: list[float]) -> None:
        """Go on from a dump."""
        self._number, *self._sums = state
