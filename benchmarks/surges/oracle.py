"""A detector that knows the true rate and its scatter: nothing that must learn them can be sooner."""

from math import log

import numpy as np
from numba import njit

from benchmarks.surges.traffic import SCATTER, Floats, Stream
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


def oracle(counts: Floats, stream: Stream) -> Floats:
    """The same evidence against the true rate; it also knows when a surge is over."""
    ends = np.zeros(len(counts), dtype=bool)
    ends[[surge.last for surge in stream.surges if surge.last < len(counts)]] = True
    cap = max(4.0, log(604_800 / stream.bucket_s) - 3.0)
    scores: Floats = _evidence(counts, stream.rate, np.array(SIZES), SCATTER, cap, ends)
    return scores
