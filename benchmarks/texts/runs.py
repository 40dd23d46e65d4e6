"""A model over a stream: predict each text, then learn it, at once or late, all labels or a few."""

import statistics
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.texts.streams import Stream
from detectors.text import TextClassifier
from detectors.text.learning import REPEATS
from detectors.text.prequential import Prequential

LABEL_SHARE = 0.1


class Run(NamedTuple):
    """What a model said of each text before it learned it; `alarms` are places in the stream."""

    labels: tuple[str, ...]
    probabilities: NDArray[np.float64]
    decided: list[str]
    alarms: list[int]

    def quality(self, stream: Stream, start: int, stop: int) -> Prequential:
        """The figures of a part of the stream, by what was decided."""
        metrics = Prequential(self.labels, np.inf)
        for t in range(start, stop):
            metrics.update(self.probabilities[t].tolist(), stream.labels[t], self.decided[t])
        return metrics


def run(
    model: TextClassifier,
    stream: Stream,
    late: int = 0,
    asks: Callable[[int, NDArray[np.float64]], bool] | None = None,
) -> Run:
    """Predict each text, then learn it, or (`late`) the one that came so many before, if its label was asked for."""
    probabilities, decided, alarms = [], [], []
    waiting: deque[int | None] = deque()
    repeats = 1 if asks is None else REPEATS  # as `learn` repeats labels where they are few
    for t, text in enumerate(stream.texts):
        features = model.features([text], [stream.language])
        said = model.predict_features(features)
        probabilities.append(said[0])
        decided.append(model.labels[model.decide(said)[0]])
        waiting.append(t if asks is None or asks(t, said[0]) else None)
        if len(waiting) > late and (due := waiting.popleft()) is not None:
            if due != t:
                features = model.features([stream.texts[due]], [stream.language])
            before = model.alarms
            model.learn_features(features, [stream.labels[due]], repeats=repeats)
            alarms += [t] * (model.alarms - before)
    return Run(model.labels, np.array(probabilities), decided, alarms)


def random_asker(seed: int) -> Callable[[int, NDArray[np.float64]], bool]:
    """Ask for a tenth of the labels, by chance."""
    rng = np.random.default_rng(seed)
    return lambda t, said: bool(rng.random() < LABEL_SHARE)


def unsure_asker(seed: int) -> Callable[[int, NDArray[np.float64]], bool]:
    """Ask for a tenth as triage does: by chance, in proportion to how near the two likeliest labels are.

    What is proportional to 1 - margin is set to a tenth by the mean of the last 500.
    """
    rng, recent = np.random.default_rng(seed), deque[float](maxlen=500)

    def asks(t: int, said: NDArray[np.float64]) -> bool:
        second, first = np.sort(said)[-2:]
        recent.append(float(1 - (first - second)))
        return bool(rng.random() < LABEL_SHARE * recent[-1] * len(recent) / sum(recent))

    return asks


def ece_by_chance(run: Run, start: int, rounds: int = 100, seed: int = 0) -> float:
    """The calibration error to expect from `start` on of a model whose probabilities are exactly true.

    So few messages are right a little more or less often than their probabilities say. The mean of `rounds` streams
    whose labels are drawn from the probabilities. Source: Bröcker and Smith, "Increasing the Reliability of
    Reliability Diagrams", Weather and Forecasting 22, 2007.
    """
    rng, probabilities = np.random.default_rng(seed), run.probabilities[start:]
    errors = []
    for _ in range(rounds):
        metrics = Prequential(run.labels, np.inf)
        for row in probabilities.tolist():
            metrics.update(row, str(rng.choice(run.labels, p=row)))
        errors.append(metrics.ece())
    return statistics.mean(errors)
