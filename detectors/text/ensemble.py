"""Four models that read one text together, in one compiled pass over its features, and are mixed.

- softmax: AdaGrad, River's own (`softmax.py`): the best once there are labels enough.
- swift: softmax regression with plain gradient steps, which follows what has just changed.
- counts: naive Bayes (`counts.py`): the best on the first few hundred labels.
- prior: weights that were given on the first day and do not learn, so that they cannot be spoiled; often none.

Each learns by its own probabilities alone; `mixing.py` weighs what they say. When the mixture's errors rise
(`detectors.drift`), the past counts for less: AdaGrad's squares, naive Bayes' counts and the mixture's memory shrink.

What swift and counts know of a slot is one row of float32, `quick`: swift's weights, counts' gains, and 1 if counts
has met it. That is half the memory, one place to look at instead of three, and more digits than their steps have.
"""

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detectors.drift.rising import new_buckets, note
from detectors.text.counts import base_of, count, fade
from detectors.text.features import Features
from detectors.text.mixing import CURVATURE, adapt, mix
from detectors.text.softmax import Softmax, adagrad_step, errors, log_softmax

MEMBERS: Final = ("softmax", "swift", "counts", "prior")
_FIRST_TRUSTS: Final = (0.6, 0.05, 0.25, 0.5)
_SWIFT_RATE: Final = 1.0
_FALSE_ALARM: Final = 0.0005
_KEEP_SQUARES: Final = 0.05
_KEEP_COUNTS: Final = 0.1
_KEEP_CURVATURE: Final = 0.1


class Ensemble:
    """The four members, their mixture and their drift detector; everything that learns.

    `alarms` counts the drifts noticed, `n_learned` the labels learned, `seen` has how often each label was.
    """

    def __init__(self, n_slots: int, n_labels: int, learning_rate: float) -> None:
        self.softmax = Softmax(n_slots, n_labels, learning_rate)
        self.quick: NDArray[np.float32] = np.zeros((n_slots, 2 * n_labels + 1), dtype=np.float32)
        self.prior: NDArray[np.float32] = np.zeros((0, n_labels), dtype=np.float32)
        self.totals = np.zeros(n_labels + 1)
        self.trusts = np.array(_FIRST_TRUSTS)
        self.curvatures = np.full(len(MEMBERS), CURVATURE)
        self.errors = new_buckets()
        self.seen = np.zeros(n_labels)
        self.alarms = 0

    @property
    def n_learned(self) -> int:
        """How many labels were learned, weak ones included."""
        return int(self.seen.sum())

    def predict(self, features: Features) -> NDArray[np.float64]:
        """The mixture's probabilities, shape (rows, labels); each row sums to 1."""
        out = np.empty((len(features.starts) - 1, len(self.seen)))
        starts, slots, values = features
        tables = (self.softmax.weights, self.quick, self.prior)
        _predict(*tables, self.totals, self.trusts, starts, slots, values, out)
        return out

    def learn(
        self, features: Features, targets: NDArray[np.int64], importances: NDArray[np.float64], repeats: int
    ) -> None:
        """Learn the rows one after the other, each `repeats` times; the mixture and drift judge it once, before.

        `targets`, indices of labels, and `importances`, above 0 and at most 1, have the shape (rows,).
        """
        starts, slots, values = features
        row = 0
        while row < len(targets):
            row, alarm = _learn(
                self.softmax.weights, self.softmax.squares, self.softmax.learning_rate, self.quick, self.prior,
                self.totals, self.trusts, self.curvatures, self.errors, self.seen,
                starts, slots, values, targets, importances, repeats, row,
            )  # fmt: skip
            if alarm:
                self._drifted()

    def _drifted(self) -> None:
        self.alarms += 1
        learned = np.flatnonzero(self.softmax.squares[:, 0])  # the others' memory is not even there yet
        self.softmax.squares[learned] *= _KEEP_SQUARES
        fade(self.quick, self.totals, _KEEP_COUNTS)
        self.curvatures *= _KEEP_CURVATURE


@njit(cache=True)
def _say(
    weights: Any, quick: Any, prior: Any, base: Any, slots: Any, values: Any, begin: int, end: int, sums: Any, logs: Any
) -> None:
    """Write the members' log-probabilities to `logs`, shape (members, labels); `sums` is scratch, as long as a row."""
    n_labels, n_quick = weights.shape[1], quick.shape[1]
    logs[:] = 0.0
    sums[:] = 0.0
    for i in range(begin, end):
        slot, value = slots[i], values[i]
        for k in range(n_labels):
            logs[0, k] += weights[slot, k] * value
        for k in range(n_quick):
            sums[k] += quick[slot, k] * value
    for k in range(n_labels):
        logs[1, k] = sums[k]
        logs[2, k] = sums[n_labels + k] - sums[n_quick - 1] * base[k]
    if len(prior) > 0:
        for i in range(begin, end):
            for k in range(n_labels):
                logs[3, k] += prior[slots[i], k] * values[i]
    for m in range(4):
        log_softmax(logs[m])


@njit(cache=True)
def _predict(
    weights: Any, quick: Any, prior: Any, totals: Any, trusts: Any, starts: Any, slots: Any, values: Any, out: Any
) -> None:
    n_labels = weights.shape[1]
    logs, base, sums = np.empty((4, n_labels)), np.empty(n_labels), np.empty(quick.shape[1])
    base_of(totals, base)
    for row in range(len(out)):
        _say(weights, quick, prior, base, slots, values, starts[row], starts[row + 1], sums, logs)
        mix(logs, trusts, out[row])


@njit(cache=True)
def _learn(
    weights: Any, squares: Any, rate: float, quick: Any, prior: Any, totals: Any, trusts: Any, curvatures: Any,
    window: Any, label_counts: Any, starts: Any, slots: Any, values: Any, targets: Any, importances: Any, repeats: int,
    row: int,
) -> Any:  # fmt: skip
    """Learn from `row` on; where it ended, and whether by an alarm (after which the next row comes)."""
    n_labels = weights.shape[1]
    logs, base, mixture = np.empty((4, n_labels)), np.empty(n_labels), np.empty(n_labels)
    error, swift_error, sums = np.empty(n_labels), np.empty(n_labels), np.empty(quick.shape[1])
    while row < len(targets):
        begin, end, target, importance = starts[row], starts[row + 1], targets[row], importances[row]
        alarm = False
        for repeat in range(repeats):
            base_of(totals, base)
            _say(weights, quick, prior, base, slots, values, begin, end, sums, logs)
            if repeat == 0:
                mix(logs, trusts, mixture)
                best = 0
                for k in range(1, n_labels):
                    if mixture[k] > mixture[best]:
                        best = k
                alarm = note(window, 1.0 if best != target else 0.0, _FALSE_ALARM)
                adapt(logs, mixture, target, importance, trusts, curvatures)
            errors(logs[0], target, error)
            errors(logs[1], target, swift_error)
            for k in range(n_labels):
                swift_error[k] *= _SWIFT_RATE * importance
            for i in range(begin, end):
                slot, value = slots[i], values[i]
                adagrad_step(weights[slot], squares[slot], rate, importance, value, error)
                for k in range(n_labels):
                    quick[slot, k] -= swift_error[k] * value
            count(quick, totals, slots, begin, end - 1, target, importance)
        label_counts[target] += 1.0
        row += 1
        if alarm:
            return row, True
    return row, False
