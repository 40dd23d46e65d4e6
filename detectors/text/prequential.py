"""How good a model is now: each prediction judged when its label comes, older ones counting ever less.

Predict first, then learn: every label judges a model that had not seen it, so no data is set aside. Counts fade by
1 - 1 / `window_labels` a label; instead of making all of them smaller, the next one counts for more, so that an update
costs the same however many labels there are.

Source: Gama, Sebastião and Rodrigues, "On evaluating stream learning algorithms", Machine Learning 90, 2013 (fading
factors); Guo et al., "On Calibration of Modern Neural Networks", ICML 2017 (expected calibration error).
"""

import json
import math
from collections.abc import Sequence
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

BINS: Final = 10
_FLOOR: Final = 1e-15
_GROWN: Final = 1e100


class Bin(NamedTuple):
    """Predictions whose confidence lies in [low, high): how many, what they claimed, how often they were right.

    `predictions` is faded; `confidence` and `accuracy` are means between 0 and 1, NaN where nothing fell.
    """

    low: float
    high: float
    predictions: float
    confidence: float
    accuracy: float


class Prequential:
    """Macro-F1, log-loss, calibration and confusion of the last predictions.

    Parameters
    ----------
    labels
        What is told apart, at least two, in the order of the probabilities.
    window_labels
        A judgement this many labels ago counts for 37% of the newest; above 1, or inf: nothing fades.

    Raises
    ------
    ValueError
        If labels repeat or are fewer than 2, or the window is not above 1.

    Examples
    --------
    >>> quality = Prequential(("calm", "angry"))
    >>> for probabilities, label in [((0.9, 0.1), "calm"), ((0.8, 0.2), "angry"), ((0.3, 0.7), "angry")]:
    ...     quality.update(probabilities, label)
    >>> round(quality.macro_f1(), 3), round(quality.log_loss(), 3), quality.labels_seen
    (0.667, 0.691, 3)
    >>> Prequential.load(quality.dump()).macro_f1() == quality.macro_f1()
    True
    """

    def __init__(self, labels: Sequence[str], window_labels: float = 1_000.0) -> None:
        self.labels = tuple(labels)
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise ValueError("labels must be two or more different ones")
        if not window_labels > 1:
            raise ValueError("window_labels must be above 1")
        self.window_labels = window_labels
        self.labels_seen = 0
        self._growth = 1.0 / (1.0 - 1.0 / window_labels)
        self._unit = 1.0  # what the newest judgement counts for
        self._index = {label: i for i, label in enumerate(self.labels)}
        self._confusion = np.zeros((len(self.labels), len(self.labels)))
        self._bins = np.zeros((3, BINS))  # count, sum of confidences, right ones
        self._loss = 0.0

    def update(self, probabilities: Sequence[float], label: str, decided: str | None = None) -> None:
        """Judge one prediction by its label.

        `probabilities` are what the model said before it learned the label; `decided` is the label that it chose, if
        that is not the likeliest. Raises ValueError for an unknown label or another number of probabilities.
        """
        if len(probabilities) != len(self.labels):
            raise ValueError(f"{len(self.labels)} labels, but {len(probabilities)} probabilities")
        if label not in self._index or (decided is not None and decided not in self._index):
            raise ValueError("a label that these metrics do not have")
        truth = self._index[label]
        likeliest = max(range(len(self.labels)), key=probabilities.__getitem__)
        confidence = probabilities[likeliest]
        self._unit *= self._growth
        self._confusion[truth, likeliest if decided is None else self._index[decided]] += self._unit
        where = min(int(confidence * BINS), BINS - 1)
        self._bins[:, where] += self._unit, self._unit * confidence, self._unit * (likeliest == truth)
        self._loss -= self._unit * math.log(max(probabilities[truth], _FLOOR))
        self.labels_seen += 1
        if self._unit > _GROWN:
            self._rescale()

    def accuracy(self) -> float:
        """The share of decisions that were right; NaN before the first."""
        return _ratio(float(self._confusion.trace()), float(self._confusion.sum()))

    def macro_f1(self) -> float:
        """The mean F1 of the labels that were met or decided; NaN before the first."""
        right, met, decided = self._confusion.diagonal(), self._confusion.sum(axis=1), self._confusion.sum(axis=0)
        known = met + decided > 0
        return float(np.mean(2 * right[known] / (met + decided)[known])) if known.any() else math.nan

    def majority_macro_f1(self) -> float:
        """What always saying the commonest label would have had."""
        met = self._confusion.sum(axis=1)
        known = met + self._confusion.sum(axis=0) > 0
        return _ratio(2 * float(met.max()), float(met.max() + met.sum())) / known.sum() if known.any() else math.nan

    def log_loss(self) -> float:
        """The mean of -ln(probability of the true label); NaN before the first."""
        return _ratio(self._loss, float(self._bins[0].sum()))

    def ece(self) -> float:
        """Expected calibration error: how far confidence is from accuracy, on average over the predictions."""
        count, confidence, right = self._bins
        return _ratio(float(np.abs(confidence - right).sum()), float(count.sum()))

    def confusion(self) -> NDArray[np.float64]:
        """Faded counts, shape (labels, labels): row the truth, column the decision; the newest counts for 1."""
        counts: NDArray[np.float64] = self._confusion / self._unit
        return counts

    def reliability(self) -> list[Bin]:
        """What the model claimed and what came true, in `BINS` equal bins of confidence."""
        return [
            Bin(i / BINS, (i + 1) / BINS, count / self._unit, _ratio(confidence, count), _ratio(right, count))
            for i, (count, confidence, right) in enumerate(self._bins.T.tolist())
        ]

    def dump(self) -> bytes:
        """All of it as JSON, exact to the last bit."""
        state = {
            "labels": self.labels,
            "window_labels": None if math.isinf(self.window_labels) else self.window_labels,
            "labels_seen": self.labels_seen,
            "unit": self._unit,
            "loss": self._loss,
            "confusion": self._confusion.tolist(),
            "bins": self._bins.tolist(),
        }
        return json.dumps(state, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """What `dump` wrote. Raises ValueError if the bytes are something else."""
        try:
            state = json.loads(data)
            window = state["window_labels"]
            metrics = cls(state["labels"], math.inf if window is None else float(window))
            confusion = np.array(state["confusion"], dtype=np.float64)
            bins = np.array(state["bins"], dtype=np.float64)
            unit, loss, seen = float(state["unit"]), float(state["loss"]), int(state["labels_seen"])
        except (KeyError, TypeError, UnicodeDecodeError, OverflowError) as error:
            raise ValueError("not prequential metrics") from error
        if confusion.shape != metrics._confusion.shape or bins.shape != metrics._bins.shape or seen < 0:
            raise ValueError("prequential metrics of the wrong size")
        if not (np.isfinite(confusion).all() and np.isfinite(bins).all() and math.isfinite(loss) and unit >= 1):
            raise ValueError("prequential metrics with impossible numbers")
        metrics._confusion, metrics._bins = confusion, bins
        metrics._unit, metrics._loss, metrics.labels_seen = unit, loss, seen
        return metrics

    def _rescale(self) -> None:
        self._confusion /= self._unit
        self._bins /= self._unit
        self._loss /= self._unit
        self._unit = 1.0


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan
