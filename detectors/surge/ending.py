"""When a surge is over, and how large it is.

Evidence lingers, so the end is a test of its own: with theta the size of the surge so far (observed over expected, over
an hour or thirty expected messages, whichever is longer), it is over when the counts say for five nats that the rate is
back at the expected,

    S <- max(0, S - l_theta)      l_theta = log likelihood ratio of theta mu against mu

which at a thousand messages an hour takes two minutes and at thirty some ten. What then runs on between calm and the
size that it had is the tail of the same surge and no new one, for half an hour or so.

Source: Page, "Continuous inspection schemes", Biometrika 41, 1954 (CUSUM), turned downwards.
"""

from math import exp, log
from typing import Any, Final

from numba import njit

_MEMORY_MESSAGES: Final = 12.0
_MEMORY_S: Final = 300.0
_SIZE_S: Final = 3_600.0
_SIZE_MESSAGES: Final = 30.0
_TAIL_S: Final = 1_800.0
_PROOF: Final = 5.0
_HOLD_S: Final = 120.0
_LEAST_SIZE: Final = 1.5


@njit(cache=True)
def start(one: Any) -> None:
    """Begin in calm."""
    one.end_most = _PROOF / max(1.0, _HOLD_S / one.bucket_s)  # no end without two minutes of it
    one.end_k = 1.0


@njit(cache=True)
def size(one: Any) -> float:
    """Observed over expected since the surge began, faded."""
    return (one.run_count + 1.0) / (one.run_expected + 1.0)


@njit(cache=True)
def in_tail(one: Any) -> bool:
    """Whether what is seen is still the tail of the surge that ended last."""
    return one.ratio < 1.0 + one.tail


@njit(cache=True)
def aim(one: Any, expected: float, k: float) -> None:
    """Say how many messages a bucket is expected to bring, and the negative binomial's k = 1 / phi."""
    one.keep = exp(-min(expected / _MEMORY_MESSAGES, one.bucket_s / _MEMORY_S))
    one.size_keep = exp(-min(expected / _SIZE_MESSAGES, one.bucket_s / _SIZE_S))
    one.end_k = k


@njit(cache=True)
def update(one: Any, count: float, expected: float, rising: bool, active: bool) -> bool:
    """Take in a bucket; answers whether a surge that is `active` is over with it.

    `rising`: the evidence speaks for a surge since some bucket, this or an earlier one.
    """
    one.end_count = one.end_count * one.keep + count
    one.end_expected = one.end_expected * one.keep + expected
    one.end_weight = one.end_weight * one.keep + 1.0
    one.ratio = (one.end_count + 1.0) / (one.end_expected + 1.0)
    if not active:
        one.proof = 0.0
        if one.tail > 0.0:
            one.tail *= _TAIL_S / (_TAIL_S + one.bucket_s)
        if not rising:
            one.run_count = one.run_expected = 0.0
            return False
    one.run_count = one.run_count * one.size_keep + count
    one.run_expected = one.run_expected * one.size_keep + expected
    if not active:
        return False
    theta, k = max(_LEAST_SIZE, size(one)), one.end_k
    q = log((theta * expected + k) / (expected + k))
    back = k * q - count * (log(theta) - q)
    one.proof = max(0.0, one.proof + min(back, one.end_most))
    if one.proof < _PROOF:
        return False
    one.tail = 0.8 * (theta - 1.0)
    one.run_count = one.run_expected = 0.0
    return True


@njit(cache=True)
def end(one: Any) -> None:
    """Start over, at a new level: what is seen now is calm."""
    one.end_count = one.end_expected = one.end_weight = 0.0
    one.run_count = one.run_expected = 0.0
    one.proof = one.tail = 0.0
    one.ratio = 1.0
