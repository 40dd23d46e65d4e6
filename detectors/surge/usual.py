"""The words that messages of a topic usually use: old ones count half after a week."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

_HALF_LIFE_S: Final = 7 * 86_400.0
_WORDS: Final = 200


class Usual(Struct):
    """Words -> conversations, faded; `total` is of all words, those among them that were too rare to be kept.

    >>> usual = Usual()
    >>> usual.learn({"invoice": 3.0}, at_s=0.0)
    >>> usual.learn({"invoice": 1.0, "router": 1.0}, at_s=604_800.0)
    >>> usual.words, usual.total
    ({'invoice': 2.5, 'router': 1.0}, 3.5)
    """

    words: dict[str, float] = field(default_factory=dict)
    total: float = 0.0
    at_s: float = 0.0

    def learn(self, words: Mapping[str, float], at_s: float) -> None:
        """Take in a bucket's words. Keeps the 200 commonest, twice as many between two cuts."""
        if at_s > self.at_s:
            fade = 0.5 ** ((at_s - self.at_s) / _HALF_LIFE_S)
            self.words = {word: number * fade for word, number in self.words.items()}
            self.total *= fade
            self.at_s = at_s
        for word, number in words.items():
            self.words[word] = self.words.get(word, 0.0) + number
        self.total += sum(words.values())
        if len(self.words) > 2 * _WORDS:
            kept = sorted(self.words, key=lambda word: (-self.words[word], word))[:_WORDS]
            self.words = {word: self.words[word] for word in kept}
