"""A text classifier that learns as it goes: hashed features, an ensemble of fast models, and a place in River."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from river import base

from detectors.text.ensemble import MEMBERS, Ensemble
from detectors.text.features import EXTRA_SLOTS, Features, evidence_slot, extract
from detectors.text.normalise import normalise_many
from detectors.text.snapshot import pack, parameters_of, unpack_into
from detectors.text.softmax import Softmax

_MAX_SLOTS_LOG2: Final = 22
_MAX_LABELS: Final = 1_000
_FEW_LABELS: Final = 20
_BESIDE_PRIOR: Final = 0.3
_PRIOR_POWER: Final = 0.3


class TextClassifier(base.MiniBatchClassifier):
    """Learns short texts in any language, label by label, and says how likely each label is.

    Softmax regression with AdaGrad, a swift one and naive Bayes read the same hashed words and characters; a mixture
    trusts each as its last predictions deserve, so that the probabilities come true (`ensemble.py`, `mixing.py`). When
    errors become more frequent, the past counts for less (`alarms` says how often that was). Its softmax regression
    alone equals River's `SoftmaxRegression(optim.AdaGrad(learning_rate))` on the same features.

    `predict_one` and `predict_many` decide by p / (the label's share of all labels so far) ^ 0.3: rare labels, which
    matter, are found more often than by the highest probability.

    Every method takes any `str`; of a text `MAX_CHARS` characters are read. Where River's mini-batch estimators take a
    data frame, this one takes texts: a list, or a pandas Series. Learning is exact in order and deterministic.

    Parameters
    ----------
    labels
        What can be told apart, at least two; probabilities come in this order.
    learning_rate
        AdaGrad's step; None for 0.1 up to 20 labels, 0.3 above.
    slots_log2
        Features are hashed to 2^slots_log2 slots, of 24 bytes a label; None for 20 up to 20 labels, 18 above.

    Raises
    ------
    ValueError
        If labels repeat or are fewer than 2, or a number is out of range.

    Examples
    --------
    >>> from detectors.text import TextClassifier
    >>> model = TextClassifier(("bad", "good"))
    >>> model.predict_proba_one("never seen")
    {'bad': 0.5, 'good': 0.5}
    >>> model.learn_many(["what a mess", "it runs well"] * 5, ["bad", "good"] * 5)
    >>> model.predict_many(["all runs well", "a mess again"])
    ['good', 'bad']
    >>> TextClassifier.load(model.dump()).predict_one("a mess again")
    'bad'
    """

    def __init__(
        self, labels: Sequence[str], learning_rate: float | None = None, slots_log2: int | None = None
    ) -> None:
        labels = tuple(labels)
        if not 2 <= len(labels) <= _MAX_LABELS or len(set(labels)) != len(labels):
            raise ValueError(f"labels must be 2 to {_MAX_LABELS} different ones")
        if learning_rate is not None and not (math.isfinite(learning_rate) and learning_rate > 0):
            raise ValueError("learning_rate must be above 0")
        if slots_log2 is not None and not 8 <= slots_log2 <= _MAX_SLOTS_LOG2:
            raise ValueError(f"slots_log2 must be between 8 and {_MAX_SLOTS_LOG2}")
        self.labels = labels
        self.learning_rate = learning_rate
        self.slots_log2 = slots_log2
        few = len(labels) <= _FEW_LABELS
        self.hashed_to = slots_log2 or (20 if few else 18)
        self.ensemble = Ensemble(
            (1 << self.hashed_to) + EXTRA_SLOTS, len(labels), learning_rate or (0.1 if few else 0.3)
        )
        self._index = {label: i for i, label in enumerate(labels)}

    @property
    def softmax(self) -> Softmax:
        """The softmax regression among the models: River's own."""
        return self.ensemble.softmax

    @property
    def alarms(self) -> int:
        """How often drift was noticed: the errors in its own predictions rose by more than chance."""
        return self.ensemble.alarms

    @property
    def n_learned(self) -> int:
        """How many labels were learned."""
        return self.ensemble.n_learned

    @property
    def _multiclass(self) -> bool:
        return True

    @classmethod
    def _unit_test_params(cls):  # type: ignore[no-untyped-def]
        yield {"labels": ("negative", "neutral", "positive"), "slots_log2": 12}

    def features(self, texts: Sequence[str], languages: Sequence[str | None] | None = None) -> Features:
        """The features of texts, for `predict_features` and `learn_features` of every model with this `hashed_to`.

        `languages` has one a text; None, for one or all, where it is not known. Raises ValueError if lengths differ.
        """
        texts = list(texts)
        known = [None] * len(texts) if languages is None else languages
        if len(known) != len(texts):
            raise ValueError(f"{len(texts)} texts, but {len(known)} languages")
        return extract(normalise_many(texts), known, self.hashed_to)

    def predict_features(self, features: Features) -> NDArray[np.float64]:
        """Probabilities, shape (texts, labels), of texts whose features are at hand."""
        return self.ensemble.predict(features)

    def decide(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        """The labels to act on, as indices, shape (texts,), given probabilities of the shape (texts, labels)."""
        seen = self.ensemble.seen + 1.0
        decided: NDArray[np.int64] = (probabilities / (seen / seen.sum()) ** _PRIOR_POWER).argmax(axis=1)
        return decided

    def learn_features(
        self, features: Features, labels: Sequence[str], weights: Sequence[float] | None = None, repeats: int = 1
    ) -> None:
        """Learn texts whose features are at hand, in order.

        Each is learned `repeats` times, but tested once: what a model says of a text it has just learned is no news.
        `weights` has one a text, above 0 and at most 1 (a label of weight .5 counts for half); None for 1 each. Raises
        ValueError, before anything is learned, for an unknown label, a weight out of range, or another number of them.
        """
        n_texts = len(features.starts) - 1
        if len(labels) != n_texts:
            raise ValueError(f"{n_texts} texts, but {len(labels)} labels")
        importances = np.ones(n_texts) if weights is None else np.array(weights, dtype=np.float64)
        if importances.shape != (n_texts,) or not ((importances > 0) & (importances <= 1)).all():
            raise ValueError("weights must be above 0 and at most 1, one a text")
        targets = np.array([self._label_index(label) for label in labels], dtype=np.int64)
        self.ensemble.learn(features, targets, importances, repeats)

    def predict_proba_many(
        self, texts: Sequence[str], languages: Sequence[str | None] | None = None
    ) -> NDArray[np.float64]:
        """Probabilities of a batch, shape (texts, labels), in the order of `labels`."""
        return self.predict_features(self.features(texts, languages))

    def predict_many(self, texts: Sequence[str], languages: Sequence[str | None] | None = None) -> list[str]:
        """The label decided on for each text of a batch, as `predict_one` has it."""
        return [self.labels[i] for i in self.decide(self.predict_proba_many(texts, languages)).tolist()]

    def learn_many(
        self, texts: Sequence[str], labels: Sequence[str], languages: Sequence[str | None] | None = None
    ) -> None:
        """Learn a batch, in order: the same as `learn_one` on each. Raises ValueError for an unknown label."""
        self.learn_features(self.features(texts, languages), list(labels))

    def predict_proba_one(self, x: str, language: str | None = None) -> dict[str, float]:
        """The probability of each label, for the text x. (River's pipelines need the names x and y.)"""
        row: list[float] = self.predict_proba_many([x], [language])[0].tolist()
        return dict(zip(self.labels, row, strict=True))

    def predict_one(self, x: str, language: str | None = None, **kwargs: Any) -> str:
        """The label decided on for the text x: probable, and the rarer the sooner."""
        return self.predict_many([x], [language])[0]

    def learn_one(self, x: str, y: str, language: str | None = None) -> None:
        """Learn that the text x has the label y. Raises ValueError if the label is unknown."""
        self.learn_many([x], [y], [language])

    def _label_index(self, label: str) -> int:
        try:
            return self._index[label]
        except KeyError:
            raise ValueError("a label that this model does not have") from None

    def dump(self) -> bytes:
        """The whole model as bytes: it goes on from there as if nothing had happened. No pickle."""
        parameters = {"labels": self.labels, "learning_rate": self.learning_rate, "slots_log2": self.slots_log2}
        return pack(parameters, self.ensemble)

    @classmethod
    def load(cls, data: bytes) -> Self:
        """The model that `dump` wrote. Raises ValueError if the bytes are torn, altered or something else."""
        header = parameters_of(data)
        try:
            model = cls(header["labels"], header["learning_rate"], header["slots_log2"])
        except (KeyError, TypeError) as error:
            raise ValueError("not a text model") from error
        unpack_into(model.ensemble, data)
        return model

    def as_prior(self, trust: float = 1.0, words_say: Mapping[tuple[str, str], float] | None = None) -> Self:
        """A model that has learned nothing and is given what this one's softmax regression knows, for good.

        On the first day it says the same, with its log-probabilities times `trust` (0 or more): below 1 where what was
        learned is surer of itself than it will be on other texts. As labels come, it is mixed with what they teach.
        `words_say` maps (column of the lexicons or "", label) to what a score of 1 in that column, or every text, adds
        to the label's score, trust aside: lexicons know far more words than a few texts can teach. Raises ValueError
        for `words_say` without trust.
        """
        if words_say and trust <= 0:
            raise ValueError("trust must be above 0 with words_say")
        model = type(self)(self.labels, self.learning_rate, self.slots_log2)
        model.ensemble.prior = self.softmax.weights.astype(np.float32)
        for (column, label), gain in (words_say or {}).items():
            slot, value = evidence_slot(column, self.hashed_to)
            model.ensemble.prior[slot, self._label_index(label)] += gain / (trust * value)
        # What has learned ten labels is sure of far too much: beside a prior it begins with little trust.
        model.ensemble.trusts *= _BESIDE_PRIOR
        model.ensemble.trusts[MEMBERS.index("prior")] = trust
        return model
