"""Weak labels: what became of a ticket hints at what its message was, though nobody read the message again.

A survey after the ticket says how the customer felt; a ticket that was opened again had been taken too lightly. Both
are often wrong, so they count for a part of a label that a person gave.
"""

from typing import Final, NamedTuple

from detectors.text.labels import URGENCIES

_CONTENT_FROM: Final = 0.75
_UPSET_TO: Final = 0.25


class WeakWeights(NamedTuple):
    """How much a weak label counts, 0 to 1; 0 is not at all. A person's label counts 1.

    >>> WeakWeights(csat=0.1).reopened
    0.2
    """

    csat: float = 0.2
    reopened: float = 0.2


def sentiment_of_csat(csat: float) -> str | None:
    """The sentiment that a survey's answer hints at; `csat` is 0 (not content) to 1. None for answers in the middle.

    >>> [sentiment_of_csat(csat) for csat in (0.0, 0.25, 0.5, 0.75, 1.0)]
    ['negative', 'negative', None, 'positive', 'positive']
    """
    if csat <= _UPSET_TO:
        return "negative"
    return "positive" if csat >= _CONTENT_FROM else None


def urgency_of_reopened(judged: str) -> str | None:
    """The urgency that a reopened ticket hints at: one step above the one it was judged at. None where there is none.

    >>> urgency_of_reopened("normal"), urgency_of_reopened("urgent"), urgency_of_reopened("another word")
    ('high', None, None)
    """
    if judged not in URGENCIES[:-1]:
        return None
    return URGENCIES[URGENCIES.index(judged) + 1]
