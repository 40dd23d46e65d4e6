"""The seed corpus: short customer messages in five languages, all written for Spillway, so that day one is not blind.

It is code, not data files: the detectors read no files. Each language has the same spread of topics, every urgency
and every sentiment. It is small on purpose (a seed, not a training set), and no evaluation may use it.
"""

import hashlib
from typing import Final, NamedTuple

from detectors.text.seed import de, en, es, fa, fr


class Example(NamedTuple):
    """One labelled text."""

    text: str
    language: str
    urgency: str
    sentiment: str
    topic: str


_BY_LANGUAGE = {"en": en.ROWS, "fr": fr.ROWS, "de": de.ROWS, "es": es.ROWS, "fa": fa.ROWS}


def _spread() -> tuple[Example, ...]:
    """All rows in a fixed order that takes turns between languages and strides through topics, as a stream would."""
    examples = []
    for language, rows in _BY_LANGUAGE.items():
        stride = 29  # prime, and no divisor of a corpus's length: visits every row once
        shuffled = [rows[i * stride % len(rows)] for i in range(len(rows))]
        examples.append([Example(text, language, *labels) for text, *labels in shuffled])
    longest = max(map(len, examples))
    return tuple(column[i] for i in range(longest) for column in examples if i < len(column))


SEED: Final = _spread()
"""Every seed text, in the order in which models learn them."""

SEED_VERSION: Final = "seed-2-" + hashlib.sha256(repr(SEED).encode()).hexdigest()[:8]
"""Names the corpus: another text, label or order is another version."""
