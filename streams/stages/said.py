"""What the messages of a topic said, as it goes onto volume.counts: words, languages, channels, a few message ids.

Bounded and cheap, since every message passes here: of each topic, bucket and chunk the first conversations alone are
read for words.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

from detectors.surge.said import BITS, Said, conversation_bit, conversations
from detectors.text.words import telling_words
from streams.contracts.names import ID_CHARS

WORDS: Final = 50
MESSAGE_IDS: Final = 3
HEARD: Final = 10
"""Conversations of a topic, bucket and chunk that are read for words; messages count whether read or not."""
_TELLING: Final = 5
_KINDS: Final = 20
_NAME_CHARS: Final = 35

Word = Annotated[str, Meta(min_length=1, max_length=40)]
Bits = Annotated[int, Meta(ge=0, le=2**BITS - 1)]
Number = Annotated[int, Meta(ge=0, le=10**9)]
ShortName = Annotated[str, Meta(min_length=1, max_length=_NAME_CHARS)]


class SaidRecord(Struct, frozen=True, gc=False):
    """words: with the bits of the conversations that used them (detectors.surge.said). message_ids: of typical ones."""

    languages: Annotated[dict[ShortName, Number], Meta(max_length=_KINDS)] = {}
    channels: Annotated[dict[ShortName, Number], Meta(max_length=_KINDS)] = {}
    words: Annotated[dict[Word, Bits], Meta(max_length=WORDS)] = {}
    message_ids: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=ID_CHARS)]], Meta(max_length=MESSAGE_IDS)
    ] = []

    def said(self) -> Said:
        """As the detectors add it up. The counts of channels are those of all that was counted."""
        words = {word: (conversations(bits), bits) for word, bits in self.words.items()}
        return Said(
            sum(self.channels.values()), dict(self.languages), dict(self.channels), words, list(self.message_ids)
        )


class TopicSaid:
    """Collects it for one topic in one bucket of a chunk.

    >>> said = TopicSaid()
    >>> for number in range(2):
    ...     said.add("en", "chat", f"c-{number}", f"m-{number}", "my router is off")
    >>> record = said.record()
    >>> record.languages, record.words["router"].bit_count(), record.message_ids
    ({'en': 2}, 2, ['m-0', 'm-1'])
    """

    def __init__(self) -> None:
        self._languages: dict[str, int] = {}
        self._channels: dict[str, int] = {}
        self._heard: list[tuple[str, str, str]] = []

    def add(self, language: str, channel: str, conversation_id: str, message_id: str, normalised: str) -> None:
        """One more message."""
        self._languages[language] = self._languages.get(language, 0) + 1
        self._channels[channel] = self._channels.get(channel, 0) + 1
        if len(self._heard) < HEARD:
            self._heard.append((conversation_id, message_id, normalised))

    def record(self) -> SaidRecord:
        """All of it: the 50 words of most conversations, and the 3 messages with most of the commonest words."""
        bits: dict[str, int] = {}
        texts = []
        for conversation_id, message_id, normalised in self._heard:
            bit = conversation_bit(conversation_id)
            words = telling_words(normalised)
            texts.append((message_id, words))
            for word in words:
                bits[word] = bits.get(word, 0) | bit
        if len(texts) > MESSAGE_IDS or len(bits) > WORDS:
            ranked = sorted([(-bits[word].bit_count(), word) for word in bits])[:WORDS]
            bits = {word: bits[word] for _, word in ranked}
            telling = {word for number, word in ranked[:_TELLING] if number < -1}  # of two conversations or more
            texts.sort(key=lambda text: -len(telling.intersection(text[1])))
        ids = [message_id for message_id, _ in texts[:MESSAGE_IDS]]
        return SaidRecord(_commonest(self._languages), _commonest(self._channels), bits, ids)


def _commonest(counts: dict[str, int]) -> dict[str, int]:
    names = [name for name in counts if 0 < len(name) <= _NAME_CHARS]
    if len(names) > _KINDS:
        names = sorted(names, key=lambda name: (-counts[name], name))[:_KINDS]
    return {name: counts[name] for name in names}
