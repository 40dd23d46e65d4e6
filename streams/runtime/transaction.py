"""From what a stage answers to what is written: every record checked and given its partition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from streams.contracts import dead_letter_headers, value_left_out
from streams.runtime.fence import RESERVED, Fence
from streams.runtime.partitioner import key_hash
from streams.runtime.stage import DeadLetter, Output, Send, StageSpec
from streams.topics import Topic, TopicTable, state_topic

RECORD_OVERHEAD_BYTES = 200


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one step writes, all or nothing: ``sends`` include the changed rows and the fence row.

    records, dead_letters: how many source records the step used up, and how many of them became dead letters.
    counts: the stage's own events, for metrics.
    """

    sends: list[Send]
    fence: Fence
    records: int = 0
    dead_letters: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


class OutputError(ValueError):
    """A stage answered something that cannot be written."""


def destinations(
    spec: StageSpec, source: str, partition: int, partitions_of: Callable[[str], int]
) -> list[tuple[str, int]]:
    """Every (topic, partition) that transactions of one (stage, source, partition) can write to."""
    topics = sorted({*spec.sends_to, *spec.marks_to.get(source, ()), Topic.DEAD_LETTERS})
    everywhere = [(topic, number) for topic in topics for number in range(partitions_of(topic))]
    return [(state_topic(spec.name, source), partition), *everywhere]


class OutputWriter:
    """Turns the outputs of one (stage, source, partition) into records with partitions.

    ``partitions_of`` says how many partitions a topic has (by its logical name).
    """

    def __init__(
        self, spec: StageSpec, source: str, partition: int, table: TopicTable, partitions_of: Callable[[str], int]
    ) -> None:
        self._stage, self._partition = spec.name, partition
        self._state_topic = state_topic(spec.name, source)
        self._sends_to = {*spec.sends_to, self._state_topic, Topic.DEAD_LETTERS}
        self._table = table
        self._partitions_of = partitions_of

    def sends(self, output: Output) -> list[Send]:
        """All that the output writes.

        Raises OutputError for a topic that the stage did not declare, a partition that there is not, a reserved row or
        a record too large.
        """
        destinations: dict[str, tuple[int, int]] = {}
        letters = [self._dead_letter(letter) for letter in output.dead_letters]
        rows = [self.row(key, row) for key, row in output.rows.items()]
        placed = []
        for send in (*output.sends, *letters, *rows):  # every record that Spillway writes
            topic, key, value, partition = send.topic, send.key, send.value, send.partition
            destination = destinations.get(topic)
            if destination is None:
                destination = destinations[topic] = self._destination(topic)
            partitions, limit = destination
            if (size := _size(send)) > limit:
                raise OutputError(f"a record of {size} bytes to {topic}, which takes {limit}")
            if partition is None:
                # Without a key any partition is right; the source's own number is deterministic and spreads.
                partition = (self._partition if key is None else key_hash(key)) % partitions
            elif not 0 <= partition < partitions:
                raise OutputError(f"partition {partition} of {topic}, which has {partitions}")
            placed.append(Send(topic, key, value, send.headers, partition))
        if any(key.startswith(RESERVED) for key in output.rows):
            raise OutputError("a row's key begins with runtime/")
        return placed

    def row(self, key: bytes, value: bytes | None) -> Send:
        """The record that writes a row of this partition, or deletes it."""
        return Send(self._state_topic, key, value, (), self._partition)

    def to_all(self, topic: str, value: bytes, headers: tuple[tuple[str, bytes], ...]) -> list[Send]:
        """The same record to every partition of a topic."""
        return [Send(topic, None, value, headers, partition) for partition in range(self._partitions_of(topic))]

    def _destination(self, topic: str) -> tuple[int, int]:
        """How many partitions a topic has, and how many bytes a record of it may have."""
        if topic not in self._sends_to:
            raise OutputError("a topic that its sends_to does not name")
        try:
            return self._partitions_of(topic), self._table[topic].max_message_bytes
        except KeyError as error:
            raise OutputError("an unknown topic") from error

    def _dead_letter(self, letter: DeadLetter) -> Send:
        """The original bytes, or as many of them as fit: a record that is compressed may be larger than any limit."""
        record = letter.record
        headers = dead_letter_headers(
            reason=letter.reason,
            field=letter.field,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            time_s=record.time_s,
            stage=self._stage,
        )
        limit = self._table[Topic.DEAD_LETTERS].max_message_bytes
        whole = Send(Topic.DEAD_LETTERS, record.key, record.value, (*record.headers, *headers))
        if _size(whole) <= limit:
            return whole
        headers += value_left_out(record.value)
        without_value = Send(Topic.DEAD_LETTERS, record.key, None, (*record.headers, *headers))
        return without_value if _size(without_value) <= limit else Send(Topic.DEAD_LETTERS, None, None, headers)


def _size(send: Send) -> int:
    """About how many bytes the record takes, uncompressed."""
    size = len(send.value or b"") + len(send.key or b"") + RECORD_OVERHEAD_BYTES
    for name, content in send.headers:
        size += len(name) + len(content or b"")  # others' headers may be null, whatever their type says
    return size
