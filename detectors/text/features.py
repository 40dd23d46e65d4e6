"""Hashed features of texts: what the models see.

Three families, all binary: words, pairs of neighbouring words, and groups of four characters within a word (its edges
included). Each is hashed to a slot of 2^`slots_log2`; the hash is salted with the language, so that "die" does not
mean the same in German and in English (unsalted lost 2.6-3.4 points of macro-F1 where languages share a model). Words
and pairs form one block, the groups of characters another; each block has L2 norm 1, the words' then counts double.
A slot that two features share counts once, for the first, words before characters. After the 2^`slots_log2` slots come
a bias of 1 and one slot each for what the lexicons say (`lexicon.py`), three times its score; what is 0 is left out.
The lexicons' words, when they were few, were worth .02 of macro-F1 on tweets, and .04 on the first 1,500 of them; they
cost a microsecond.

Source: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009 (here without signs); the
mixing function is the 64-bit finaliser of MurmurHash3.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detectors.text.lexicon import COLUMNS, scores_many
from detectors.text.normalise import KINDS, PUNCTUATION, SPACE, SYMBOL, WORD, Normalised, kind_of

WORD_WEIGHT: Final = 2.0
LEXICON_WEIGHT: Final = 3.0
EXTRA_SLOTS: Final = 1 + len(COLUMNS)
"""Slots after the hashed ones: the bias, and one a column of the lexicons."""

_M1, _M2, _PRIME = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53), np.uint64(0x100000001B3)
_PAIR, _GRAM = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_S33, _S21, _S42, _S64 = np.uint64(33), np.uint64(21), np.uint64(42), np.uint64(64)
_EDGE = np.uint64(0x20)


class Features(NamedTuple):
    """A batch of sparse rows: row t is `slots[starts[t]:starts[t + 1]]` with its `values`; no slot repeats in a row."""

    starts: NDArray[np.int64]
    slots: NDArray[np.int32]
    values: NDArray[np.float64]

    def row(self, index: int) -> dict[int, float]:
        """One row as River takes it: {slot: value}."""
        span = slice(self.starts[index], self.starts[index + 1])
        return dict(zip(self.slots[span].tolist(), self.values[span].tolist(), strict=True))


def extract(texts: Normalised, languages: Sequence[str | None], slots_log2: int) -> Features:
    """The features of normalised texts.

    `languages` has one language a text, or None where it is not known: that has a salt of its own. Slots run from 0 to
    2^slots_log2 + `EXTRA_SLOTS`. The bias, in slot 2^slots_log2, ends each row; a text without a word has nothing else.

    >>> from detectors.text.normalise import normalise_many
    >>> features = extract(normalise_many(["no", ""]), ["en", None], slots_log2=10)
    >>> [list(features.row(i).values()) for i in range(2)]
    [[2.0, 1.0, 1.0], [1.0]]
    """
    salts = np.array([language_salt(language) for language in languages], dtype=np.uint64)
    evidence = scores_many(texts, languages)
    # A code point starts at most one word, one pair and one group.
    room = 3 * len(texts.codes) + EXTRA_SLOTS * len(salts)
    slots = np.empty(room, dtype=np.int32)
    values = np.empty(room, dtype=np.float64)
    starts = np.empty(len(salts) + 1, dtype=np.int64)
    # For one text there is no need to ask; this takes longer than to score it.
    longest = len(texts.codes) if len(salts) == 1 else int(np.diff(texts.starts).max(initial=1))
    seen = np.zeros(_table_size(longest), dtype=np.int64)
    _extract(texts.codes, texts.starts, salts, evidence, KINDS, slots_log2, seen, starts, slots, values)
    return Features(starts, slots[: starts[-1]], values[: starts[-1]])


def evidence_slot(column: str, slots_log2: int) -> tuple[int, float]:
    """The slot of a column of the lexicons, and its value for a score of 1; of the bias, which all texts have, for "".

    >>> evidence_slot("", 10), evidence_slot("positive", 10)
    ((1024, 1.0), (1026, 3.0))
    """
    return (1 << slots_log2, 1.0) if not column else ((1 << slots_log2) + 1 + COLUMNS.index(column), LEXICON_WEIGHT)


@lru_cache(maxsize=256)
def language_salt(language: str | None) -> int:
    """64 bits that stand for a language; None, for a language that is not known, differs from all."""
    name = (language or "").encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little")


@njit(cache=True)
def _mix(h: Any) -> Any:
    h ^= h >> _S33
    h *= _M1
    h ^= h >> _S33
    h *= _M2
    h ^= h >> _S33
    return h


@njit(cache=True)
def _table_size(length: int) -> int:
    """Room for twice the features of a text of this many code points: a power of two."""
    size = 64
    while size < 6 * length:
        size *= 2
    return size


@njit(cache=True)
def _add(h: Any, shift: Any, seen: Any, mask: int, text: int, slots: Any, write: int) -> int:
    """Append the hash's slot unless this text has it already; `seen` is a set by open addressing, one stamp a text."""
    slot = np.int64(h >> shift)
    entry = (np.int64(text + 1) << 32) | slot
    place = slot & mask
    while (seen[place] >> 32) == text + 1:
        if seen[place] == entry:
            return write
        place = (place + 1) & mask
    seen[place] = entry
    slots[write] = np.int32(slot)
    return write + 1


@njit(cache=True)
def _token_end(codes: Any, at: int, end: int, kinds: Any) -> int:
    """Where the token that starts here ends: a word, a run of punctuation, or one symbol."""
    kind = kind_of(codes[at], kinds)
    if kind == SYMBOL:
        return at + 1
    stop = at + 1
    while stop < end and kind_of(codes[stop], kinds) == kind:
        stop += 1
    return stop


@njit(cache=True)
def _is_quiet(codes: Any, at: int, stop: int, kinds: Any) -> Any:
    """Whether a token says nothing: spaces, or one punctuation mark that is neither ! nor ?"""
    kind = kind_of(codes[at], kinds)
    if kind == PUNCTUATION:
        return stop - at == 1 and codes[at] != 0x21 and codes[at] != 0x3F
    return kind == SPACE


@njit(cache=True)
def _extract(
    codes: Any, starts: Any, salts: Any, evidence: Any, kinds: Any, slots_log2: int, seen: Any, rows: Any, slots: Any,
    values: Any,
) -> None:  # fmt: skip
    shift = _S64 - np.uint64(slots_log2)
    write = 0
    rows[0] = 0
    for text in range(len(salts)):
        begin, end = starts[text], starts[text + 1]
        mask = _table_size(end - begin) - 1
        salt = salts[text]
        first = write
        before = np.uint64(0)
        at = begin
        while at < end:  # words and pairs
            stop = _token_end(codes, at, end, kinds)
            if not _is_quiet(codes, at, stop, kinds):
                h = salt
                for i in range(at, stop):
                    h = (h ^ np.uint64(codes[i])) * _PRIME
                h = _mix(h)
                write = _add(h, shift, seen, mask, text, slots, write)
                if before != np.uint64(0):
                    write = _add(_mix((before ^ _PAIR) * _PRIME + h), shift, seen, mask, text, slots, write)
                before = h
            at = stop
        if write > first:
            values[first:write] = WORD_WEIGHT / np.sqrt(write - first)
        first = write
        at = begin
        while at < end:  # groups of four characters; a word of one or two letters is one group
            stop = _token_end(codes, at, end, kinds)
            if kind_of(codes[at], kinds) == WORD:
                a, b, c = _EDGE, np.uint64(codes[at]), _EDGE
                if stop - at > 1:
                    c = np.uint64(codes[at + 1])
                for i in range(at + 2, max(stop + 1, at + 3)):
                    d = np.uint64(codes[i]) if i < stop else _EDGE
                    h = _mix(_mix(salt ^ (a | b << _S21 | c << _S42)) ^ d ^ _GRAM)
                    write = _add(h, shift, seen, mask, text, slots, write)
                    a, b, c = b, c, d
            at = stop
        if write > first:
            values[first:write] = 1.0 / np.sqrt(write - first)
        for column in range(evidence.shape[1]):
            if evidence[text, column] > 0.0:
                slots[write] = np.int32((1 << slots_log2) + 1 + column)
                values[write] = LEXICON_WEIGHT * evidence[text, column]
                write += 1
        slots[write] = np.int32(1 << slots_log2)
        values[write] = 1.0
        write += 1
        rows[text + 1] = write
