"""What a customer writes: an opening, an impatient reminder, an answer, thanks, or that it is still broken."""

import random
from collections.abc import Mapping
from itertools import accumulate
from typing import Final, NamedTuple

from detectors.text import URGENCIES
from streams.local.traffic.handwriting import as_written
from streams.local.traffic.records import Labels
from streams.local.traffic.texts import PHRASEBOOKS, Phrasebook, Template

_LETTERS: Final = frozenset({"email", "form"})
_URGENCY_WEIGHTS: Final[Mapping[str, float]] = {"low": 1.3, "normal": 1.4, "high": 0.75, "urgent": 0.35}
"""How often a template is used: true emergencies are rarer than the ways to word them."""


class Draft(NamedTuple):
    """A text as it arrives, and what it truly says. ``subject``: of letters that open a conversation."""

    body: str
    labels: Labels
    subject: str | None = None


def opening(rng: random.Random, language: str, channel: str, topic: str) -> Draft:
    """The first message of a conversation.

    >>> draft = opening(random.Random(1), "de", "email", "outage")
    >>> draft.labels.topic, draft.subject
    ('outage', 'Störung')
    """
    book = PHRASEBOOKS[language]
    templates, weights = _CHOICES[language, topic]
    template = rng.choices(templates, cum_weights=weights)[0]
    urgency, sentiment, parts = template.urgency, template.sentiment, [template.text]
    letter = channel in _LETTERS
    # What is added must fit what was said: nobody praises and complains in one breath, or begs for the opening hours.
    if sentiment == "negative":
        if rng.random() < (0.2 if letter else 0.12):
            parts.append(rng.choice(book.tempers))
        if urgency in ("normal", "high") and rng.random() < 0.12:
            parts.append(rng.choice(book.deadlines))
            urgency = "high"
    elif sentiment == "neutral" and rng.random() < (0.45 if letter else 0.15):
        parts.append(rng.choice(book.courtesies))
    text = " ".join(part if part[-1] in ".!?؟" or part is parts[-1] else f"{part}." for part in parts)
    if letter and rng.random() < 0.85:
        text = f"{rng.choice(book.greetings)}\n{text}\n{rng.choice(book.farewells)}"
    elif not letter and rng.random() < 0.35:
        text = f"{rng.choice(book.hails)} {text}"
    filled = _Slots(rng, book)
    body = as_written(rng, text.format_map(filled), language, channel, sentiment)
    subject = book.subjects[topic].format_map(filled) if channel == "email" else None
    return Draft(body, Labels(topic, urgency, sentiment), subject)


def reminder(rng: random.Random, language: str, channel: str, labels: Labels, before: int) -> Draft:
    """A customer asks where the answer is. before: how often it was asked for before; from 1 on it is angry.

    An angry reminder is at least high, an emergency stays one.
    """
    if not before:
        return _short(rng, language, channel, PHRASEBOOKS[language].nudges, labels)
    urgency = max(labels.urgency, "high", key=URGENCIES.index)
    return _short(rng, language, channel, PHRASEBOOKS[language].reproaches, Labels(labels.topic, urgency, "negative"))


def answer(rng: random.Random, language: str, channel: str, labels: Labels) -> Draft:
    """A customer tells what the rep asked for; it is as urgent as the rest of the conversation."""
    return _short(rng, language, channel, PHRASEBOOKS[language].answers, labels._replace(sentiment="neutral"))


def thanks(rng: random.Random, language: str, channel: str, labels: Labels) -> Draft:
    """A customer is content."""
    return _short(rng, language, channel, PHRASEBOOKS[language].thanks, Labels(labels.topic, "low", "positive"))


def relapse(rng: random.Random, language: str, channel: str, labels: Labels) -> Draft:
    """What was resolved is broken again."""
    urgency = max(labels.urgency, "normal", key=URGENCIES.index)
    return _short(rng, language, channel, PHRASEBOOKS[language].relapses, Labels(labels.topic, urgency, "negative"))


def _short(rng: random.Random, language: str, channel: str, choices: tuple[str, ...], labels: Labels) -> Draft:
    text = rng.choice(choices).format_map(_Slots(rng, PHRASEBOOKS[language]))
    return Draft(as_written(rng, text, language, channel, labels.sentiment), labels)


class _Slots(dict[str, str]):
    """What stands in the slots of one message: chosen when first asked for, then the same all through it."""

    def __init__(self, rng: random.Random, book: Phrasebook) -> None:
        super().__init__()
        self._rng, self._book = rng, book

    def __missing__(self, name: str) -> str:
        match name:
            case "order":
                value = f"{self._rng.choice('ABKX')}-{self._rng.randint(10_000, 99_999)}"
            case "amount":
                value = str(self._rng.choice((19, 24, 35, 49, 60, 89, 120, 240, 480)))
            case "time":
                value = f"{self._rng.randint(7, 20)}:{self._rng.choice(('00', '15', '30', '45'))}"
            case _:
                value = self._rng.choice(self._book.slots[name])
        self[name] = value
        return value


def _choices() -> Mapping[tuple[str, str], tuple[list[Template], list[float]]]:
    """The templates of a language and topic, with their weights added up."""
    choices = {}
    for language, book in PHRASEBOOKS.items():
        for topic in book.templates:
            templates = book.about(topic)
            choices[language, topic] = templates, list(accumulate(_URGENCY_WEIGHTS[each.urgency] for each in templates))
    return choices


_CHOICES: Final = _choices()
