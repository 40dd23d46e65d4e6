"""What single words say of feeling and haste, before a model has learned anything.

Each word of a normalised text is looked up, whole, among those of its language (`lexicons/`). A weight is raised by
half after an intensifier ("very bad") and halved after a softener. A negation within three words, in the same clause,
turns a word: what is positive becomes negative ("not good"), what is negative becomes weakly positive ("no problem"),
what is urgent becomes calm ("no rush"), what is calm says nothing. Clauses end at punctuation and at "but" and such.
Weights add up, and a sum s is given as s / (1 + s): 0 where no word speaks, below 1 always. Praise beside a grievance n
keeps 1 - n of its score: in what customers write it is more often irony than joy.

These are weak evidence, for features and priors, no judgements: words do not know irony, nor what is "down".

Source of the scheme (negation window, intensifiers): Hutto and Gilbert, "VADER", ICWSM 2014. The words are our own.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detectors.text.lexicons import LEXICONS
from detectors.text.lexicons.words import EMOJI, Lexicon, spelled_out
from detectors.text.normalise import KINDS, PUNCTUATION, SPACE, SYMBOL, Normalised, kind_of, normalise_many

COLUMNS: Final = ("negative", "positive", "urgent", "calm")
"""What is scored, in the order of the columns of `scores_many`."""

_NEGATIVE, _POSITIVE, _URGENT, _CALM, _BOOST, _BREAK, _NOT_AFTER, _NOT_BEFORE, _NOT_AROUND = range(9)
_STRONGER, _WEAKER = 1.5, 0.5
_NOT_POSITIVE, _NOT_NEGATIVE = 0.8, 0.3  # how much of its weight a turned word keeps
_REACH = 3  # words that a negation reaches ahead
_REACH_BACK = 2
_REACH_BOOST = 2
_TABLE = 1 << 15
_OFFSET, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, on code points
_FOLD = np.uint64(32)
_SEEDS: Final[dict[str | None, int]] = {language: seed for seed, language in enumerate([None, *LEXICONS])}


def scores_many(texts: Normalised, languages: Sequence[str | None]) -> NDArray[np.float64]:
    """The scores of normalised texts, shape (texts, 4), columns as in `COLUMNS`, each from 0 to below 1.

    `languages` has one a text. One that has no lexicon, or None, is read with the words of all languages on which they
    agree.

    >>> from detectors.text.normalise import normalise_many
    >>> scores_many(normalise_many(["Not good!", "No rush, thanks :)"]), ["en", "en"]).round(2).tolist()
    [[0.44, 0.0, 0.0, 0.0], [0.0, 0.67, 0.0, 0.5]]
    """
    seeds = np.array([_SEEDS.get(language, 0) for language in languages], dtype=np.uint64)
    out = np.zeros((len(seeds), len(COLUMNS)))
    _score(texts.codes, texts.starts, seeds, KINDS, _KEYS, _MEANINGS, _WEIGHTS, out)
    return out


def scores(normalised: str, language: str | None) -> tuple[float, float]:
    """How negative and how positive a normalised text's words are.

    >>> scores("das ist sehr schlecht", "de"), scores("کیفیتش خوب نیست", "fa")
    ((0.6, 0.0), (0.4444444444444445, 0.0))
    """
    negative, positive, _, _ = _one(normalised, language)
    return negative, positive


def haste(normalised: str, language: str | None) -> tuple[float, float]:
    """How urgent and how calm a normalised text's words are.

    >>> haste("es urgente", "es"), haste("rien d'urgent", "fr")
    ((0.5, 0.0), (0.0, 0.5))
    """
    _, _, urgent, calm = _one(normalised, language)
    return urgent, calm


def _one(normalised: str, language: str | None) -> list[float]:
    codes = np.frombuffer(normalised.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    row: list[float] = scores_many(Normalised(codes, np.array([0, len(codes)])), [language])[0].tolist()
    return row


def entries(lexicon: Lexicon) -> list[tuple[str, int, float]]:
    """Each word of a lexicon as it stands there, normalised, with its meaning and its weight."""
    found = [(word, _NEGATIVE, weight) for weight, words in lexicon.negative.items() for word in spelled_out(words)]
    found += [(word, _POSITIVE, weight) for weight, words in lexicon.positive.items() for word in spelled_out(words)]
    for words, meaning, weight in (
        (lexicon.urgent, _URGENT, 1.0),
        (lexicon.calm, _CALM, 1.0),
        (lexicon.intensifiers, _BOOST, _STRONGER),
        (lexicon.softeners, _BOOST, _WEAKER),
        (lexicon.breaks, _BREAK, 0.0),
        (lexicon.negates_after, _NOT_AFTER, 0.0),
        (lexicon.negates_before, _NOT_BEFORE, 0.0),
        (lexicon.negates_around, _NOT_AROUND, 0.0),
    ):
        found += [(word, meaning, weight) for word in spelled_out(words)]
    plain = normalise_many([word for word, _, _ in found]).strings()
    return [(word, meaning, weight) for word, (_, meaning, weight) in zip(plain, found, strict=True)]


def meanings(lexicon: Lexicon) -> dict[str, tuple[int, float]]:
    """Meaning and weight of each word of a lexicon, as it stands there and as it is typed quickly."""
    found = {word: (meaning, weight) for word, meaning, weight in entries(lexicon)}
    for word, said in list(found.items()):
        found.setdefault(typed_quickly(word, lexicon.two_letters), said)
    return found


def typed_quickly(word: str, two_letters: bool = False) -> str:
    """As many write a word on a telephone: without its marks, or German's letters as two.

    A mark at the end stays: there it is most of the difference ("aidé", helped, and "aide", help).

    >>> typed_quickly("énerve"), typed_quickly("aidé"), typed_quickly("verärgert", two_letters=True)
    ('enerve', 'aidé', 'veraergert')
    """
    if two_letters:
        return word.translate(_AS_TWO)
    apart = unicodedata.normalize("NFD", word)
    if apart[-1:] in _MARKS:
        return word
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if letter not in _MARKS))


_AS_TWO: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_MARKS: Final = frozenset("\u0300\u0301\u0302\u0303\u0308\u0327")  # of Latin letters; Persian's are others


def _agreed() -> list[tuple[str, int, float]]:
    """The words of all languages, without those that mean different things."""
    found: dict[str, set[tuple[int, float]]] = {}
    for lexicon in LEXICONS.values():
        for word, said in meanings(lexicon).items():
            found.setdefault(word, set()).add(said)
    agreed = []
    for word, all_meanings in found.items():
        if len({meaning for meaning, _ in all_meanings}) == 1:
            agreed.append((word, *min(all_meanings)))
    return agreed


@njit(cache=True)
def _find(key: Any, keys: Any) -> Any:
    """Where a key is in the table, or the free place where it would be."""
    place = np.int64((key ^ (key >> _FOLD)) & np.uint64(len(keys) - 1))
    while keys[place] != 0 and keys[place] != key:
        place = (place + 1) & (len(keys) - 1)
    return place


@njit(cache=True)
def _hash(codes: Any, at: int, stop: int, seed: Any) -> Any:
    h = (_OFFSET ^ seed) * _PRIME
    for i in range(at, stop):
        h = (h ^ np.uint64(codes[i])) * _PRIME
    return h


def _tables() -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64]]:
    """All words in one table by open addressing, less than half full: keys, meanings, weights."""
    keys = np.zeros(_TABLE, dtype=np.uint64)
    kinds = np.zeros(_TABLE, dtype=np.int64)
    weights = np.zeros(_TABLE)
    emoji = entries(EMOJI)
    for language, seed in _SEEDS.items():
        own = _agreed() if language is None else [(word, *said) for word, said in meanings(LEXICONS[language]).items()]
        for word, meaning, weight in emoji + own:
            codes = np.frombuffer(word.encode("utf-32-le"), dtype=np.uint32)
            key = np.uint64(_hash(codes, 0, len(codes), np.uint64(seed)))
            place = _find(key, keys)
            keys[place], kinds[place], weights[place] = key, meaning, weight
    return keys, kinds, weights


_KEYS, _MEANINGS, _WEIGHTS = _tables()


@njit(cache=True)
def _turned(meaning: Any) -> Any:
    """What a negated word means."""
    if meaning == _NEGATIVE:
        return _POSITIVE
    return _NEGATIVE if meaning == _POSITIVE else _CALM


@njit(cache=True)
def _kept(meaning: Any) -> Any:
    """How much of its weight a negated word keeps."""
    if meaning == _NEGATIVE:
        return _NOT_NEGATIVE
    if meaning == _POSITIVE:
        return _NOT_POSITIVE
    return 1.0 if meaning == _URGENT else 0.0


@njit(cache=True)
def _score(codes: Any, starts: Any, seeds: Any, kinds: Any, keys: Any, means: Any, weights: Any, out: Any) -> None:
    for text in range(len(seeds)):
        at, end = starts[text], starts[text + 1]
        far = -10
        word, negated_at, boosted_at, said_at = 0, far, far, far  # words are counted
        boost, said_meaning, said_weight = 1.0, 0, 0.0
        while at < end:
            kind = kind_of(codes[at], kinds)
            stop = at + 1
            if kind != SYMBOL:
                while stop < end and kind_of(codes[stop], kinds) == kind:
                    stop += 1
            if kind == SPACE:
                at = stop
                continue
            place = _find(_hash(codes, at, stop, seeds[text]), keys)
            known = keys[place] != 0
            meaning, weight = means[place], weights[place]
            ends = (kind == PUNCTUATION and codes[at] != 0x27 and codes[at] != 0x2D) or (known and meaning == _BREAK)
            if ends:
                negated_at = boosted_at = said_at = far
            if kind != PUNCTUATION:
                word += 1
            if known and meaning <= _CALM:
                if word - boosted_at <= _REACH_BOOST:
                    weight *= boost
                if word - negated_at <= _REACH:
                    out[text, _turned(meaning)] += weight * _kept(meaning)
                else:
                    out[text, meaning] += weight
                    said_at, said_meaning, said_weight = word, meaning, weight
            elif known and meaning == _BOOST:
                boosted_at, boost = word, weight
            elif known and meaning >= _NOT_AFTER:
                near = word - said_at <= _REACH_BACK
                if near and (meaning == _NOT_BEFORE or (meaning == _NOT_AROUND and said_meaning == _POSITIVE)):
                    out[text, said_meaning] -= said_weight
                    out[text, _turned(said_meaning)] += said_weight * _kept(said_meaning)
                    said_at = far
                if meaning != _NOT_BEFORE:
                    negated_at = word
            at = stop
        for column in range(out.shape[1]):
            total = max(out[text, column], 0.0)
            out[text, column] = total / (1.0 + total)
        out[text, _POSITIVE] *= 1.0 - out[text, _NEGATIVE]
