"""What the messages of a group say, by topic: usually, and bucket by bucket of the last quarter of an hour.

A surge is seen minutes after it began, so buckets wait that long before they count as usual; those of a surge never do.
"""

from collections.abc import Mapping
from math import inf
from typing import Final

import msgspec

from detectors.surge.apart import WORDS, set_apart
from detectors.surge.said import Said
from detectors.surge.usual import Usual

_HOLD_S: Final = 900.0
_BUCKETS: Final = 120
_TOPICS: Final = 50


class Reports:
    """Of one group. `topic` is a topic's slice, or None for all of them.

    Bounded: 120 buckets, 50 topics in each; what comes beyond is left out.

    >>> reports = Reports()
    >>> for minute in range(60):
    ...     reports.add(60.0 * minute, "topic:a", Said(words={"invoice": (9.0, 2**9 - 1)}))
    ...     reports.close(60.0 * minute)
    >>> reports.hold_back(3_600.0)
    >>> reports.add(3_600.0, "topic:a", Said(words={"outage": (30.0, 2**30 - 1)}))
    >>> reports.apart(reports.since(3_600.0, "topic:a"), "topic:a")
    ('outage',)
    """

    def __init__(self) -> None:
        self._recent: dict[float, dict[str, Said]] = {}
        self._usual: dict[str, Usual] = {}
        self._held_s = [inf, -inf]  # from, until: the buckets that are not usual
        self._changed: set[bytes] = set()

    def add(self, start_s: float, topic: str, said: Said) -> None:
        """Add messages of a bucket."""
        if start_s not in self._recent and len(self._recent) >= _BUCKETS:
            return
        bucket = self._recent.setdefault(start_s, {})
        if topic not in bucket and len(bucket) >= _TOPICS:
            return
        before = bucket.get(topic)
        if before is None:
            bucket[topic] = said
        else:
            before.add(said)
        self._changed.add(_said_key(start_s, topic))

    def bucket(self, start_s: float, topic: str | None) -> Said:
        """What was said in one bucket."""
        return self._join([start_s], topic)

    def since(self, start_s: float, topic: str | None, until_s: float = inf) -> Said:
        """What was said in the buckets that wait and start from `start_s` on and before `until_s`."""
        return self._join(sorted(each for each in self._recent if start_s <= each < until_s), topic)

    def apart(self, said: Said, topic: str | None) -> tuple[str, ...]:
        """At most 8 words that set messages apart: first from what is usual in their topic, then from all topics.

        Of an outage in a topic of outages nothing is new; but what tells it from other topics is still worth saying.
        """
        everywhere = self._usual.values()
        words = [] if topic is None else [*set_apart(said.words, [self._usual.get(topic, Usual())], everywhere)]
        words += set_apart(said.words, everywhere, everywhere)
        return tuple(dict.fromkeys(words))[:WORDS]

    def hold_back(self, from_s: float) -> None:
        """Buckets from `from_s` on are not usual, until `release`."""
        self._held_s = [min(from_s, self._held_s[0]), inf]
        self._changed.add(b"held")

    def release(self, until_s: float) -> None:
        """Buckets that start at `until_s` or later may be usual again."""
        self._held_s[1] = until_s
        self._changed.add(b"held")

    def close(self, start_s: float) -> None:
        """The bucket that starts at `start_s` is closed: what waited long enough becomes usual."""
        for old_s in sorted(each for each in self._recent if each <= start_s - _HOLD_S):
            for topic, said in self._recent.pop(old_s).items():
                self._changed.add(_said_key(old_s, topic))
                if not self._held_s[0] <= old_s < self._held_s[1] and (
                    topic in self._usual or len(self._usual) < _TOPICS
                ):
                    words = {word: number for word, (number, _) in said.words.items()}
                    self._usual.setdefault(topic, Usual()).learn(words, old_s)
                    self._changed.add(b"usual/" + topic.encode())
        if -inf < self._held_s[1] <= start_s - _HOLD_S:
            self._held_s = [inf, -inf]
            self._changed.add(b"held")

    def _join(self, starts_s: list[float], topic: str | None) -> Said:
        joined = Said()
        for start_s in starts_s:
            for name, said in self._recent.get(start_s, {}).items():
                if topic in (None, name):
                    joined.join(said)
        return joined

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The rows that changed since the last call; None deletes one."""
        rows: dict[bytes, bytes | None] = {}
        for key in self._changed:
            kind, _, rest = key.partition(b"/")
            if kind == b"held":
                rows[key] = msgspec.msgpack.encode(self._held_s)
            elif kind == b"usual":
                rows[key] = msgspec.msgpack.encode(self._usual[rest.decode()])
            else:
                start_s, _, topic = rest.partition(b"/")
                said = self._recent.get(float(start_s), {}).get(topic.decode())
                rows[key] = None if said is None else msgspec.msgpack.encode(said)
        self._changed = set()
        return rows

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Go on from the rows of an earlier owner."""
        for key, row in rows.items():
            kind, _, rest = key.partition(b"/")
            if kind == b"held":
                self._held_s = msgspec.msgpack.decode(row, type=list[float])
            elif kind == b"usual":
                self._usual[rest.decode()] = msgspec.msgpack.decode(row, type=Usual)
            elif kind == b"said":
                start_s, _, topic = rest.partition(b"/")
                bucket = self._recent.setdefault(float(start_s), {})
                bucket[topic.decode()] = msgspec.msgpack.decode(row, type=Said)


def _said_key(start_s: float, topic: str) -> bytes:
    return b"said/%d/%s" % (round(start_s), topic.encode())
