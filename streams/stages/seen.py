"""Which messages, or conversations, a partition has seen lately, in rows that stay few and small.

Every call of ``changed_rows`` writes what is new in a row of its own (one chunk: a few dozen bytes to 32 KB), so that a
chunk never rewrites what earlier ones wrote. There are 1,024 keys; when none is free, the oldest small neighbours are
folded together. Rows of which all is forgotten are deleted.
"""

import struct
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from heapq import heappop, heappush

CAPACITY = 1_000_000
SLOTS = 1_024
ROW_ENTRIES = 4_096
"""The most that a row holds, 64 KB, up to a capacity of two million; for ten million it is 313 KB."""
FOLD_ENTRIES = 65_536
"""About what one fold rewrites at most: 1 MB."""
MESSAGES, CONVERSATIONS = b"seen/", b"conversations/"
"""What the keys of their rows begin with."""
_HEAD = struct.Struct("<Q")
_ENTRY_BYTES = 16


def hash_of(tenant: str, name: str) -> int:
    """Eight bytes of blake2b that stand for a tenant's message or conversation. A tenant's name holds no colon, so no
    two pairs read alike.

    Among a million a new one is mistaken for one of them with a probability of 5e-14. Source: RFC 7693.

    >>> hash_of("acme", "m-1") == hash_of("acme", "m-1"), hash_of("acme", "m-1") < 2**64
    (True, True)
    """
    return int.from_bytes(blake2b(f"{tenant}:{name}".encode(), digest_size=8).digest(), "little")


@dataclass(slots=True)
class _Row:
    """Hashes in the order in which they came. The first ``gone`` of them are forgotten.

    slot: the number in its key; None until it is first written. sequence: its place in the order of rows.
    """

    sequence: int
    slot: int | None = None
    hashes: list[int] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    gone: int = 0

    def __len__(self) -> int:
        return len(self.hashes) - self.gone

    def encode(self) -> bytes:
        """Little-endian: the sequence, all hashes (8 bytes each), all times (doubles, in seconds)."""
        count = len(self)
        return struct.pack(f"<Q{count}Q{count}d", self.sequence, *self.hashes[self.gone :], *self.times_s[self.gone :])

    @classmethod
    def decode(cls, slot: int, value: bytes) -> "_Row":
        count = (len(value) - _HEAD.size) // _ENTRY_BYTES
        sequence, *rest = struct.unpack(f"<Q{count}Q{count}d", value)
        return cls(sequence, slot, rest[:count], rest[count:])

    def leave_out(self, later: set[int]) -> None:
        """Forget what came anew later: an older window, if it was shorter, had forgotten it already."""
        if not later.isdisjoint(self.hashes[self.gone :]):
            kept = [i for i in range(self.gone, len(self.hashes)) if self.hashes[i] not in later]
            self.hashes, self.times_s = [self.hashes[i] for i in kept], [self.times_s[i] for i in kept]
            self.gone = 0

    def take_in(self, following: "_Row") -> None:
        """Add the hashes of the row that follows this one."""
        self.hashes = self.hashes[self.gone :] + following.hashes[following.gone :]
        self.times_s = self.times_s[self.gone :] + following.times_s[following.gone :]
        self.gone = 0


class SeenLately:
    """What came (by hash) in the last ``window_s`` seconds, the newest ``capacity`` of it at most.

    Times are the partition's, in seconds, and never go back. After ``restore`` of all rows written, exactly the same
    is known. At capacity it takes about 130 MB of memory and 16 MB of rows, whose keys begin with ``prefix``.
    A row holds ``row_entries`` at most (more for capacities above two million). Raises ValueError for no capacity.

    >>> seen = SeenLately(3600.0)
    >>> seen.add(7, now_s=0.0), seen.add(7, now_s=3600.0), seen.add(7, now_s=3600.5)
    (True, False, True)
    >>> again = SeenLately(3600.0)
    >>> again.restore(seen.changed_rows())
    >>> again.add(7, now_s=3601.0)
    False
    """

    def __init__(
        self,
        window_s: float,
        capacity: int = CAPACITY,
        prefix: bytes = MESSAGES,
        *,
        slots: int = SLOTS,
        row_entries: int = ROW_ENTRIES,
    ) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be 1 or more, not {capacity}")
        # When no two neighbours fit in one row, rows are more than half full on average: so many always fit.
        row_entries = max(row_entries, -(-capacity // (slots // 2 - 1)))
        self.pushed_out = 0
        """How many were forgotten within their window, for want of room, since this object was made."""
        self._window_s, self._capacity, self._prefix = window_s, capacity, prefix
        self._slots, self._row_entries = slots, row_entries
        self._known: set[int] = set()
        self._rows: deque[_Row] = deque()
        self._next_sequence = 0
        self._free = list(range(slots))  # a heap
        self._changed: dict[int, _Row | None] = {}

    def add(self, entry: int, now_s: float) -> bool:
        """Note a hash. False: it came within the window, and that first time still counts."""
        self._expire(now_s)
        if entry in self._known:
            return False
        if len(self._known) == self._capacity:
            self._forget_oldest()
            self.pushed_out += 1
        self._known.add(entry)
        if not self._rows or self._rows[-1].slot is not None or len(self._rows[-1].hashes) == self._row_entries:
            self._rows.append(_Row(self._next_sequence))
            self._next_sequence += 1
        self._rows[-1].hashes.append(entry)
        self._rows[-1].times_s.append(now_s)
        return True

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The rows that changed since the last call, None for those to delete."""
        unwritten: list[_Row] = []
        while len(unwritten) < len(self._rows) and self._rows[-1 - len(unwritten)].slot is None:
            unwritten.append(self._rows[-1 - len(unwritten)])
        while len(self._free) < len(unwritten):
            self._fold()
        for row in reversed(unwritten):
            row.slot = heappop(self._free)
            self._changed[row.slot] = row
        changed = {
            b"%s%d" % (self._prefix, slot): None if row is None else row.encode() for slot, row in self._changed.items()
        }
        self._changed.clear()
        return changed

    def restore(self, rows: Mapping[bytes, bytes | None]) -> None:
        """Take up rows of an earlier owner, before anything else; keys without the prefix are ignored."""
        found = [
            _Row.decode(int(key.removeprefix(self._prefix)), value)
            for key, value in rows.items()
            if value is not None and key.startswith(self._prefix)
        ]
        found.sort(key=lambda row: row.sequence)
        self._rows.extend(found)
        self._free = sorted(set(range(self._slots)).difference(row.slot for row in found if row.slot is not None))
        self._next_sequence = found[-1].sequence + 1 if found else 0
        # A row keeps what its chunk wrote until it is deleted or folded, so its oldest may have been forgotten since,
        # and have come anew: they must go first, or forgetting them later would forget the newer ones.
        for _ in range(sum(map(len, found)) - self._capacity):
            self._forget_oldest()
        if found:
            self._expire(found[-1].times_s[-1])
        for row in reversed(self._rows):
            row.leave_out(self._known)
            self._known.update(row.hashes[row.gone :])

    def _expire(self, now_s: float) -> None:
        oldest_s = now_s - self._window_s
        while self._rows and self._rows[0].times_s[self._rows[0].gone] < oldest_s:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        row = self._rows[0]
        self._known.discard(row.hashes[row.gone])
        row.gone += 1
        if not len(row):
            self._rows.popleft()
            self._free_slot(row)

    def _free_slot(self, row: _Row) -> None:
        if row.slot is not None:
            heappush(self._free, row.slot)
            self._changed[row.slot] = None

    def _fold(self) -> None:
        """Join neighbours that fit in one row, the oldest first, until half the slots are free or enough is rewritten.

        Few folds that free much rewrite less in all; the bound keeps their transaction small.
        """
        folded: deque[_Row] = deque()
        freed = rewritten = 0
        for row in self._rows:
            before = folded[-1] if folded else None
            if (
                before is None
                or row.slot is None
                or len(before) + len(row) > self._row_entries
                or len(self._free) >= self._slots // 2
                or rewritten >= FOLD_ENTRIES
            ):
                folded.append(row)
                continue
            assert before.slot is not None, "rows are written in order"
            rewritten += len(row) + (0 if self._changed.get(before.slot) is before else len(before))
            before.take_in(row)
            self._changed[before.slot] = before
            self._free_slot(row)
            freed += 1
        assert freed, "rows of that size always leave room"
        self._rows = folded
