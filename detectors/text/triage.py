"""Triage: language, urgency, sentiment and topic of messages, in batches, from the first day on."""

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from detectors.text.classifier import TextClassifier
from detectors.text.effort import EffortModel
from detectors.text.features import extract
from detectors.text.labels import LANGUAGES, SENTIMENTS, TOPICS, URGENCIES
from detectors.text.language import TRUSTED, detect_languages, stated_language
from detectors.text.normalise import normalise_many
from detectors.text.phrases import ASKS_FOR_PERSON, DISPUTES_PAYMENT, find_phrases
from detectors.text.quoting import newest_part
from detectors.text.river_model import RiverModel
from detectors.text.seed import SEED_VERSION, in_order
from detectors.text.verdicts import MessageLike, TextMessage, TriageResult, Verdict

_TASKS: Final = {"urgency": URGENCIES, "sentiment": SENTIMENTS, "topic": TOPICS}
_SLOTS_LOG2: Final = 18  # the seeds fill a tenth; the three models take 72 MB, at 20 it would be 286
_LEARNING_RATE: Final = 0.1
_PASSES: Final = 3
# How far the seeds' own certainty holds for other texts. Sentiment's was measured on the first halves of tweets in four
# languages (calibration error .02-.09, at 1.0 .12-.24); with ten topics the models are none too sure of themselves.
_SEED_TRUST: Final = {"urgency": 0.7, "sentiment": 0.5, "topic": 1.0}
# What the lexicons add to what the seeds taught, which knows few of their words. Praise adds less: in what customers
# write it is often irony. Chosen on the first halves of the same tweets; more of it made those better, and messages of
# customers (tests/detectors/text/test_triage_quality.py) worse.
_WORDS_SAY: Final = {"sentiment": {("negative", "negative"): 1.5, ("positive", "positive"): 0.5, ("", "neutral"): 0.3}}
_STRONGLY_NEGATIVE: Final = 0.7
_SENSITIVE: Final = 0.5
_ABOUT_MONEY: Final = ("billing", "refund", "security")


class Triage:
    """Four judgements of a message from one reading of it; the three models share its features.

    >>> triage = Triage.default()
    >>> result, = triage.triage_many([TextMessage("someone logged in to my account, is it fraud?", language="en")])
    >>> result.topic.label, result.urgency.label, result.needs_human_why
    ('security', 'urgent', ('sensitive_topic',))

    `label_share` (0 to 1) bounds the share of messages whose label is asked for, on average over different texts: one
    is asked for with the probability label_share x (1 - margin), margin being the least lead of a likeliest label over
    the next. Raises ValueError if it is out of range, if a model lacks its task's labels, or if the models differ in
    `slots_log2`. A task may be served by any model of River's (`RiverModel`), slower and without snapshots.
    """

    def __init__(
        self,
        urgency: TextClassifier | RiverModel,
        sentiment: TextClassifier | RiverModel,
        topic: TextClassifier | RiverModel,
        version: str,
        label_share: float = 0.1,
    ) -> None:
        self.models: dict[str, TextClassifier | RiverModel] = {
            "urgency": urgency,
            "sentiment": sentiment,
            "topic": topic,
        }
        for task, labels in _TASKS.items():
            if self.models[task].labels != labels:
                raise ValueError(f"the {task} model must have the labels {', '.join(labels)}")
        sizes = {model.hashed_to for model in self.models.values() if isinstance(model, TextClassifier)}
        if len(sizes) > 1:
            raise ValueError("the models must have the same slots_log2, to share features")
        if not 0 <= label_share <= 1:
            raise ValueError("label_share must be between 0 and 1")
        self.effort = EffortModel()
        self.model_versions = dict.fromkeys(_TASKS, version)
        self._slots_log2 = max(sizes, default=_SLOTS_LOG2)
        self._label_share = label_share

    @classmethod
    def default(cls, label_share: float = 0.1) -> Self:
        """Models that know the seed corpus and no more. Deterministic.

        Each text is learned under its own language, and under none, for texts whose language nobody knows; a rare label
        counts for as much as a common one, for the corpus does not know how often customers say what. What was
        learned becomes the models' prior: it is mixed with what real labels teach, and fades as they do better.
        Compiles and loads whatever a call needs, so that the first message is as fast as the others.
        """
        learning = {task: TextClassifier(labels, _LEARNING_RATE, _SLOTS_LOG2) for task, labels in _TASKS.items()}
        for number in range(_PASSES):
            examples = [example for example in in_order(number) for _ in range(2)]
            languages = [language for example in examples[::2] for language in (example.language, None)]
            features = extract(normalise_many([example.text for example in examples]), languages, _SLOTS_LOG2)
            for task, model in learning.items():
                labels = [getattr(example, task) for example in examples]
                often = Counter(labels)
                rarest = min(often.values())
                model.learn_features(features, labels, [rarest / often[label] for label in labels])
        models = {task: model.as_prior(_SEED_TRUST[task], _WORDS_SAY.get(task)) for task, model in learning.items()}
        triage = cls(models["urgency"], models["sentiment"], models["topic"], SEED_VERSION, label_share)
        triage.triage_many([TextMessage("hello")])
        return triage

    def learn_effort(self, topic: str, channel: str, length_chars: int, handling_s: float) -> None:
        """Learn from a resolved ticket that it took `handling_s` seconds of work: later `effort_units` follow.

        `topic`, `channel` and `length_chars` are those of its message, as `triage_many` said. Deterministic. Raises
        ValueError unless `handling_s` is finite and above 0.
        """
        self.effort.learn(topic, channel, length_chars, handling_s)

    def triage_many(self, messages: Sequence[MessageLike]) -> list[TriageResult]:
        """One result a message, in order. Total: any text gives a result, and none depends on the others.

        Of a body, the newest part counts (`newest_part`); the subject is the text's first line. The first `MAX_CHARS`
        characters are read.
        """
        if not messages:
            return []
        bodies = [newest_part(message.body) for message in messages]
        texts = [f"{m.subject}\n{body}" if m.subject else body for m, body in zip(messages, bodies, strict=True)]
        languages = _languages(texts, [message.language for message in messages])
        read_as = [language.label if language.probability >= TRUSTED else None for language in languages]
        for i, language in enumerate(read_as):
            if language not in LANGUAGES:
                read_as[i] = None  # the models know nothing of other languages, but something of none
        normalised = normalise_many(texts)
        features = extract(normalised, read_as, self._slots_log2)
        said = {
            task: model.predict_features(features)
            if isinstance(model, TextClassifier)
            else model.predict_proba_many(texts, read_as)
            for task, model in self.models.items()
        }
        urgencies, sentiments, topics = (self._verdicts(task, said[task]) for task in _TASKS)
        said_phrases: list[int] = find_phrases(normalised, read_as).tolist()
        least_margin = np.min([_margins(probabilities) for probabilities in said.values()], axis=0)
        return [
            self._result(message, text, plain, phrases, language, urgency, sentiment, topic, margin)
            for message, text, plain, phrases, language, urgency, sentiment, topic, margin in zip(
                messages,
                texts,
                normalised.strings(),
                said_phrases,
                languages,
                urgencies,
                sentiments,
                topics,
                least_margin.tolist(),
                strict=True,
            )
        ]

    def _verdicts(self, task: str, probabilities: NDArray[np.float64]) -> list[Verdict]:
        labels = self.models[task].labels
        decided: list[int] = self.models[task].decide(probabilities).tolist()
        rows = map(tuple, probabilities.tolist())
        return [Verdict(labels[i], row[i], row) for i, row in zip(decided, rows, strict=True)]

    def _result(
        self,
        message: MessageLike,
        text: str,
        normalised: str,
        phrases: int,
        language: Verdict,
        urgency: Verdict,
        sentiment: Verdict,
        topic: Verdict,
        margin: float,
    ) -> TriageResult:
        why = _needs_human_why(phrases, sentiment, topic)
        return TriageResult(
            language,
            urgency,
            sentiment,
            topic,
            self.effort.units(topic.label, message.channel, len(text)),
            bool(why),
            why,
            _draw(text) < self._label_share * (1.0 - margin),
            self.model_versions,
            normalised,
            len(text),
        )


def _languages(texts: Sequence[str], tags: Sequence[str | None]) -> list[Verdict]:
    verdicts = []
    silent = []
    for i, stated in enumerate(map(stated_language, tags)):
        if stated is None:
            silent.append(i)
        verdicts.append(_STATED.get(stated or "") or Verdict(stated or "", 1.0, _NONE))
    for i, row in zip(silent, detect_languages([texts[i] for i in silent]).tolist(), strict=True):
        best = max(row)
        verdicts[i] = Verdict(LANGUAGES[row.index(best)], best, tuple(row))
    return verdicts


_NONE: Final = (0.0,) * len(LANGUAGES)
_STATED: Final = {
    language: Verdict(language, 1.0, tuple(1.0 if other == language else 0.0 for other in LANGUAGES))
    for language in LANGUAGES
}


def _needs_human_why(phrases: int, sentiment: Verdict, topic: Verdict) -> tuple[str, ...]:
    why = []
    if phrases & ASKS_FOR_PERSON:
        why.append("asks_for_person")
    if (topic.label == "security" and topic.probability >= _SENSITIVE) or (
        topic.label in _ABOUT_MONEY and phrases & DISPUTES_PAYMENT
    ):
        why.append("sensitive_topic")
    if sentiment.label == "negative" and sentiment.probability >= _STRONGLY_NEGATIVE:
        why.append("strongly_negative")
    return tuple(why)


def _draw(text: str) -> float:
    """A number in [0, 1) that stands for chance, by the text's own hash: neither batches nor replays change it."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) / 2**32


def _margins(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the likeliest label is ahead of the next, shape (rows,)."""
    top = np.partition(probabilities, -2, axis=1)
    margins: NDArray[np.float64] = top[:, -1] - top[:, -2]
    return margins
