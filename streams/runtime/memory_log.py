"""The log of one partition in memory: offsets, the clock's timestamps, and holes where Kafka has markers."""

from typing import NamedTuple

from streams.runtime.spans import Fetched
from streams.runtime.stage import Headers


class StoredRecord(NamedTuple):
    """One record of a log; ``timestamp`` in milliseconds since the epoch, as the broker stamps it."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class MemoryLog:
    """Records by offset, from ``start`` to before ``end``. Offsets without a record are holes: nobody is shown them.

    >>> log = MemoryLog()
    >>> log.append(12.5, b"k", b"v")
    >>> log.skip(2)  # an aborted record and its marker
    >>> log.read(0, 3)
    Fetched(start=0, end=3, records=[StoredRecord(offset=0, timestamp=12500, key=b'k', value=b'v', headers=())])
    """

    def __init__(self) -> None:
        self.start = 0
        self._slots: list[StoredRecord | None] = []

    @property
    def end(self) -> int:
        """The offset that the next record gets."""
        return self.start + len(self._slots)

    def append(self, time_s: float, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """Add a record, stamped with ``time_s`` to the millisecond."""
        self._slots.append(StoredRecord(self.end, int(time_s * 1000), key, value, headers))

    def skip(self, offsets: int) -> None:
        """Leave a hole: what transaction markers, aborted records and compaction do to offsets."""
        self._slots.extend([None] * offsets)

    def delete_before(self, offset: int) -> None:
        """Forget everything below ``offset``, as retention does."""
        del self._slots[: offset - self.start]
        self.start = max(self.start, offset)

    def records(self) -> list[StoredRecord]:
        """All records that it holds, in order."""
        return [record for record in self._slots if record is not None]

    def read(self, start: int, offsets: int) -> Fetched:
        """What lies at ``offsets`` offsets from ``start`` on. ``start`` must not lie outside the log."""
        slots = self._slots[start - self.start : start - self.start + offsets]
        return Fetched(start, start + len(slots), [record for record in slots if record is not None])
