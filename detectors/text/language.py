"""The language of a message: the one it states, else the likeliest of those served.

Detection is py3langid's model (an automaton over UTF-8 bytes that finds n-grams, and naive Bayes over their counts),
restricted to `LANGUAGES` and compiled: the same answers, ten times as fast as the package's own loop. A word or two can
be any language: the guess then comes with a low probability, and below `TRUSTED` the models read the text as one of
unknown language.

Source: Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from detectors.text.labels import LANGUAGES

TRUSTED: Final = 0.6
"""A guess below this probability is not used to read the text."""

_DETECT_CHARS: Final = 400
_STATED = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]{1,32})?\s*")


def stated_language(tag: str | None) -> str | None:
    """The language of a BCP 47 tag, in lower case; None if there is none, or it is no such tag, or says "und".

    >>> stated_language("fr-CA"), stated_language("DE_at"), stated_language("???"), stated_language(None)
    ('fr', 'de', None, None)
    """
    match = _STATED.fullmatch(tag) if tag else None
    if match is None:
        return None
    language = match[1].lower()
    return None if language == "und" else language


def detect_languages(texts: Sequence[str]) -> NDArray[np.float64]:
    """The probability of each of `LANGUAGES`, from the first 400 characters of each text: shape (texts, languages).

    Without letters all are alike.

    >>> probabilities = detect_languages(["Wo bleibt mein Paket?", "😀 123"])
    >>> LANGUAGES[probabilities[0].argmax()], bool(probabilities[0].max() > 0.9)
    ('de', True)
    >>> probabilities[1].tolist()
    [0.2, 0.2, 0.2, 0.2, 0.2]
    """
    samples = [_sample(text) for text in texts]
    ends = np.cumsum([0, *map(len, samples)])
    out = np.empty((len(texts), len(LANGUAGES)))
    model = _model()
    _detect(np.frombuffer(b"".join(samples), dtype=np.uint8), ends, *model, out)
    return out


def _sample(text: str) -> bytes:
    """What the model reads, as it was trained: composed characters, no text all in capitals."""
    sample = text[:_DETECT_CHARS]
    if not any(map(str.isalpha, sample)):
        return b""
    if sample.isupper():
        sample = sample.lower()
    return unicodedata.normalize("NFC", sample).encode("utf-8", "surrogatepass")


class _Model(NamedTuple):
    """An automaton: ``moves[rows[state] + byte]`` comes next; ``found[state]`` is the n-gram that ends there, or -1.

    ``weights`` (n-grams, columns) and ``priors`` (columns) are naive Bayes'; ``language_of`` is a column's language.
    ``counts`` (n-grams) is all zeros between calls: a fresh one for each text would take longer than the text.
    """

    moves: NDArray[Any]
    rows: NDArray[np.int64]
    found: NDArray[np.int64]
    weights: NDArray[np.float32]
    priors: NDArray[np.float32]
    language_of: NDArray[np.int64]
    counts: NDArray[np.int64]


@cache
def _model() -> _Model:
    """The detector, loaded once (0.8 s): `Triage.default` does so at the start."""
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    whole.set_languages(list(LANGUAGES))
    return _Model(
        np.asarray(whole.tk_nextmove),
        np.asarray(whole.tk_row, dtype=np.int64) << 8,
        np.asarray(whole.tk_output, dtype=np.int64),
        np.ascontiguousarray(whole.nb_ptc, dtype=np.float32),
        np.asarray(whole.nb_pc, dtype=np.float32),
        np.array([LANGUAGES.index(label) for label in whole.nb_classes], dtype=np.int64),
        np.zeros(len(whole.nb_ptc), dtype=np.int64),
    )


@njit(cache=True)
def _detect(
    data: Any,
    ends: Any,
    moves: Any,
    rows: Any,
    found: Any,
    weights: Any,
    priors: Any,
    language_of: Any,
    counts: Any,
    out: Any,
) -> None:
    scores = np.empty(len(priors))
    for text in range(len(out)):
        begin, end = ends[text], ends[text + 1]
        state, seen = 0, 0
        touched = np.empty(end - begin, dtype=np.int64)
        for at in range(begin, end):
            state = moves[rows[state] + data[at]]
            gram = found[state]
            if gram >= 0:
                if counts[gram] == 0:
                    touched[seen] = gram
                    seen += 1
                counts[gram] += 1
        out[text] = 0.0
        if seen == 0:  # nothing to go by
            for column in range(len(priors)):
                out[text, language_of[column]] += 1.0 / len(priors)
            continue
        scores[:] = priors
        for i in range(seen):
            gram = touched[i]
            weight = np.log1p(counts[gram])
            counts[gram] = 0
            for column in range(len(priors)):  # as an array it would be a new one for every n-gram
                scores[column] += weight * weights[gram, column]
        # The root of the length keeps probabilities of long texts from being all or nothing.
        scores /= np.sqrt(float(end - begin))
        scores = np.exp(scores - scores.max())
        scores /= scores.sum()
        for column in range(len(priors)):
            out[text, language_of[column]] += scores[column]
