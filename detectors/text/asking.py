"""Whether a message does no more than ask for the answer to an earlier one.

It says so with a phrase of the phrasebook, it is short, and at most one of its words tells of anything else: "any
news?" asks again, "no internet since monday, any news?" does not.
"""

import re
from typing import Final

from detectors.text.normalise import normalise, normalise_many
from detectors.text.phrasebook import AGAIN
from detectors.text.phrases import ASKS_AGAIN, find_phrases
from detectors.text.words import telling_words

_CHARS: Final = 100
_OTHER_WORDS: Final = 1
_STEM: Final = 4
"""Shorter ends of phrases are whole words, or they would begin nearly any word."""

_IN_PHRASES: Final = [re.findall(r"\w+", normalise(phrase)) for own in AGAIN.values() for phrase in own]
_WORDS: Final = frozenset(word for words in _IN_PHRASES for word in words)
_STEMS: Final = tuple({words[-1] for words in _IN_PHRASES if len(words[-1]) >= _STEM})


def only_asks_again(body: str, language: str | None) -> bool:
    """Whether a message's own text, without its subject, only asks again; `language` is one of LANGUAGES or None.

    >>> only_asks_again("Any news? I am still waiting for an answer", "en")
    True
    >>> only_asks_again("No internet since Monday. Any news?", "en"), only_asks_again("My internet is down", "en")
    (False, False)
    """
    normalised = normalise_many([body])
    (text,) = normalised.strings()
    if len(text) > _CHARS or not find_phrases(normalised, [language])[0] & ASKS_AGAIN:
        return False
    others = [word for word in telling_words(text) if word not in _WORDS and not word.startswith(_STEMS)]
    return len(others) <= _OTHER_WORDS
