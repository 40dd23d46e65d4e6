"""How a text looks once it is typed, or spoken, on a channel: slang, typos, forgotten accents, no full stops."""

import random
import re
import unicodedata
from typing import Final

from streams.local.traffic.texts import PHRASEBOOKS, Phrasebook

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_HASTY: Final = frozenset({"chat", "sms", "social"})
_ZWNJ: Final = "\u200c"
_MARKS: Final = {**dict.fromkeys(map(ord, ".,!?;()¿¡،؛؟")), ord(":"): " "}
_UMLAUTS: Final = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}
_EMOJI: Final = {
    "negative": ("😡", "🙄", "😤", "😭", "👎"),
    "positive": ("😊", "🙏", "👍", "❤️"),
    "neutral": ("🙂", "🤔"),
}


def as_written(rng: random.Random, text: str, language: str, channel: str, sentiment: str) -> str:
    """The text as it arrives on a channel. Numbers, and with them order numbers, stay what they are."""
    book = PHRASEBOOKS[language]
    if channel == "voice":
        return _spoken(rng, text, book)
    if channel not in _HASTY:
        return _with_typo(rng, text) if rng.random() < 0.06 else text
    if rng.random() < 0.35:
        text = _with_slang(text, book)
    if rng.random() < 0.2:
        text = _without_accents(rng, text, language)
    if rng.random() < 0.4:
        text = text.lower()
    if rng.random() < 0.4:
        text = text.rstrip(".")
    if rng.random() < 0.3:
        text = _with_typo(rng, text)
    if sentiment == "negative" and rng.random() < 0.06 and language != "fa":
        text = text.upper()
    if channel == "social" and rng.random() < 0.5:
        text = f"@acme_help {text}"
    if rng.random() < (0.2 if channel == "social" else 0.08):
        text = f"{text} {rng.choice(_EMOJI[sentiment])}"
    return text


def _spoken(rng: random.Random, text: str, book: Phrasebook) -> str:
    """As a transcript: no marks, no capitals, and what people say while they think."""
    words = text.lower().translate(_MARKS).split()
    for _ in range(rng.randint(0, 2)):
        words.insert(rng.randint(0, len(words)), rng.choice(book.fillers))
    return " ".join(words)


def _with_slang(text: str, book: Phrasebook) -> str:
    for plain, slang in book.slang.items():
        text = re.sub(rf"(?<!\w){re.escape(plain)}(?!\w)", slang, text)
    return text


def _without_accents(rng: random.Random, text: str, language: str) -> str:
    """As on a keyboard that lacks the letters; Persian loses its half-spaces, or gets Arabic letters."""
    if language == "fa":
        if rng.random() < 0.6:
            return text.replace(_ZWNJ, rng.choice(("", " ")))
        return text.replace("ی", "ي").replace("ک", "ك")
    if language == "de":
        text = text.translate(_UMLAUTS)
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _with_typo(rng: random.Random, text: str) -> str:
    """Two letters swapped, one forgotten or one struck twice, inside a word of four letters or more."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    match rng.randrange(3):
        case 0:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case _:
            return text[:at] + text[at] + text[at:]
