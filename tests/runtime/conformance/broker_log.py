"""All that a read_committed consumer sees of the toys' topics: a client that the runtime does not use."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from confluent_kafka import Consumer, IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from streams.runtime.fence import FENCE_KEY, Fence
from streams.runtime.stage import Record
from streams.topics import TopicTable, state_topic


class BrokerLog:
    """Without ``keep``, which of millions of records takes all the memory there is, only rows and ends are known."""

    def __init__(self, bootstrap: str, table: TopicTable, *, keep: bool = True) -> None:
        self._keep = keep
        self._table = table
        self._bootstrap = bootstrap
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": f"{table.prefix}suite",
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 20,
                "fetch.error.backoff.ms": 20,
                "reconnect.backoff.max.ms": 500,
            }
        )
        self._consumer.assign([tp for spec in table for tp in self._partitions(spec.name)])
        self._records: dict[tuple[str, int], list[Record]] = defaultdict(list)
        self._ends: dict[tuple[str, int], int] = {}
        self._rows: dict[tuple[str, int], dict[bytes, bytes]] = defaultdict(dict)
        self._reached: dict[tuple[str, int], int] = defaultdict(int)

    def close(self) -> None:
        self._consumer.close()
        del self._admin

    def poll(self, wait_s: float) -> None:
        """Take what comes within the time."""
        message: Any  # confluent-kafka's own types allow None everywhere
        for message in self._consumer.consume(5_000, wait_s):
            topic, partition, offset = self._table.logical(message.topic()), message.partition(), message.offset()
            error = message.error()
            if error is not None:
                assert error.code() == KafkaError._PARTITION_EOF, error
                self._reached[topic, partition] = max(self._reached[topic, partition], offset)
                continue
            self._reached[topic, partition] = self._ends[topic, partition] = offset + 1
            key, value = message.key(), message.value()
            if self._keep:
                headers, time_s = tuple(message.headers() or ()), message.timestamp()[1] / 1000
                self._records[topic, partition].append(Record(topic, partition, offset, time_s, key, value, headers))
            if value is None:
                self._rows[topic, partition].pop(key, None)
            else:
                self._rows[topic, partition][key] = value

    def read_to_end(self, *topics: str) -> None:
        """Until everything is here that was written so far, whether its transactions are decided or not."""
        try:
            ends = self._written(topics)
        except KafkaException:
            # The client knows leaders from before a restart of the broker.
            self._admin = AdminClient({"bootstrap.servers": self._bootstrap})
            ends = self._written(topics)
        for _ in range(6_000):
            if all(self._reached[where] >= end for where, end in ends.items()):
                return
            self.poll(0.01)
        behind = {where: (self._reached[where], end) for where, end in ends.items() if self._reached[where] < end}
        raise AssertionError(f"these partitions have undecided transactions: {behind}")

    def _written(self, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        wanted = {tp: OffsetSpec.latest() for topic in topics for tp in self._partitions(topic)}
        answers = self._admin.list_offsets(wanted, isolation_level=IsolationLevel.READ_UNCOMMITTED)
        return {
            (self._table.logical(tp.topic), tp.partition): answer.result(60).offset for tp, answer in answers.items()
        }

    def end(self, topic: str, partition: int) -> int:
        """The position after its last record; -1 without any."""
        return self._ends.get((topic, partition), -1)

    def records(self, topic: str, partition: int) -> list[Record]:
        assert self._keep
        return self._records[topic, partition]

    def rows(self, stage: str, source: str, partition: int) -> dict[bytes, bytes]:
        return dict(self._rows[state_topic(stage, source), partition])

    def fence(self, stage: str, source: str, partition: int) -> int:
        """The first offset that the stage has not used up."""
        row = self._rows[state_topic(stage, source), partition].get(FENCE_KEY)
        return -1 if row is None else Fence.decode(row).next_offset

    def _partitions(self, topic: str) -> list[TopicPartition]:
        physical = self._table.physical(topic)
        return [TopicPartition(physical, partition, 0) for partition in range(self._table[topic].partitions)]
