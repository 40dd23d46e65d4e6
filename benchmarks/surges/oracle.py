"""Detectors that know what no detector can: how much of a delay is there to be saved, and how much of that by learning.

The oracle knows the true rate and its scatter: nothing that must learn them can be sooner. The other knows the habit to
the last digit, as after endless weeks, but not the drift of the hours: it allows for a tenth more, and more scatter.
"""

from math import log

import numpy as np
from numba import njit

from benchmarks.surges.traffic import DRIFT, SCATTER, Floats, Stream, habit
from detectors.surge.evidence import SIZES


@njit(cache=True)
def _evidence(counts, rate, sizes, phi, cap, ends):  # type: ignore[no-untyped-def]
    sums, scores, k = np.zeros(len(sizes)), np.zeros(len(counts)), 1.0 / phi
    for i in range(len(counts)):
        if ends[i]:
            sums[:] = 0.0
        for j in range(len(sizes)):
            q = np.log((sizes[j] * rate[i] + k) / (rate[i] + k))
            ratio = min(cap, counts[i] * (np.log(sizes[j]) - q) - k * q)
            sums[j] = min(np.exp(40.0), (min(1.0, rate[i]) + sums[j]) * np.exp(ratio))
        scores[i] = np.log(max(1e-40, sums.mean()))
    return scores


_ALLOWED = 1.12  # times the habit; the least delay on seed 21


def oracle(counts: Floats, stream: Stream) -> Floats:
    """The same evidence against the true rate; it also knows when a surge is over."""
    return _score(counts, stream, stream.rate, SCATTER)


def knows_habit(counts: Floats, stream: Stream) -> Floats:
    """The same against the true habit, without its drift."""
    usual = np.resize(habit(stream.per_hour, stream.bucket_s), len(counts))
    return _score(counts, stream, usual * _ALLOWED, SCATTER + DRIFT**2)


def _score(counts: Floats, stream: Stream, rate: Floats, phi: float) -> Floats:
    ends = np.zeros(len(counts), dtype=bool)
    ends[[surge.last for surge in stream.surges if surge.last < len(counts)]] = True
    cap = max(4.0, log(604_800 / stream.bucket_s) - 3.0)
    scores: Floats = _evidence(counts, rate, np.array(SIZES), phi, cap, ends)
    return scores
