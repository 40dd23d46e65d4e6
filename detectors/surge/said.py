"""What the messages of some time said, added up: words with how many conversations used them, and which ones.

How many different conversations used a word is counted without keeping any: each sets one of 63 bits, chosen by a hash
of its id, so the bits that are set are never more than the conversations, however their messages were cut up. Between
them and the conversations lies linear counting (Whang et al. 1990, "A linear-time probabilistic counting algorithm").
"""

from math import log
from typing import Final
from zlib import crc32

from msgspec import Struct, field

BITS: Final = 63
"""So that they fit a signed 64-bit number."""
MESSAGE_IDS: Final = 5
_WORDS: Final = 100
_KINDS: Final = 20
_CONVERSATIONS: Final = (*(-BITS * log(1.0 - bits / BITS) for bits in range(BITS)), BITS * log(2.0 * BITS))


def conversation_bit(conversation_id: str) -> int:
    """The bit of a conversation.

    >>> conversation_bit("c-1") == conversation_bit("c-1"), conversation_bit("c-1").bit_count()
    (True, 1)
    """
    return 1 << crc32(conversation_id.encode(errors="surrogatepass")) % BITS


def conversations(bits: int) -> float:
    """About how many different conversations set these bits; some 300 and more look alike.

    >>> round(conversations(0b101), 1)
    2.0
    """
    return _CONVERSATIONS[bits.bit_count()]


class Said(Struct):
    """Messages, by language and by channel; words -> (conversations, summed over buckets; their bits); message ids.

    Bounded: the 100 words of most conversations (twice as many between two cuts), the 20 commonest languages and
    channels, the 5 newest ids.

    >>> said = Said(2, {"en": 2}, {"chat": 2}, {"outage": (2.0, 0b11)}, ["m-1"])
    >>> said.add(Said(1, {"en": 1}, {"chat": 1}, {"outage": (1.0, 0b10)}, ["m-2"]))
    >>> said.messages, round(said.words["outage"][0]), said.message_ids
    (3, 2, ['m-2', 'm-1'])
    """

    messages: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    words: dict[str, tuple[float, int]] = field(default_factory=dict)
    message_ids: list[str] = field(default_factory=list)

    def add(self, more: "Said") -> None:
        """Add messages of the same bucket: a conversation that writes twice in it counts once."""
        for word, (_, bits) in more.words.items():
            both = bits | self.words.get(word, (0.0, 0))[1]
            self.words[word] = conversations(both), both
        self._add(more)

    def join(self, other: "Said") -> None:
        """Add what was said in another bucket."""
        for word, (number, bits) in other.words.items():
            before, known = self.words.get(word, (0.0, 0))
            self.words[word] = before + number, known | bits
        self._add(other)

    def _add(self, more: "Said") -> None:
        self.messages += more.messages
        for own, others in ((self.languages, more.languages), (self.channels, more.channels)):
            for name, number in others.items():
                own[name] = own.get(name, 0) + number
            for name in sorted(own, key=lambda name: (-own[name], name))[_KINDS:]:
                del own[name]
        self.message_ids = list(dict.fromkeys([*more.message_ids, *self.message_ids]))[:MESSAGE_IDS]
        if len(self.words) > 2 * _WORDS:
            kept = sorted(self.words, key=lambda word: (-self.words[word][0], word))[:_WORDS]
            self.words = {word: self.words[word] for word in kept}
