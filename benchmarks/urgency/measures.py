"""What is measured of a judge of urgency."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.text import URGENCIES

COSTS: Final = np.array(
    [
        [0.0, 0.25, 0.5, 1.0],
        [1.0, 0.0, 0.25, 0.5],
        [4.0, 2.0, 0.0, 0.25],
        [10.0, 6.0, 2.0, 0.0],
    ]
)
"""What a mistake costs: rows are true levels, columns what they were called, both in rising order. See the guide."""

USUAL_SHARES: Final = np.array([0.4, 0.4, 0.15, 0.05])
"""How common the levels are taken to be where they are not equally common: our assumption, not a measurement."""


def confusion(truth: Sequence[str], called: Sequence[str]) -> NDArray[np.int64]:
    """Counts, rows true levels, columns what they were called.

    >>> confusion(["low", "urgent"], ["low", "high"]).tolist()
    [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
    """
    counts = np.zeros((len(URGENCIES), len(URGENCIES)), dtype=np.int64)
    for true, call in zip(truth, called, strict=True):
        counts[URGENCIES.index(true), URGENCIES.index(call)] += 1
    return counts


def accuracy(counts: NDArray[np.int64]) -> float:
    """The share called rightly."""
    return float(counts.trace() / counts.sum())


def macro_f1(counts: NDArray[np.int64]) -> float:
    """The mean over levels of the harmonic mean of precision and recall; 0 for a level never called rightly."""
    both = counts.sum(axis=0) + counts.sum(axis=1)
    return float(np.mean(2 * counts.diagonal() / np.maximum(both, 1)))


def mean_cost(counts: NDArray[np.int64]) -> float:
    """The mean of `COSTS` over the messages.

    >>> mean_cost(confusion(["urgent", "low"], ["low", "urgent"]))
    5.5
    """
    return float((counts * COSTS).sum() / counts.sum())


def usual_cost(counts: NDArray[np.int64]) -> float:
    """The mean cost if the levels were as common as `USUAL_SHARES` (those that occur, at least)."""
    sizes = counts.sum(axis=1)
    costs = (counts * COSTS).sum(axis=1) / np.maximum(sizes, 1)
    return float((costs * USUAL_SHARES).sum() / USUAL_SHARES[sizes > 0].sum())


def kappa(counts: NDArray[np.int64]) -> float:
    """Agreement beyond chance (Cohen, 1960)."""
    share = counts / counts.sum()
    chance = float(share.sum(axis=0) @ share.sum(axis=1))
    return float((share.trace() - chance) / (1.0 - chance))
