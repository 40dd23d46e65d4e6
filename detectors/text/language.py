"""The language of a message: the one it states, else the likeliest of those served.

Detection (py3langid, restricted to `LANGUAGES`) takes about 50 microseconds, more than all the models together, so it
runs only where a message does not say. A word or two can be any language: the guess then comes with a low
probability, and below `TRUSTED` the models read the text as one of unknown language.

Source: Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012.
"""

import re
from functools import cache
from typing import Any, Final

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


def detect_language(text: str) -> tuple[float, ...]:
    """The probability of each of `LANGUAGES`, from the first 400 characters. Without letters all are alike.

    >>> p = dict(zip(LANGUAGES, detect_language("Wo bleibt mein Paket?"), strict=True))
    >>> max(p, key=p.get), p["de"] > 0.9
    ('de', True)
    >>> detect_language("😀 123")
    (0.2, 0.2, 0.2, 0.2, 0.2)
    """
    sample = text[:_DETECT_CHARS]
    if not any(map(str.isalpha, sample)):
        return (1 / len(LANGUAGES),) * len(LANGUAGES)
    scores = dict(_identifier().rank(sample))
    return tuple(float(scores[language]) for language in LANGUAGES)


@cache
def _identifier() -> Any:
    """The detector, loaded once (0.8 s): `Triage.default` does so at the start."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
