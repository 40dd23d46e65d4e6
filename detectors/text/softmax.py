"""Softmax regression with AdaGrad over flat arrays: River's model, compiled.

River keeps a dict of weights and an optimizer for each class; here weights and accumulated squares are two arrays of
shape (slots, labels), and a batch is one compiled call. The arithmetic is River's
`SoftmaxRegression(optim.AdaGrad(lr))`, step by step: with p the softmax of the scores, clamped to [1e-15, 1 - 1e-15],
a feature of value x and a label k

    g = (p_k - [k is the label]) x      s += g^2      w -= lr / sqrt(s + 1e-8) g

A label of weight v counts as the v-th part of one: s += v g^2, w -= lr v / sqrt(s + 1e-8) g. (Scaling g instead would
not weaken the first label of a word: AdaGrad divides by what it multiplied.)

All labels take part from the start, so an untrained model says 1 / labels (River adds a class when it first sees it).

Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods", JMLR 12, 2011; river.linear_model.SoftmaxRegression.
"""

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detectors.text.features import Features

EPS: Final = 1e-8
_CLAMP: Final = 1e-15


class Softmax:
    """Weights and accumulated squares of `n_labels` classes over `n_slots` features (float64, zero at first)."""

    def __init__(self, n_slots: int, n_labels: int, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.weights: NDArray[np.float64] = np.zeros((n_slots, n_labels))
        self.squares: NDArray[np.float64] = np.zeros((n_slots, n_labels))

    def predict(self, features: Features) -> NDArray[np.float64]:
        """Probabilities, shape (rows, labels); each row sums to 1."""
        out = np.empty((len(features.starts) - 1, self.weights.shape[1]))
        _predict(self.weights, features.starts, features.slots, features.values, out)
        return out

    def learn(self, features: Features, targets: NDArray[np.int64], importances: NDArray[np.float64]) -> None:
        """Learn the rows one after the other; `targets`, indices of labels, and `importances` have shape (rows,)."""
        starts, slots, values = features
        _learn(self.weights, self.squares, self.learning_rate, starts, slots, values, targets, importances)


@njit(cache=True)
def _probabilities(weights: Any, slots: Any, values: Any, begin: int, end: int, out: Any) -> None:
    n_labels = weights.shape[1]
    for k in range(n_labels):
        out[k] = 0.0
    for i in range(begin, end):
        slot, value = slots[i], values[i]
        for k in range(n_labels):
            out[k] += weights[slot, k] * value
    top = out[0]
    for k in range(1, n_labels):
        top = max(top, out[k])
    total = 0.0
    for k in range(n_labels):
        out[k] = np.exp(out[k] - top)
        total += out[k]
    for k in range(n_labels):
        out[k] /= total


@njit(cache=True)
def _predict(weights: Any, starts: Any, slots: Any, values: Any, out: Any) -> None:
    for row in range(len(out)):
        _probabilities(weights, slots, values, starts[row], starts[row + 1], out[row])


@njit(cache=True)
def _learn(
    weights: Any,
    squares: Any,
    learning_rate: float,
    starts: Any,
    slots: Any,
    values: Any,
    targets: Any,
    importances: Any,
) -> None:
    n_labels = weights.shape[1]
    error = np.empty(n_labels)
    for row in range(len(targets)):
        _probabilities(weights, slots, values, starts[row], starts[row + 1], error)
        for k in range(n_labels):
            error[k] = min(max(error[k], _CLAMP), 1.0 - _CLAMP)
        error[targets[row]] -= 1.0
        importance = importances[row]
        for i in range(starts[row], starts[row + 1]):
            slot, value = slots[i], values[i]
            for k in range(n_labels):
                gradient = error[k] * value
                squares[slot, k] += importance * gradient * gradient
                weights[slot, k] -= learning_rate / np.sqrt(squares[slot, k] + EPS) * importance * gradient
