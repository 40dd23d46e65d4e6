"""Softmax regression over flat arrays: River's model, compiled.

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
    """Weights and accumulated squares of `n_labels` classes over `n_slots` features (float64, zero at first).

    It learns as a member of an `Ensemble`, by its own probabilities alone: as it would by itself.
    """

    def __init__(self, n_slots: int, n_labels: int, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.weights: NDArray[np.float64] = np.zeros((n_slots, n_labels))
        self.squares: NDArray[np.float64] = np.zeros((n_slots, n_labels))

    def predict(self, features: Features) -> NDArray[np.float64]:
        """Probabilities, shape (rows, labels); each row sums to 1."""
        out = np.empty((len(features.starts) - 1, self.weights.shape[1]))
        _predict(self.weights, features.starts, features.slots, features.values, out)
        return out


@njit(cache=True)
def log_softmax(scores: Any) -> None:
    """Turn scores into log-probabilities, in place (compiled; for kernels)."""
    top = scores[0]
    for k in range(1, len(scores)):
        top = max(top, scores[k])
    total = 0.0
    for k in range(len(scores)):
        total += np.exp(scores[k] - top)
    shift = top + np.log(total)
    for k in range(len(scores)):
        scores[k] -= shift


@njit(cache=True)
def errors(log_probabilities: Any, target: int, out: Any) -> None:
    """Write to `out` how far each probability is from the truth: p_k - [k is the target] (compiled; for kernels)."""
    for k in range(len(out)):
        out[k] = min(max(np.exp(log_probabilities[k]), _CLAMP), 1.0 - _CLAMP)
    out[target] -= 1.0


@njit(cache=True)
def adagrad_step(weights: Any, squares: Any, rate: float, importance: float, value: float, error: Any) -> None:
    """One feature's step, on its rows of weights and squares (compiled; for kernels)."""
    for k in range(len(error)):
        gradient = error[k] * value
        squares[k] += importance * gradient * gradient
        weights[k] -= rate / np.sqrt(squares[k] + EPS) * importance * gradient


@njit(cache=True)
def _predict(weights: Any, starts: Any, slots: Any, values: Any, out: Any) -> None:
    for row in range(len(out)):
        out[row] = 0.0
        for i in range(starts[row], starts[row + 1]):
            for k in range(out.shape[1]):
                out[row, k] += weights[slots[i], k] * values[i]
        log_softmax(out[row])
        for k in range(out.shape[1]):
            out[row, k] = np.exp(out[row, k])
