"""From what a stage answers to what is written: every record checked and given its partition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from streams.contracts import dead_letter_headers
from streams.runtime.fence import RESERVED, Fence
from streams.runtime.partitioner import key_hash
from streams.runtime.stage import DeadLetter, Output, Send
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


class OutputWriter:
    """Turns the outputs of one (stage, source, partition) into records with partitions.

    ``partitions_of`` says how many partitions a topic has (by its logical name).
    """

    def __init__(
        self, stage: str, source: str, partition: int, table: TopicTable, partitions_of: Callable[[str], int]
    ) -> None:
        self._stage, self._partition = stage, partition
        self._state_topic = state_topic(stage, source)
        self._table = table
        self._partitions_of = partitions_of

    def sends(self, output: Output) -> list[Send]:
        """All that the output writes. Raises OutputError for an unknown topic, a reserved row or a record too large."""
        sends = [self._placed(send) for send in output.sends]
        sends.extend(self._placed(self._dead_letter(letter)) for letter in output.dead_letters)
        for key, row in output.rows.items():
            if key.startswith(RESERVED):
                raise OutputError("a row's key begins with runtime/")
            sends.append(self.row(key, row))
        for send in sends:
            self._check_size(send)
        return sends

    def row(self, key: bytes, value: bytes | None) -> Send:
        """The record that writes a row of this partition, or deletes it."""
        return Send(self._state_topic, key, value, (), self._partition)

    def to_all(self, topic: str, value: bytes, headers: tuple[tuple[str, bytes], ...]) -> list[Send]:
        """The same record to every partition of a topic."""
        return [Send(topic, None, value, headers, partition) for partition in range(self._partitions_of(topic))]

    def _placed(self, send: Send) -> Send:
        if send.partition is not None:
            return send
        try:
            partitions = self._partitions_of(send.topic)
        except KeyError as error:
            raise OutputError("an unknown topic") from error
        # Without a key any partition is right; the source's own number is deterministic and spreads.
        number = self._partition if send.key is None else key_hash(send.key)
        return Send(send.topic, send.key, send.value, send.headers, number % partitions)

    def _check_size(self, send: Send) -> None:
        limit = self._table[send.topic].max_message_bytes
        size = len(send.key or b"") + len(send.value or b"") + RECORD_OVERHEAD_BYTES
        if send.headers:
            size += sum(len(name) + len(value) for name, value in send.headers)
        if size > limit:
            raise OutputError(f"a record of {size} bytes to {send.topic}, which takes {limit}")

    def _dead_letter(self, letter: DeadLetter) -> Send:
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
        return Send(Topic.DEAD_LETTERS, record.key, record.value, (*record.headers, *headers))
