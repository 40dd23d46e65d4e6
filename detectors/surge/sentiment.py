"""Does the share of angry messages jump, whatever the volume does?

The share is compared with its own habit p (fading over 14 days) by the binomial likelihood ratio of odds twice and four
times as high, summed over all moments at which that may have begun (Shiryaev-Roberts, as in evidence.py). Who is angry
is so for a whole conversation, and those of one outage together, so the log ratio is divided by how much more the
shares of blocks of an hour (20 messages at least) scatter than chance allows, which is taken for twice as much until it
is known. A bucket proves at most 4 nats. Nothing is said before 200 messages were seen.

Messages on which evidence rests are kept apart until it falls, and are no part of the habit if it turns into a surge;
after a day without one they are how people are now. The habit itself is an estimate: t messages on trial against n of
the habit differ by 1 + t/n times the variance of chance, so what they prove together is divided by it. It is over when
the share of the last 40 messages or so has come back by seven tenths.

Source: as evidence.py; McCullagh and Nelder, "Generalized Linear Models", section 4.5 (overdispersion); the variance of
the difference of two means.
"""

from math import exp, isnan, log, nan
from typing import Any, Final

from numba import njit

from detectors.surge.calendar import DAY_S, WEEK_S

ODDS: Final = (2.0, 4.0)
_N: Final = len(ODDS)
_MEMORY_S: Final = 14.0 * DAY_S
_LEAST_SEEN: Final = 200.0
_MOST_PROOF: Final = 4.0
_MOST: Final = exp(30.0)
_RECENT: Final = 40.0
_BLOCK: Final = 20.0
_BLOCK_S: Final = 3_600.0
_BACK: Final = 0.3
_SUSPECT: Final = 2.0
_LN_10: Final = log(10.0)


@njit(cache=True)
def share(one: Any) -> float:
    """The usual share of angry messages."""
    return min(0.97, max(0.01, (one.angry + 2.0) / (one.said + 8.0)))


@njit(cache=True)
def recent(one: Any) -> float:
    """The share among the last messages."""
    p = share(one)
    return (one.recent_angry + 4.0 * p) / (one.recent_said + 4.0)


@njit(cache=True)
def update(one: Any, start_s: float, count: float, angry: float) -> None:
    """Take in a bucket of `count` messages, `angry` of them angry."""
    p = share(one)
    if count > 0.0:
        keep = exp(-count / _RECENT)
        one.recent_said = one.recent_said * keep + count
        one.recent_angry = one.recent_angry * keep + angry
    evidence = _weigh(one, start_s, count, angry, p) if one.said >= _LEAST_SEEN else -1.0
    one.trial_said += count
    one.trial_angry += angry
    one.angry_block_said += count
    one.angry_block += angry
    if start_s - one.angry_block_s >= _BLOCK_S and one.angry_block_said >= _BLOCK:
        one.trial_scatter += (one.angry_block - one.angry_block_said * p) ** 2
        one.trial_chance += one.angry_block_said * p * (1.0 - p)
        _begin_block(one, start_s + one.bucket_s)
    if not isnan(one.angry_onset_s):
        one.angry_peak = max(one.angry_peak, recent(one))
        lasts = start_s - one.angry_onset_s > DAY_S  # then it is how people are now
        if lasts or recent(one) < p + _BACK * (one.angry_peak - p):
            one.angry_onset_s = nan
            one.angry_sums[:] = 0.0
            if lasts:
                _learn(one)
            _end_trial(one)
            _begin_block(one, start_s + one.bucket_s)
    elif evidence >= log(WEEK_S / one.bucket_s) + one.threshold * _LN_10:
        one.angry_onset_s, one.angry_peak = one.angry_began_s, recent(one)
    elif evidence < _SUSPECT:
        _learn(one)
        _end_trial(one)
    elif start_s - one.angry_began_s > DAY_S:
        one.angry_sums[:] = 0.0
        _learn(one)
        _end_trial(one)


@njit(cache=True)
def _learn(one: Any) -> None:
    """What was on trial is part of the habit."""
    keep = exp(-one.bucket_s / _MEMORY_S)
    one.said = one.said * keep + one.trial_said
    one.angry = one.angry * keep + one.trial_angry
    one.angry_scatter = one.angry_scatter * keep + one.trial_scatter
    one.angry_chance = one.angry_chance * keep + one.trial_chance


@njit(cache=True)
def _begin_block(one: Any, start_s: float) -> None:
    one.angry_block_said = one.angry_block = 0.0
    one.angry_block_s = start_s


@njit(cache=True)
def _end_trial(one: Any) -> None:
    one.trial_said = one.trial_angry = one.trial_scatter = one.trial_chance = 0.0


@njit(cache=True)
def _weigh(one: Any, start_s: float, count: float, angry: float, p: float) -> float:
    scatter = max(1.0, (one.angry_scatter + 20.0) / (one.angry_chance + 10.0))
    scatter *= (1.0 + (one.trial_said + count) / one.said) ** 2  # squared, for the sum of all: t / (1 + t/n)
    total = 0.0
    for i in range(_N):
        q = ODDS[i] * p / (1.0 - p + ODDS[i] * p)
        ratio = (angry * log(q / p) + (count - angry) * log((1.0 - q) / (1.0 - p))) / scatter
        if one.angry_sums[i] < 1.0 and i == 0:
            one.angry_began_s = start_s
        first = 1.0 if count > 0.0 else 0.0
        one.angry_sums[i] = min(_MOST, (first + one.angry_sums[i]) * exp(min(_MOST_PROOF, ratio)))
        total += one.angry_sums[i]
    return log(total / _N) if total > 1e-40 else -92.0
