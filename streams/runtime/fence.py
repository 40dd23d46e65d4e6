"""The fence row: up to where a partition of a source has been used up, and what time it was there.

It is written in the same transaction as the outputs of the records below it, so it is the truth about what is done;
the consumer group's offsets are only a hint for lag tools. Source: DESIGN section 6.
"""

from dataclasses import dataclass

import msgspec

FENCE_KEY = b"runtime/fence"
MARKS_KEY = b"runtime/marks"
RESERVED = b"runtime/"


class Fence(msgspec.Struct, frozen=True):
    """next_offset: the first record not used up. time_s, mark_s: the partition's time, and that of its last mark.

    >>> Fence.decode(Fence(7, 12.5, 10.0).encode())
    Fence(next_offset=7, time_s=12.5, mark_s=10.0)
    """

    next_offset: int
    time_s: float = 0.0
    mark_s: float = 0.0

    def encode(self) -> bytes:
        """The fence as the value of its row."""
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, row: bytes) -> "Fence":
        """The fence in a row's value. Raises msgspec.DecodeError or ValidationError when it is none."""
        return msgspec.json.decode(row, type=cls)


@dataclass(frozen=True)
class FenceOutsideLogError(Exception):
    """The fence does not lie inside its source's log: the topic was recreated, mirrored, or retention passed.

    Going on would skip or repeat records silently, so the partition stops until an operator says how to go on.
    """

    topic: str
    partition: int
    next_offset: int
    log_start: int
    log_end: int | None = None

    def __str__(self) -> str:
        end = "its end" if self.log_end is None else str(self.log_end)
        return (
            f"{self.topic}/{self.partition}: the next record to read is {self.next_offset}, "
            f"but the log holds {self.log_start} to {end}"
        )
