"""What a stage is: the one interface between the runtime and the business.

A stage is built once for each (source topic, partition) by ``make(partition, partitions)``. The runtime feeds it the
records of that partition in order, once each, and commits everything it answers in one Kafka transaction. A stage has
no clock and does no I/O: time comes with the records, with the watermark and with ``tick``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from msgspec import Struct

Headers = tuple[tuple[str, bytes], ...]


class Record(Struct, frozen=True, gc=False):
    """One record of a source topic, as a stage sees it.

    ``topic`` is the logical name (without the deployment's prefix). ``time_s`` is the partition's time when the record
    is processed: the broker's timestamp, in seconds since the epoch, never less than that of the record before.

    >>> Record("messages.raw", 0, 7, 12.5, b"c-1", b"{}").headers
    ()
    """

    topic: str
    partition: int
    offset: int
    time_s: float
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Send(Struct, frozen=True, gc=False):
    """One record to write. Without ``partition`` the key decides (murmur2, as Java's client does).

    >>> Send("tickets.triaged", b"c-1", b"{}").partition is None
    True
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


class DeadLetter(NamedTuple):
    """A record that could not be used: the runtime writes its original bytes to dead-letters, with the reason.

    ``reason`` is a short stable word (``invalid_json``), ``field`` the path of the failing field or empty. Neither ever
    holds customer text.

    >>> DeadLetter(Record("messages.raw", 0, 7, 12.5, None, b"{"), "invalid_json").field
    ''
    """

    record: Record
    reason: str
    field: str = ""


@dataclass(slots=True)
class Output:
    """What a stage wants done, all or nothing: records to send, rows that changed, dead letters.

    ``rows`` maps a row's key to its new bytes, or None to delete it. Keys that start with ``runtime/`` are reserved.
    For Prometheus, and no reason to write anything: ``counts`` are events, counted once the output is committed.
    ``gauges``, in what ``tick`` answers, are all values that hold now, by (name, *labels); those left out are gone.

    >>> bool(Output()), bool(Output(rows={b"count": b"1"}))
    (False, True)
    """

    sends: list[Send] = field(default_factory=list)
    rows: dict[bytes, bytes | None] = field(default_factory=dict)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    gauges: dict[tuple[str, ...], float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sends or self.rows or self.dead_letters)


class Watermark(NamedTuple):
    """How far the sources that feed this partition have certainly come.

    Everything that they had to say up to ``time_s`` has been read. ``silent`` names the (topic, partition) pairs that
    have been left out because they stopped saying how far they are.

    >>> Watermark(60.0).silent
    frozenset()
    """

    time_s: float
    silent: frozenset[tuple[str, int]] = frozenset()


class Stage(Protocol):
    """The business of one partition. All three calls are synchronous and must not block."""

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up the rows that earlier owners of this partition wrote. Called once, before anything else."""

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Use up records. Total: a bad record becomes a dead letter and does not disturb the others."""

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Let time pass: called between chunks, at most once a second of wall time, with the partition's time."""


Factory = Callable[[int, int], Stage]


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A stage as the runtime knows it.

    sources: for each source topic, the factory ``make(partition, partitions)`` of its instances.
    sends_to: the topics that its outputs go to. Others are refused, because opening a partition closes whatever a lost
    transaction left open there, and so must know them. Dead letters, its rows and marks need not be named.
    marks_to: for a source, the topics that get a mark of the progress made in it (those whose readers wait for it).
    fed_by: source topics of the stages that send marks to this one; empty means the watermark is the partition's time.
    pace_s: the least wall time between two chunks of a partition while less than a full one waits. Where nobody waits
    for the outputs it makes a few large transactions of many small ones, which cost all other stages their speed.
    rest: how many times as long as its last chunk took a partition waits before the next one, under the same condition
    (a tenth of a second at most). On a busy machine chunks take longer, so there are fewer and larger ones.
    alerted: events of its ``counts`` that an alert watches; they are shown as 0 from the opening of a partition on.
    """

    name: str
    sources: Mapping[str, Factory]
    sends_to: tuple[str, ...] = ()
    marks_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fed_by: tuple[str, ...] = ()
    pace_s: float = 0.0
    rest: float = 0.0
    alerted: tuple[str, ...] = ()
