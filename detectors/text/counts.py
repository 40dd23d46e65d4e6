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
from numpy.typing import NDArray

_SMOOTHING: Final = 0.3


@njit(cache=True)
def count(quick: Any, totals: Any, slots: Any, begin: int, end: int, target: int, importance: float) -> None:
    """Count a text's features under its label (compiled; for kernels).

    A row of `quick` ends with the gains, a place a label, and 1 if the feature was met before; `totals` has C of each
    label, then V.
    """
    met = quick.shape[1] - 1
    gain = len(totals) - 1 + target
    for i in range(begin, end):
        row = quick[slots[i]]
        if row[met] == 0.0:
            row[met] = 1.0
            totals[len(totals) - 1] += 1.0
        row[gain] = np.log(np.exp(row[gain]) + importance / _SMOOTHING)
    totals[target] += importance * (end - begin)


@njit(cache=True)
def base_of(totals: Any, out: Any) -> None:
    """Write ln(C / a + V) of each label to `out` (compiled; for kernels)."""
    for k in range(len(out)):
        out[k] = np.log(totals[k] / _SMOOTHING + max(totals[len(out)], 1.0))


def fade(quick: NDArray[np.float32], totals: NDArray[np.float64], keep: float) -> None:
    """Let all counts be `keep` times what they were (0 to 1)."""
    n_labels = len(totals) - 1
    met = np.flatnonzero(quick[:, -1])
    quick[met, n_labels:-1] = np.log1p(keep * np.expm1(quick[met, n_labels:-1]))
    totals[:-1] *= keep
