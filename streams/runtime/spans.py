"""What was fetched, in order and without gaps, and how it is cut into chunks.

Offsets have holes (transaction markers, aborted batches, compaction) that look just like lost fetches. So every fetch
comes with the span of positions that reading it covered, and only spans that join are used. Source: DESIGN section 6.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from streams.runtime.stage import Headers


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
    def headers(self) -> Headers: ...  # noqa: D102


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
    """The fetches of one partition that wait, from ``next_offset`` on.

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
        self.records = self.bytes = 0
        self._limits = limits
        self._fetches: deque[Fetched] = deque()
        self._used = 0  # how many records of the first fetch are used up
        self._cost_s = 0.0

    def offer(self, fetched: Fetched) -> Offered:
        """Take up a fetch if it continues what is queued; records below are known and cut off."""
        if fetched.end <= self.end_offset:
            return Offered.STALE
        if fetched.start > self.end_offset:
            return Offered.GAP
        records = fetched.records
        if fetched.start < self.end_offset:
            records = [raw for raw in records if raw.offset >= self.end_offset]
        self._fetches.append(Fetched(self.end_offset, fetched.end, records))
        self.end_offset = fetched.end
        self.records += len(records)
        self.bytes += sum(map(_size, records))
        return Offered.TAKEN

    def cut(self) -> list[RawRecord]:
        """The records of the next chunk; ``next_offset`` moves behind them, and over spans that held none."""
        limit = self._limits.records
        if self._cost_s:
            limit = max(1, min(limit, int(self._limits.seconds / self._cost_s)))
        chunk: list[RawRecord] = []
        size = 0
        while self._fetches:
            fetched = self._fetches[0]
            for raw in fetched.records[self._used :] if self._used else fetched.records:
                grown = size + _size(raw)
                if chunk and (len(chunk) >= limit or grown > self._limits.bytes):
                    self.next_offset = raw.offset
                    break
                chunk.append(raw)
                size = grown
                self._used += 1
            else:
                self._fetches.popleft()
                self._used, self.next_offset = 0, fetched.end
                continue
            break
        self.records -= len(chunk)
        self.bytes -= size
        return chunk

    def took(self, records: int, seconds: float) -> None:
        """Learn how long the stage takes for a record, so that the next chunk takes as long as the limits say."""
        cost_s = seconds / records
        self._cost_s = 0.8 * self._cost_s + 0.2 * cost_s if self._cost_s else cost_s


def _size(raw: RawRecord) -> int:
    return len(raw.key or b"") + len(raw.value or b"")
