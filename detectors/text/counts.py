"""Naive Bayes over the same features: how often each was seen with each label.

It is good after few labels, when softmax regression has hardly moved. With c a feature's count under a label, a the
smoothing, C the label's counts of all features and V how many different features were seen, a label's score is the sum
over the features seen before, of value x,

    x ln((c + a) / (C + a V)) = x (ln(1 + c / a) - ln(C / a + V))

The first logarithm is what is stored for each feature and label (its gain), so that a prediction needs none. No prior:
the other models know how common a label is, and naive Bayes is better with rare ones without.

Source: Rennie et al., "Tackling the Poor Assumptions of Naive Bayes Text Classifiers", ICML 2003.
"""

from typing import Any, Final

import numpy as np
from numba import njit

_SMOOTHING: Final = 0.3


@njit(cache=True)
def count(gains: Any, totals: Any, slots: Any, begin: int, end: int, target: int, importance: float) -> None:
    """Count a text's features under its label. `totals`: a place a label, then one for V (compiled; for kernels)."""
    for i in range(begin, end):
        row = gains[slots[i]]
        seen = 0.0
        for k in range(len(row)):
            seen += row[k]
        if seen == 0.0:
            totals[len(row)] += 1.0
        row[target] = np.log(np.exp(row[target]) + importance / _SMOOTHING)
    totals[target] += importance * (end - begin)


@njit(cache=True)
def base_of(totals: Any, out: Any) -> None:
    """Write ln(C / a + V) of each label to `out` (compiled; for kernels)."""
    for k in range(len(out)):
        out[k] = np.log(totals[k] / _SMOOTHING + max(totals[len(out)], 1.0))


def fade(gains: Any, totals: Any, keep: float) -> None:
    """Let all counts be `keep` times what they were (0 to 1)."""
    _fade(gains, keep)
    totals[:-1] *= keep


@njit(cache=True)
def _fade(gains: Any, keep: float) -> None:
    for slot in range(gains.shape[0]):
        for k in range(gains.shape[1]):
            if gains[slot, k] > 0:
                gains[slot, k] = np.log(1.0 + keep * (np.exp(gains[slot, k]) - 1.0))
