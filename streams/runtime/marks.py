"""Marks and watermarks: how a stage knows that it has heard everything up to some time.

A stage that feeds an inbox writes marks there: "partition P of my source has been read up to time t". The reader
collects them; its watermark is the least of them. A partition that stops marking is left out after a while, and named,
so that one dead source does not stop time for everyone. Source: DESIGN section 5; the idea is that of punctuations
(Tucker et al. 2003) and low watermarks (Akidau et al. 2013, MillWheel).
"""

from collections.abc import Iterable
from typing import NamedTuple

import orjson

from streams.runtime.stage import Headers, Watermark

MARK_EVERY_S = 10.0
SILENCE_S = 30.0
SILENCE_FLOOR_WALL_S = 3.0
MARK_HEADER = "spillway_mark"
MARK_HEADERS: Headers = ((MARK_HEADER, b"1"),)


class Mark(NamedTuple):
    """Everything that ``topic``'s ``partition`` (one of ``partitions``) had to say up to ``up_to_s`` has been sent.

    >>> Mark.decode(Mark("messages.raw", 1, 8, 60.0).encode())
    Mark(topic='messages.raw', partition=1, partitions=8, up_to_s=60.0)
    """

    topic: str
    partition: int
    partitions: int
    up_to_s: float

    def encode(self) -> bytes:
        """The mark as the value of a record."""
        return orjson.dumps(list(self))

    @classmethod
    def decode(cls, value: bytes | None) -> "Mark | None":
        """The mark in a record's value, or None when there is none."""
        try:
            topic, partition, partitions, up_to_s = orjson.loads(value or b"")
            return cls(str(topic), int(partition), int(partitions), float(up_to_s))
        except (ValueError, TypeError):
            return None


def is_mark(headers: Iterable[tuple[str, bytes]]) -> bool:
    """Whether a record with these headers is a mark and not the stage's business.

    >>> is_mark(MARK_HEADERS), is_mark(())
    (True, False)
    """
    return any(name == MARK_HEADER for name, _ in headers)


def mark_due(last_s: float, now_s: float) -> bool:
    """Whether time has crossed a multiple of 10 s (and so the end of any bucket) since the last mark.

    >>> mark_due(19.9, 20.0), mark_due(20.0, 29.9)
    (True, False)
    """
    return now_s // MARK_EVERY_S > last_s // MARK_EVERY_S


class MarkBook:
    """The marks that one reading partition has seen, and the watermark that follows from them.

    fed_by: the topics whose partitions mark. With none, the watermark is simply the reader's own time.
    silence_s: a partition whose mark stood still for longer, in the reader's time, is left out and named.

    >>> book = MarkBook(("events",), silence_s=30.0)
    >>> book.open(now_s=100.0)
    >>> book.observe(Mark("events", 0, 2, 95.0), reader_s=100.0)
    >>> book.watermark(101.0).time_s  # partition 1 has not spoken yet
    0.0
    >>> book.observe(Mark("events", 1, 2, 90.0), reader_s=101.0)
    >>> book.watermark(102.0).time_s
    90.0
    >>> book.observe(Mark("events", 0, 2, 130.0), reader_s=131.0)
    >>> book.watermark(132.0)
    Watermark(time_s=130.0, silent=frozenset({('events', 1)}))
    """

    def __init__(self, fed_by: tuple[str, ...], silence_s: float = SILENCE_S) -> None:
        self._silence_s = silence_s
        self._partitions = dict.fromkeys(fed_by, 1)
        self._up_to_s: dict[tuple[str, int], float] = {}
        self._moved_s: dict[tuple[str, int], float] = {}
        self._opened_s = 0.0
        self._time_s = 0.0
        self.changed = False  # since the last dump

    def open(self, now_s: float) -> None:
        """Start to listen at ``now_s``: nobody is silent before ``silence_s`` have passed since."""
        self._opened_s = now_s

    def observe(self, mark: Mark, reader_s: float) -> None:
        """Take note of a mark that was read at ``reader_s``. Marks of topics that nobody waits for are ignored."""
        if mark.topic not in self._partitions:
            return
        # A partition that was added while its stage runs is not in the number that the stage knows.
        self._partitions[mark.topic] = max(self._partitions[mark.topic], mark.partitions, mark.partition + 1)
        source = (mark.topic, mark.partition)
        if mark.up_to_s > self._up_to_s.get(source, float("-inf")):
            self._up_to_s[source] = mark.up_to_s
            self._moved_s[source] = reader_s
            self.changed = True

    def watermark(self, reader_s: float) -> Watermark:
        """How far all sources have come at the reader's time ``reader_s``. Never goes back."""
        if not self._partitions:
            self._time_s = max(self._time_s, reader_s)
            return Watermark(self._time_s)
        silent: set[tuple[str, int]] = set()
        least_s = reader_s
        for topic, partitions in self._partitions.items():
            for partition in range(partitions):
                source = (topic, partition)
                heard_s = max(self._moved_s.get(source, self._opened_s), self._opened_s)
                if reader_s - heard_s > self._silence_s:
                    silent.add(source)
                else:
                    least_s = min(least_s, self._up_to_s.get(source, 0.0))
        if least_s > self._time_s:
            # Silence moves it without a mark. An output may tell of this time, so the next owner must not be behind it.
            self._time_s = least_s
            self.changed = True
        return Watermark(self._time_s, frozenset(silent))

    def dump(self) -> bytes:
        """The book as a row, so that the next owner's watermark goes on where this one's was."""
        self.changed = False
        marks = [[*source, self._partitions[source[0]], up_to_s] for source, up_to_s in sorted(self._up_to_s.items())]
        return orjson.dumps({"time_s": self._time_s, "marks": marks})

    def restore(self, row: bytes) -> None:
        """Take up a row of ``dump``."""
        state = orjson.loads(row)
        self._time_s = state["time_s"]
        for topic, partition, partitions, up_to_s in state["marks"]:
            if topic in self._partitions:
                self._partitions[topic] = max(self._partitions[topic], partitions)
                self._up_to_s[topic, partition] = up_to_s
