"""The seed corpus: short customer messages in five languages, all written for Spillway, so that day one is not blind.

It is code, not data files: the detectors read no files. Each language has the same spread of topics, every urgency
and every sentiment. It is small on purpose (a seed, not a training set), and no evaluation may use it.
"""

import hashlib
from typing import Final, NamedTuple

from detectors.text.lexicons import LEXICONS
from detectors.text.seed import de, en, es, fa, fr


class Example(NamedTuple):
    """One labelled text."""

    text: str
    language: str
    urgency: str
    sentiment: str
    topic: str


_BY_LANGUAGE = {"en": en.ROWS, "fr": fr.ROWS, "de": de.ROWS, "es": es.ROWS, "fa": fa.ROWS}


def in_order(number: int) -> tuple[Example, ...]:
    """All texts in the order of a pass: as good as shuffled, the same everywhere, another one for each number."""
    examples = [Example(text, language, *labels) for language, rows in _BY_LANGUAGE.items() for text, *labels in rows]
    return tuple(sorted(examples, key=lambda example: hashlib.sha256(f"{number}{example.text}".encode()).digest()))


SEED: Final = in_order(0)
"""Every seed text."""

SEED_VERSION: Final = "seed-4-" + hashlib.sha256(repr((SEED, LEXICONS)).encode()).hexdigest()[:8]
"""Names the seeds and the lexicons as they are written: another text, label, order or word is another version."""
