"""Any classifier or pipeline of River in the place of ours: text in, probabilities of all labels out.

Slower by a factor of 20 to 100 than `TextClassifier`, and without its snapshots: River's models can only be pickled,
and a pickle runs whatever its writer wished. Such a model is brought up to date by replaying its examples.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from river import base, compose

from detectors.text.features import extract
from detectors.text.normalise import normalise_many

_SLOTS_LOG2: Final = 18


class RiverModel:
    """A model of River's that judges texts.

    A pipeline is given the normalised text, so that it begins with something that reads text, such as
    `feature_extraction.BagOfWords()`. A classifier alone is given our hashed features, {slot: value}.

    Parameters
    ----------
    model
        River's classifier or pipeline. It is learned here, so give it to nobody else.
    labels
        What can be told apart, at least two; probabilities come in this order. Labels that the model has not met have
        the probability 0; what it says of foreign ones is left out, and before it says anything all are equal.

    Examples
    --------
    >>> from river import feature_extraction, naive_bayes
    >>> model = RiverModel(feature_extraction.BagOfWords() | naive_bayes.MultinomialNB(), ("bad", "good"))
    >>> model.learn_many(["what a mess", "works well"], ["bad", "good"])
    >>> model.predict_proba_many(["it works"]).argmax(axis=1).tolist()
    [1]
    """

    def __init__(self, model: base.Classifier, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise ValueError("labels must be two or more different ones")
        if not isinstance(model, base.Classifier):
            raise ValueError("not a classifier of River")
        self.model = model
        self._reads_text = isinstance(model, compose.Pipeline)

    def predict_proba_many(
        self, texts: Sequence[str], languages: Sequence[str | None] | None = None
    ) -> NDArray[np.float64]:
        """Probabilities of a batch, shape (texts, labels), in the order of `labels`; each row sums to 1."""
        out = np.zeros((len(texts), len(self.labels)))
        for row, x in zip(out, self._read(texts, languages), strict=True):
            said = self.model.predict_proba_one(x)
            row[:] = [max(said.get(label, 0.0), 0.0) for label in self.labels]
            total = row.sum()
            row[:] = row / total if 0 < total < np.inf else 1.0 / len(self.labels)
        return out

    def decide(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        """The labels to act on, as indices, shape (texts,): the likeliest."""
        decided: NDArray[np.int64] = probabilities.argmax(axis=1)
        return decided

    def learn_many(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        languages: Sequence[str | None] | None = None,
    ) -> None:
        """Learn a batch, in order. Raises ValueError for an unknown label, before learning, or unequal lengths."""
        if len(labels) != len(texts):
            raise ValueError(f"{len(texts)} texts, but {len(labels)} labels")
        if not set(labels) <= set(self.labels):
            raise ValueError("a label that this model does not have")
        for x, label in zip(self._read(texts, languages), labels, strict=True):
            self.model.learn_one(x, label)

    def _read(self, texts: Sequence[str], languages: Sequence[str | None] | None) -> list[str] | list[dict[int, float]]:
        normalised = normalise_many(texts)
        if self._reads_text:
            return normalised.strings()
        known = [None] * len(texts) if languages is None else languages
        if len(known) != len(texts):
            raise ValueError(f"{len(texts)} texts, but {len(known)} languages")
        features = extract(normalised, known, _SLOTS_LOG2)
        return [features.row(i) for i in range(len(texts))]
