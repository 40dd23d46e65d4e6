"""What was fetched, in order and without gaps, and how it is cut into chunks.

Offsets have holes (transaction markers, aborted batches, compaction) that look just like lost fetches. So every fetch
comes with the span of positions that reading it covered, and only spans that join are used. Source: DESIGN section 6.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol


class RawRecord(Protocol):
    """A record as Kafka's client hands it over; ``timestamp`` is the broker's, in milliseconds."""

    @property
    def offset(self) -> int: ...  # noqa: D102
    @property
    def timestamp(self) -> int: ...  # noqa: D102
    @property
    def key(self) -> bytes | None: ...  # noqa: D102
    @property
    def value(self) -> bytes | None: ...  # noqa: D102
    @property
    def headers(self) -> Iterable[tuple[str, bytes]]: ...  # noqa: D102


class Fetched(NamedTuple):
    """Records of one partition, and the span [start, end) of positions that reading them covered."""

    start: int
    end: int
    records: Sequence[RawRecord]


class Offered(Enum):
    """What became of a fetch: taken up, already known, or leaving a gap before it (the runner must seek)."""

    TAKEN = "taken"
    STALE = "stale"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class ChunkLimits:
    """A chunk is at most this many records and bytes (or one record), and as many as take the stage this long."""

    records: int = 2_000
    bytes: int = 4_000_000
    seconds: float = 0.05


class FetchQueue:
    """The fetches of one partition that wait, from ``next_offset`` on. Below ``singly_to`` a chunk is one record.

    >>> queue = FetchQueue(ChunkLimits(records=2), next_offset=5)
    >>> queue.offer(Fetched(7, 9, []))
    <Offered.GAP: 'gap'>
    >>> queue.offer(Fetched(5, 9, []))  # only markers: nothing to process, but the position moves
    <Offered.TAKEN: 'taken'>
    >>> queue.cut(), queue.next_offset
    ([], 9)
    """

    def __init__(self, limits: ChunkLimits, next_offset: int) -> None:
        self.next_offset = next_offset
        self.end_offset = next_offset
        self.singly_to = 0
        self.records = self.bytes = 0
        self._limits = limits
        self._fetches: deque[tuple[Fetched, list[int]]] = deque()  # with the size of each record
        self._used = 0  # how many records of the first fetch are used up
        self._cost_s = 0.0

    @property
    def unread(self) -> bool:
        """Whether there is anything to cut: records, or a span that moves the position."""
        return self.end_offset > self.next_offset

    @property
    def fills_a_chunk(self) -> bool:
        """Whether as much waits as the next chunk may hold."""
        return self.records >= self._most_records or self.bytes >= self._limits.bytes

    @property
    def _most_records(self) -> int:
        if self.next_offset < self.singly_to:
            return 1
        if not self._cost_s:
            return self._limits.records
        return max(1, min(self._limits.records, int(self._limits.seconds / self._cost_s)))

    def offer(self, fetched: Fetched) -> Offered:
        """Take up a fetch if it continues what is queued; records below are known and cut off."""
        if fetched.end <= self.end_offset:
            return Offered.STALE
        if fetched.start > self.end_offset:
            return Offered.GAP
        records = fetched.records
        if fetched.start < self.end_offset:
            records = [raw for raw in records if raw.offset >= self.end_offset]
        sizes = [len(raw.key or b"") + len(raw.value or b"") for raw in records]
        self._fetches.append((Fetched(self.end_offset, fetched.end, records), sizes))
        self.end_offset = fetched.end
        self.records += len(records)
        self.bytes += sum(sizes)
        return Offered.TAKEN

    def cut(self) -> list[RawRecord]:
        """The records of the next chunk; ``next_offset`` moves behind them, and over spans that held none."""
        limit = self._most_records
        chunk: list[RawRecord] = []
        size = 0
        while self._fetches:
            (_, end, records), sizes = self._fetches[0]
            stop = min(len(records), self._used + limit - len(chunk))
            grown = size + sum(sizes[self._used : stop])
            while grown > self._limits.bytes and stop > self._used and (chunk or stop > self._used + 1):
                stop -= 1
                grown -= sizes[stop]
            chunk.extend(records[self._used : stop])
            size, self._used = grown, stop
            if stop < len(records):
                self.next_offset = records[stop].offset
                break
            self._fetches.popleft()
            self._used, self.next_offset = 0, end
        self.records -= len(chunk)
        self.bytes -= size
        return chunk

    def took(self, records: int, seconds: float) -> None:
        """Learn how long the stage takes for a record, so that the next chunk takes as long as the limits say."""
        cost_s = seconds / records
        self._cost_s = 0.8 * self._cost_s + 0.2 * cost_s if self._cost_s else cost_s
