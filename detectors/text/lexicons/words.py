"""How a lexicon is written down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language. `negative` and `positive` map a weight to words; the other fields are words.

    Words stand in one string, apart by spaces. A slash gives endings: "lent/o/a" is "lento lenta", and "slow//er" is
    "slow slower" (an empty ending is the stem alone).

    `negates_after`: turns the words that follow it ("not good"). `negates_before`: turns the words before it, as
    Persian verbs do. `negates_around`: turns what follows, and a positive word before ("funktioniert nicht").
    `breaks`: a word at which a new clause begins ("but"), as at a punctuation mark. `two_letters`: whether people
    without its keys type ä as ae and ß as ss; else they leave the marks out.
    """

    negative: Mapping[float, str]
    positive: Mapping[float, str]
    urgent: str
    calm: str
    intensifiers: str
    softeners: str
    breaks: str
    negates_after: str = ""
    negates_before: str = ""
    negates_around: str = ""
    two_letters: bool = False


EMOJI: Final = Lexicon(
    negative={
        1.0: "😞 😟 😕 🙁 ☹ 😣 😖 😢 😭 😒 😑 🙄 😩 😫 💔 👎 😰 😨 :( :(( :-( :'( :/ :-/ >:( =(",
        2.0: "😡 😠 🤬 😤 💩 🤮 🖕 👿",
    },
    positive={
        1.0: "🙂 😊 😀 😃 😄 😁 😉 👍 👌 🙏 🎉 ✨ 👏 🤗 ☺ 💪 🥳 💐 🌹 :) :)) :-) :-)) ;) ;-) =) :d ^^ <3",
        2.0: "😍 🥰 😘 🤩 ❤ 💕 💖 💯 ♥",
    },
    urgent="🚨 🆘",
    calm="",
    intensifiers="",
    softeners="",
    breaks="",
)
"""What means the same in every language."""


def spelled_out(words: str) -> Iterator[str]:
    """Each word with each of its endings.

    >>> list(spelled_out("bad lent/o/a slow//er"))
    ['bad', 'lento', 'lenta', 'slow', 'slower']
    """
    for entry in words.split():
        stem, *endings = [entry] if entry in _FACES else entry.split("/")
        yield from (stem + ending for ending in endings or [""])


_FACES: Final = frozenset({":/", ":-/"})
