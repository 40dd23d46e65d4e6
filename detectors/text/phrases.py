"""Which phrases of the phrasebook a text holds: all kinds, of all texts of a batch, in one compiled pass.

The phrases are the paths of one tree of letters, walked from every start of a word. Whatever is no letter or digit
counts as a space, several as one, and letters are alike with accents and without, since many type none. Where a text's
language is not known, the phrases of all languages count.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detectors.text.labels import LANGUAGES
from detectors.text.normalise import KINDS, WORD, Normalised, normalise
from detectors.text.phrasebook import DISPUTE, PERSON

ASKS_FOR_PERSON, DISPUTES_PAYMENT = 1, 2
"""The bits of what a text says."""

_BOOKS: Final = {ASKS_FOR_PERSON: PERSON, DISPUTES_PAYMENT: DISPUTE}
_ALL: Final = len(LANGUAGES)  # the place after the last language: nobody knows which


def find_phrases(texts: Normalised, languages: Sequence[str | None]) -> NDArray[np.uint8]:
    """What each text says, as bits, shape (texts,); `languages` are some of `LANGUAGES`, or None.

    >>> from detectors.text.normalise import normalise_many
    >>> texts = ["Let me talk to a person!", "this leads to a personal loss", "Das ist Betrug", "una persona"]
    >>> find_phrases(normalise_many(texts), ["en", "en", "de", None]).tolist()
    [1, 0, 2, 1]
    """
    places = [_ALL if language is None else LANGUAGES.index(language) for language in languages]
    found = np.zeros(len(places), dtype=np.uint8)
    _find(texts.codes, texts.starts, np.array(places, dtype=np.int64), _LETTERS, _MOVES, _SAYS, found)
    return found


def _phrases() -> Iterable[tuple[str, int, int]]:
    """Each phrase with its language's place and its bit."""
    for bit, book in _BOOKS.items():
        for language, own in book.items():
            for phrase in own:
                for typed in {phrase, phrase.replace("'", "")}:
                    words = "".join(_plain(character) for character in normalise(typed)).split()
                    stem = "" if phrase.endswith(" ") else words.pop()
                    yield "".join(f"{word} " for word in words) + stem, LANGUAGES.index(language), bit


def _plain(character: str) -> str:
    return unicodedata.normalize("NFD", character)[0] if KINDS[ord(character)] == WORD else " "


def _tree() -> tuple[NDArray[np.uint8], NDArray[np.int16], NDArray[np.uint8]]:
    """letters: of each code point below 2^16; 0 stands in no phrase, 1 is no letter. moves: shape (nodes, letters).

    says: the bits of the phrases that end at a node, shape (nodes, languages + 1).
    """
    phrases = list(_phrases())
    alphabet = " " + "".join(sorted(set("".join(phrase for phrase, _, _ in phrases)) - {" "}))
    letters = np.zeros(0x10000, dtype=np.uint8)
    for code in range(len(letters)):
        letters[code] = alphabet.find(_plain(chr(code))) + 1
    children: list[dict[int, int]] = [{}]
    ends: list[tuple[int, int, int]] = []
    for phrase, place, bit in phrases:
        node = 0
        for character in phrase:
            letter = int(letters[ord(character)])
            if letter not in children[node]:
                children[node][letter] = len(children)
                children.append({})
            node = children[node][letter]
        ends.append((node, place, bit))
    moves = np.zeros((len(children), len(alphabet) + 1), dtype=np.int16)
    for node, following in enumerate(children):
        for letter, child in following.items():
            moves[node, letter] = child
    says = np.zeros((len(children), len(LANGUAGES) + 1), dtype=np.uint8)
    for node, place, bit in ends:
        says[node, place] |= bit
        says[node, _ALL] |= bit
    return letters, moves, says


_LETTERS, _MOVES, _SAYS = _tree()


@njit(cache=True)
def _find(codes: Any, starts: Any, places: Any, letters: Any, moves: Any, says: Any, found: Any) -> None:
    for text in range(len(found)):
        begin, end, place = starts[text], starts[text + 1], places[text]
        before = 1
        for at in range(begin, end):
            letter = letters[codes[at]] if codes[at] < 0x10000 else 1
            if before == 1 and letter != 1:
                node, next_at, last = 0, at, 0
                while next_at <= end:  # the text's end counts as a space
                    following = 1
                    if next_at < end and codes[next_at] < 0x10000:
                        following = letters[codes[next_at]]
                    if following != 1 or last != 1:
                        node = moves[node, following]
                        if node == 0:
                            break
                        found[text] |= says[node, place]
                    last = following
                    next_at += 1
            before = letter
