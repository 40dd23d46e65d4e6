"""Words that tell how a customer feels and how soon an answer is needed, by language: written for Spillway."""

from typing import Final

from detectors.text.lexicons import de, en, es, fa, fr
from detectors.text.lexicons.words import Lexicon

LEXICONS: Final[dict[str, Lexicon]] = {
    "en": en.LEXICON,
    "fr": fr.LEXICON,
    "de": de.LEXICON,
    "es": es.LEXICON,
    "fa": fa.LEXICON,
}
"""The lexicon of each language served."""

__all__ = ["LEXICONS", "Lexicon"]
