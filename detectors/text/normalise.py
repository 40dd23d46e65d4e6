"""Texts made alike: the same words written in different ways become the same code points.

Done to each text: cut to `MAX_CHARS`; NFKC; lower case; Arabic ye and kaf to the Persian letters; decimal digits of
any script to one `0` a number; URLs to 🔗, e-mail addresses to ✉, @handles to @; a character repeated more than twice
to two; white space and control characters to one space; marks that do not show (zero-width joiners, direction marks,
Arabic vowel signs, tatweel, variation selectors, skin tones) dropped. Whatever cannot be text (lone surrogates,
private use) is a space. A normalised text stays as it is, but for oddities such as htttp://.

Everything but NFKC is one compiled pass over UTF-32 code points: in Python it would cost ten times what the models do.
"""

import unicodedata
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

MAX_CHARS: Final = 4_000
"""Characters of a text that are read. The rest is ignored, so that a pasted log costs no more than a long letter."""

SPACE, WORD, PUNCTUATION, SYMBOL, DROPPED = 0, 1, 2, 3, 4
"""The kinds of code points. A symbol (an emoji, a currency) is a word by itself; punctuation runs together: :-("""

_URL, _EMAIL, _AT, _ZERO, _BLANK = 0x1F517, 0x2709, 0x40, 0x30, 0x20
_BMP = 0x10000
_PERSIAN = {0x064A: 0x06CC, 0x0649: 0x06CC, 0x0643: 0x06A9, 0x06C0: 0x0647}  # ye, alef maksura, kaf, heh with hamza
_INVISIBLE = (
    (0x0300, 0x036F),  # Latin accents that NFKC could not compose
    (0x0610, 0x061A),
    (0x0640, 0x0640),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0xFE00, 0xFE0F),
)


class Normalised(NamedTuple):
    """A batch of normalised texts: text t is `codes[starts[t]:starts[t + 1]]`, as code points."""

    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]

    def strings(self) -> list[str]:
        """The texts as strings."""
        whole = self.codes.tobytes().decode("utf-32-le")
        starts: list[int] = self.starts.tolist()
        return [whole[begin:end] for begin, end in pairwise(starts)]


def normalise_many(texts: Sequence[str]) -> Normalised:
    """Normalise a batch of texts. Total: any `str` gives a result.

    >>> normalise_many(["Heeeelp!!! Order 12,345", "\\ud800", "كيك"]).strings()
    ['heelp!! order 0', '', 'کیک']
    """
    cut = [_nfkc(text) for text in texts]
    starts = np.array([0, *accumulate(map(len, cut))], dtype=np.int64)
    codes = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    out = np.empty(len(codes), dtype=np.uint32)
    out_starts = np.empty_like(starts)
    _normalise(codes, starts, LOWER, KINDS, out, out_starts)
    return Normalised(out[: out_starts[-1]], out_starts)


def normalise(text: str) -> str:
    """Normalise one text.

    >>> normalise("Écrivez à Moi.Meme+2@exemple.fr ou @support, voir https://exemple.fr/a?b=1")
    'écrivez à ✉ ou @, voir 🔗'
    """
    return normalise_many([text]).strings()[0]


def _nfkc(text: str) -> str:
    text = text[:MAX_CHARS]
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text)[:MAX_CHARS]  # some code points become 18: cut again


def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """What each code point below 2^16 becomes, and its kind."""
    lower = np.arange(_BMP, dtype=np.uint32)
    kinds = np.empty(_BMP, dtype=np.uint8)
    by_category = {"L": WORD, "M": WORD, "Z": SPACE, "P": PUNCTUATION, "S": SYMBOL, "N": SYMBOL}
    by_category |= {"Nd": WORD, "Cc": SPACE, "Cs": SPACE, "Co": SPACE, "Cf": DROPPED, "Cn": SYMBOL}
    for code in range(_BMP):
        character = chr(code)
        category = unicodedata.category(character)
        kinds[code] = by_category.get(category, by_category.get(category[0], SYMBOL))
        if category == "Lu" or category == "Lt":
            lower[code] = ord(character.lower()[0])  # one code point for one: İ loses its dot
        elif category == "Nd":
            lower[code] = _ZERO
    for code in map(ord, "+<=>^`|~"):
        kinds[code] = PUNCTUATION  # parts of emoticons
    for first, last in _INVISIBLE:
        kinds[first : last + 1] = DROPPED
    for arabic, persian in _PERSIAN.items():
        lower[arabic] = persian
    lower[0x2019] = ord("'")
    return lower, kinds


LOWER, KINDS = _tables()


# Kernels of features.py have this one inside: numba's cache does not notice that, so touch that file when this changes.
@njit(cache=True)
def kind_of(code: Any, kinds: Any) -> Any:
    """The kind of a code point (compiled; for kernels)."""
    if code < 0x10000:
        return kinds[code]
    if code >= 0xE0000 or 0x1F3FB <= code <= 0x1F3FF:
        return np.uint8(SPACE) if code >= 0xF0000 else np.uint8(DROPPED)  # private use; tags and skin tones
    return np.uint8(SYMBOL) if 0x1F000 <= code < 0x20000 else np.uint8(WORD)


@njit(cache=True)
def _is_url(codes: Any, at: int, end: int) -> Any:
    """Whether http://, https:// or www. starts here (lower case)."""
    if end - at < 5:
        return False
    if codes[at] == 0x77:
        return codes[at + 1] == 0x77 and codes[at + 2] == 0x77 and codes[at + 3] == 0x2E
    if codes[at] != 0x68 or codes[at + 1] != 0x74 or codes[at + 2] != 0x74 or codes[at + 3] != 0x70:
        return False
    colon = at + 5 if codes[at + 4] == 0x73 else at + 4
    return end - colon >= 3 and codes[colon] == 0x3A and codes[colon + 1] == 0x2F and codes[colon + 2] == 0x2F


@njit(cache=True)
def _in_address(code: Any, kinds: Any) -> Any:
    """Whether a code point may stand in an e-mail address: a letter, a digit, one of . _ + -"""
    return code == 0x2E or code == 0x5F or code == 0x2B or code == 0x2D or kind_of(code, kinds) == WORD


@njit(cache=True)
def _normalise(codes: Any, starts: Any, lower: Any, kinds: Any, out: Any, out_starts: Any) -> None:
    """Write the normalised texts to `out`: first lowered and without what does not show; then masked, in place."""
    write = 0
    for text in range(len(starts) - 1):
        out_starts[text] = write
        for at in range(starts[text], starts[text + 1]):
            if kind_of(codes[at], kinds) != DROPPED:
                out[write] = lower[codes[at]] if codes[at] < 0x10000 else codes[at]
                write += 1
    out_starts[len(starts) - 1] = write
    write = 0
    for text in range(len(starts) - 1):
        at, end = out_starts[text], out_starts[text + 1]
        begin = write
        out_starts[text] = begin
        while at < end:  # what is written never overtakes what is read
            code = out[at]
            last = out[write - 1] if write > begin else np.uint32(_BLANK)
            before = out[write - 2] if write > begin + 1 else np.uint32(_BLANK)
            if kind_of(code, kinds) == SPACE:
                code = np.uint32(_BLANK)
                at += 1
                if last == _BLANK:
                    continue
            elif (code == 0x68 or code == 0x77) and kind_of(last, kinds) != WORD and _is_url(out, at, end):
                code = np.uint32(_URL)
                while at < end and kind_of(out[at], kinds) != SPACE:
                    at += 1
            elif code == _AT and at + 1 < end and (kind_of(out[at + 1], kinds) == WORD or out[at + 1] == 0x5F):
                is_email = kind_of(last, kinds) == WORD
                if is_email:
                    code = np.uint32(_EMAIL)
                    while write > begin and _in_address(out[write - 1], kinds):
                        write -= 1
                at += 1
                while at < end and (
                    kind_of(out[at], kinds) == WORD or out[at] == 0x5F or (is_email and _in_address(out[at], kinds))
                ):
                    at += 1
                if not is_email and last == code and before == code:
                    continue
            elif code == _ZERO:
                at += 1
                if last == _ZERO:
                    continue
                if before == _ZERO and 0x2C <= last <= 0x3A:  # , - . / and : join digits: 12.50, 10:30, 1/2/2026
                    write -= 1
                    continue
            else:
                at += 1
                if last == code and before == code:
                    continue
            out[write] = code
            write += 1
        if write > begin and out[write - 1] == _BLANK:
            write -= 1
    out_starts[len(starts) - 1] = write
