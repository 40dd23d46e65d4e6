"""Runs stages in memory on a virtual clock: days of traffic in seconds, the same run for the same seed.

It drives the same partition machine as the runner on Kafka, and passes the same conformance suite. Tests of stages,
``spillway simulate`` and backtests use it. Source: DESIGN section 4.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from streams.runtime.clock import VirtualClock
from streams.runtime.fence import RESERVED, FenceOutsideLogError
from streams.runtime.memory_log import MemoryLog
from streams.runtime.partition import Partition, StageFailedError
from streams.runtime.partitioner import key_hash
from streams.runtime.spans import ChunkLimits
from streams.runtime.stage import Headers, Record, Send, StageSpec
from streams.runtime.transaction import Transaction
from streams.topics import TopicTable, state_topic

TICK_S = 10.0


class CommitLostError(Exception):
    """It is not known what became of a transaction: the partition is thrown away and opened again from its rows."""


@dataclass(slots=True, eq=False)
class _Reader:
    """One partition of a stage. ``ticks``: whether time means anything to it yet. ``waiting``: it is due for a turn."""

    spec: StageSpec
    source: str
    number: int
    log: MemoryLog
    machine: Partition | None = None
    stopped: Exception | None = None
    ticks: bool = False
    waiting: bool = False


class MemoryRunner:
    """All stages in one process, their topics in memory, time only when asked for.

    stages, table: as on Kafka. The table says how many partitions a topic has; a backtest is faster with few.
    start_s: the virtual time at the start, in seconds since the epoch.
    seed: decides whose turn it is and how much is read at once, so that code which leans on an order between
    partitions fails for some seed. chunk: limits of a chunk; time is not measured, so that a run can be repeated.

    Every 10 s of virtual time the partitions tick that have had a record of their own, or rows, since they were
    opened, and all partitions of a stage that sends marks: its readers wait for the empty ones as well. Other
    partitions have nothing that could time out.

    >>> class Echo:
    ...     def restore(self, rows): pass
    ...     def process(self, records, watermark): return Output([Send("out", r.key, r.value) for r in records])
    ...     def tick(self, now_s, watermark): return Output()
    >>> from streams.runtime.stage import Output
    >>> from streams.topics import TopicSpec
    >>> table = TopicTable([TopicSpec("in", 2), TopicSpec("out", 1)], prefix="", stages={"echo": ["in"]})
    >>> spec = StageSpec("echo", {"in": lambda partition, partitions: Echo()}, sends_to=("out",))
    >>> runner = MemoryRunner([spec], table, start_s=5.0)
    >>> runner.send("in", b"k", b"hello")
    >>> runner.settle()
    >>> runner.records("out")
    [Record(topic='out', partition=0, offset=0, time_s=5.0, key=b'k', value=b'hello', headers=())]
    """

    def __init__(
        self,
        stages: Sequence[StageSpec],
        table: TopicTable,
        *,
        start_s: float = 0.0,
        seed: int = 0,
        chunk: ChunkLimits | None = None,
    ) -> None:
        self.clock = VirtualClock(start_s)
        self._table = table
        self._random = random.Random(seed)
        self._limits = chunk or ChunkLimits()
        states = {state_topic(spec.name, source) for spec in stages for source in spec.sources}
        self._logs = {
            topic.name: [MemoryLog() for _ in range(topic.partitions)] for topic in table if topic.name not in states
        }
        self._rows: dict[str, list[dict[bytes, bytes]]] = {
            name: [{} for _ in range(table[name].partitions)] for name in states
        }
        self._readers = [
            _Reader(spec, source, number, log)
            for spec in stages
            for source in spec.sources
            for number, log in enumerate(self._logs[source])
        ]
        self._readers_of: dict[tuple[str, int], list[_Reader]] = {}
        self._waiting: list[_Reader] = []
        self._failures: list[Exception] = []
        for reader in self._readers:
            self._readers_of.setdefault((reader.source, reader.number), []).append(reader)
            self._wake(reader)

    # What goes in

    def send(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = (), partition: int | None = None
    ) -> None:
        """Write a record, as someone outside would; a record on a state topic is a row.

        Without ``partition`` the key decides, and without a key chance. Raises KeyError for an unknown topic.
        """
        if partition is None:
            number = self._random.getrandbits(31) if key is None else key_hash(key)
            partition = number % self._table[topic].partitions
        self._append(Send(topic, key, value, headers, partition))

    def leave_hole(self, topic: str, partition: int, offsets: int) -> None:
        """Let a topic's partition skip some offsets, as aborted transactions and compaction do."""
        self._logs[topic][partition].skip(offsets)
        self._wake_readers(topic, partition)

    def delete_all(self, topic: str, partition: int) -> None:
        """Delete all records of a partition, as retention does; its offsets go on."""
        log = self._logs[topic][partition]
        log.delete_before(log.end)
        self._wake_readers(topic, partition)

    def settle(self) -> None:
        """Go on until nothing is unread, except by partitions that have stopped.

        Raises the StageFailedError or FenceOutsideLogError that stopped a partition, once, after all others are done.
        """
        self._drain()
        self._raise_failure()

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass, tick by tick; what the ticks write is read before the next one. Raises as ``settle``.

        After a raise the clock stands at the tick that failed.
        """
        self.settle()
        target_s = self.clock.now_s() + seconds
        while (next_s := (self.clock.now_s() // TICK_S + 1) * TICK_S) <= target_s:
            self.clock.advance(next_s - self.clock.now_s())
            ticking = [reader for reader in self._readers if reader.ticks]
            self._random.shuffle(ticking)
            for reader in ticking:
                self._guard(reader, self._tick)
                self._drain()
            self._raise_failure()
        self.clock.advance(max(0.0, target_s - self.clock.now_s()))

    def crash(self, stage: str, source: str | None = None, partition: int | None = None) -> None:
        """Throw away a stage's instances (of one source or partition) and open them again from their rows.

        This is also how a stopped partition goes on.
        """
        for reader in self._readers:
            if reader.spec.name == stage and source in (None, reader.source) and partition in (None, reader.number):
                reader.machine = reader.stopped = None
                self._wake(reader)

    # What came out

    def records(self, topic: str) -> list[Record]:
        """What a topic holds, partition by partition, each in its order. Raises KeyError for an unknown topic."""
        return [
            Record(topic, partition, raw.offset, raw.timestamp / 1000, raw.key, raw.value, raw.headers)
            for partition, log in enumerate(self._logs[topic])
            for raw in log.records()
        ]

    def rows(self, stage: str, source: str, partition: int) -> dict[bytes, bytes]:
        """The rows of one partition, the runtime's own among them (``runtime/...``)."""
        return dict(self._rows[state_topic(stage, source)][partition])

    @property
    def stopped(self) -> dict[tuple[str, str, int], Exception]:
        """The partitions (stage, source, number) that stopped, and why."""
        return {
            (reader.spec.name, reader.source, reader.number): reader.stopped
            for reader in self._readers
            if reader.stopped is not None
        }

    def forget(self) -> None:
        """Drop all records that no stage has still to read: a run over days stays small. Read the outputs before."""
        for topic, logs in self._logs.items():
            for number, log in enumerate(logs):
                readers = self._readers_of.get((topic, number), ())
                done = [reader.machine.fence.next_offset if reader.machine else log.start for reader in readers]
                log.delete_before(min(done, default=log.end))

    # The seam

    def commit(self, stage: str, transaction: Transaction) -> None:
        """Write all of a transaction of a stage.

        A subclass that raises CommitLostError, before or after calling this, acts like a broker that fails.
        """
        touched = [self._append(send) for send in transaction.sends]
        for log in {id(log): log for log in touched if log is not None}.values():
            log.skip(1)  # the transaction's marker

    # How it is done

    def _append(self, send: Send) -> MemoryLog | None:
        topic, partition, key, value = send.topic, send.partition, send.key, send.value
        assert partition is not None, "the partition machine decides every partition"
        if (rows := self._rows.get(topic)) is not None:
            assert key is not None, "a row has a key"
            if value is None:
                rows[partition].pop(key, None)
            else:
                rows[partition][key] = value
            return None
        log = self._logs[topic][partition]
        log.append(self.clock.now_s(), key, value, send.headers)
        self._wake_readers(topic, partition)
        return log

    def _wake_readers(self, topic: str, partition: int) -> None:
        for reader in self._readers_of.get((topic, partition), ()):
            self._wake(reader)

    def _wake(self, reader: _Reader) -> None:
        if not reader.waiting and reader.stopped is None:
            reader.waiting = True
            self._waiting.append(reader)

    def _drain(self) -> None:
        waiting = self._waiting
        while waiting:
            at = self._random.randrange(len(waiting))
            waiting[at], waiting[-1] = waiting[-1], waiting[at]
            reader = waiting.pop()
            reader.waiting = False
            self._guard(reader, self._read)

    def _guard(self, reader: _Reader, step: Callable[[_Reader, Partition], None]) -> None:
        """Take a step, opening the partition first if need be; a failure closes or stops it."""
        if reader.stopped is not None:
            return
        try:
            if reader.machine is None:
                reader.machine = self._open(reader)
            step(reader, reader.machine)
        except CommitLostError:
            reader.machine = None
            self._wake(reader)
        except (StageFailedError, FenceOutsideLogError) as error:
            reader.machine, reader.stopped = None, error
            self._failures.append(error)

    def _open(self, reader: _Reader) -> Partition:
        machine = Partition(
            reader.spec,
            reader.source,
            reader.number,
            table=self._table,
            partitions_of=lambda topic: self._table[topic].partitions,
            limits=self._limits,
        )
        rows = self.rows(reader.spec.name, reader.source, reader.number)
        machine.restore(rows, reader.log.start)
        self._check_inside(reader, machine)
        self._commit(reader, machine, machine.claim())
        machine.open(self.clock.now_s())
        reader.ticks = bool(reader.spec.marks_to.get(reader.source)) or any(
            not key.startswith(RESERVED) for key in rows
        )
        if machine.queue.end_offset < reader.log.end:
            self._wake(reader)
        return machine

    def _read(self, reader: _Reader, machine: Partition) -> None:
        """One turn: fetch some of what is there, use up one chunk."""
        self._check_inside(reader, machine)
        log, queue = reader.log, machine.queue
        if queue.end_offset < log.end:
            machine.offer(log.read(queue.end_offset, self._random.randint(1, log.end - queue.end_offset)))
        transaction = machine.chunk()
        if transaction is not None:
            self._commit(reader, machine, transaction)
        if queue.next_offset < log.end:
            self._wake(reader)

    def _tick(self, reader: _Reader, machine: Partition) -> None:
        transaction = machine.tick(self.clock.now_s() if machine.queue.next_offset == reader.log.end else None)
        if transaction is not None:
            self._commit(reader, machine, transaction)

    def _commit(self, reader: _Reader, machine: Partition, transaction: Transaction) -> None:
        self.commit(reader.spec.name, transaction)
        machine.confirm(transaction)
        reader.ticks = reader.ticks or transaction.records > 0

    def _check_inside(self, reader: _Reader, machine: Partition) -> None:
        """Unlike a broker's, a log in memory cannot come back: what lies outside does so for good."""
        at, log = machine.queue.end_offset, reader.log
        if not log.start <= at <= log.end:
            raise FenceOutsideLogError(reader.source, reader.number, at, log.start, log.end)

    def _raise_failure(self) -> None:
        if self._failures:
            failures, self._failures = self._failures, []
            raise failures[0]
