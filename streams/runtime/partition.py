"""One partition of one stage, as a pure state machine: open, chunk, tick, close.

It owns the stage's instance, the fence, the partition's time, its marks and watermark. Each step answers a
``Transaction``: all that must be written together. A runner (Kafka or memory) commits it and calls ``confirm``; when
anything fails it throws the whole object away and opens a new one from the rows, because the stage's instance is then
ahead of them. Source: DESIGN sections 4 to 6.
"""

from collections.abc import Callable, Mapping

from streams.runtime.clock import TimeScale
from streams.runtime.fence import FENCE_KEY, MARKS_KEY, Fence
from streams.runtime.marks import (
    MARK_HEADERS,
    SILENCE_FLOOR_WALL_S,
    SILENCE_S,
    Mark,
    MarkBook,
    is_mark,
    mark_due,
)
from streams.runtime.spans import ChunkLimits, Fetched, FetchQueue, Offered, RawRecord
from streams.runtime.stage import Output, Record, Stage, StageSpec
from streams.runtime.transaction import OutputError, OutputWriter, Transaction
from streams.topics import TopicTable

FENCE_ALONE_EVERY_S = 3600.0


class StageFailedError(Exception):
    """A stage raised, or answered something that cannot be written. Its partition stops; nothing is lost.

    The message names the stage, the partition, the call and the kind of error, never the error's own text, which could
    hold a customer's words. If it was a chunk, ``offsets`` are those of its records.
    """

    def __init__(self, where: str, cause: Exception) -> None:
        detail = str(cause) if isinstance(cause, OutputError) else type(cause).__name__
        super().__init__(f"{where}: {detail}")
        self.offsets: tuple[int, ...] = ()


class Partition:
    """The state machine. ``partitions_of`` says how many partitions a topic has (by its logical name).

    The order of calls: ``restore``, ``claim`` and ``open`` once; then ``offer`` whenever something was fetched, and
    ``chunk`` or ``tick``, each followed by ``confirm`` of what it answered before the next of them.
    """

    def __init__(
        self,
        spec: StageSpec,
        source: str,
        partition: int,
        *,
        table: TopicTable,
        partitions_of: Callable[[str], int],
        scale: TimeScale | None = None,
        limits: ChunkLimits | None = None,
    ) -> None:
        self.source, self.partition = source, partition
        self._name = f"{spec.name} {source}/{partition}"
        self._spec = spec
        self._scale = scale or TimeScale()
        self._limits = limits or ChunkLimits()
        self._partitions_of = partitions_of
        self._writer = OutputWriter(spec, source, partition, table, partitions_of)
        self._marks_to = spec.marks_to.get(source, ())
        self._marks = MarkBook(spec.fed_by, max(SILENCE_S, SILENCE_FLOOR_WALL_S * self._scale.speed))
        self._stage: Stage
        self.queue: FetchQueue
        self.fence = Fence(0)  # as last written
        self.pressing = False
        self.time_s = self._mark_s = 0.0
        self.gauges: dict[tuple[str, ...], float] = {}  # as of the last tick

    # Opening

    def restore(self, rows: Mapping[bytes, bytes], log_start: int) -> None:
        """Build the stage and give it the rows of earlier owners; without a fence reading begins at ``log_start``.

        Raises StageFailedError when the stage refuses the rows.
        """
        rows = dict(rows)
        fence, marks = rows.pop(FENCE_KEY, None), rows.pop(MARKS_KEY, None)
        self.fence = Fence.decode(fence) if fence is not None else Fence(log_start)
        self.time_s, self._mark_s = self.fence.time_s, self.fence.mark_s
        self.queue = FetchQueue(self._limits, self.fence.next_offset)
        if marks is not None:
            self._marks.restore(marks)
        try:
            self._stage = self._spec.sources[self.source](self.partition, self._partitions_of(self.source))
            self._stage.restore(rows)
        except Exception as error:
            raise StageFailedError(f"{self._name} restore", error) from error

    def claim(self) -> Transaction:
        """The transaction that opens the partition: its fence row as it was. Its commit proves that it is ours."""
        return self._transaction(Output(), 0)

    def open(self, now_s: float) -> None:
        """Begin to listen at the clock's ``now_s``: from here on silence counts."""
        self._marks.open(now_s)

    # Reading

    def offer(self, fetched: Fetched) -> Offered:
        """Queue a fetch; see FetchQueue.

        ``pressing`` says whether more waits than marks and spans without records: those change nothing before the next
        tick, and a transaction for each of them is most of what idling costs.
        """
        offered = self.queue.offer(fetched)
        if offered is Offered.TAKEN and not self.pressing:
            self.pressing = not all(self._is_mark(raw) for raw in fetched.records)
        return offered

    def chunk(self) -> Transaction | None:
        """Use up the next chunk of the queue. None when there was no record, only a span that moved the position.

        Raises StageFailedError when the stage raises or answers something that cannot be written.
        """
        chunk = self.queue.cut()
        self.pressing = self.pressing and self.queue.records > 0
        if not chunk:
            return None
        try:
            return self._use_up(chunk)
        except StageFailedError as error:
            error.offsets = tuple(raw.offset for raw in chunk)
            raise

    # Time

    def tick(self, end_s: float | None) -> Transaction | None:
        """Let time pass. ``end_s``: a time up to which nothing is unread, when the partition is at its end, else None.

        Answers None when there is nothing to write. Raises StageFailedError like ``chunk``.
        """
        if end_s is not None:
            self.time_s = max(self.time_s, end_s)
        try:
            output = self._stage.tick(self.time_s, self._marks.watermark(self.time_s))
        except Exception as error:
            raise StageFailedError(f"{self._name} tick", error) from error
        self.gauges = output.gauges
        if not output and not self._mark_due() and not self._idle_past_fence():
            return None
        return self._transaction(output, 0)

    def confirm(self, transaction: Transaction) -> None:
        """The transaction is committed."""
        self.fence = transaction.fence

    # How it is done

    def _use_up(self, chunk: list[RawRecord]) -> Transaction:
        records, marks, reached_s = self._read(chunk)
        output = Output()
        if records:
            watermark = self._marks.watermark(self.time_s)
            try:
                output = self._stage.process(records, watermark)
            except Exception as error:
                raise StageFailedError(f"{self._name} process", error) from error
        self.time_s = reached_s
        for mark, time_s in marks:
            # Only now: a mark also promises the records before it in this very chunk.
            self._marks.observe(mark, time_s)
        return self._transaction(output, len(records))

    def _read(self, chunk: list[RawRecord]) -> tuple[list[Record], list[tuple[Mark, float]], float]:
        """The stage's records with the partition's time, the marks and when they were read, the time reached."""
        records: list[Record] = []
        marks: list[tuple[Mark, float]] = []
        source, partition = self.source, self.partition
        seen_ms, time_s = -1, self.time_s
        for raw in chunk:
            if raw.timestamp != seen_ms:
                seen_ms = raw.timestamp
                time_s = max(time_s, self._scale.apply(seen_ms / 1000))
            if raw.headers and self._is_mark(raw) and (mark := Mark.decode(raw.value)):
                marks.append((mark, time_s))
            else:
                headers = tuple(raw.headers) if raw.headers else ()
                records.append(Record(source, partition, raw.offset, time_s, raw.key, raw.value, headers))
        return records, marks, time_s

    def _is_mark(self, raw: RawRecord) -> bool:
        return bool(self._spec.fed_by) and is_mark(raw.headers)

    def _mark_due(self) -> bool:
        return bool(self._marks_to) and mark_due(self._mark_s, self.time_s)

    def _idle_past_fence(self) -> bool:
        """An aborted tail moved the position: its old fence could fall below the log's start one day."""
        aged_s = (self.time_s - self.fence.time_s) / self._scale.speed
        return self.queue.next_offset > self.fence.next_offset and aged_s > FENCE_ALONE_EVERY_S

    def _transaction(self, output: Output, records: int) -> Transaction:
        try:
            sends = self._writer.sends(output)
        except OutputError as error:
            raise StageFailedError(f"{self._name} output", error) from error
        if self._mark_due():
            self._mark_s = self.time_s
            mark = Mark(self.source, self.partition, self._partitions_of(self.source), self.time_s).encode()
            for topic in self._marks_to:
                sends.extend(self._writer.to_all(topic, mark, MARK_HEADERS))
        if self._marks.changed:
            sends.append(self._writer.row(MARKS_KEY, self._marks.dump()))
        fence = Fence(self.queue.next_offset, self.time_s, self._mark_s)
        sends.append(self._writer.row(FENCE_KEY, fence.encode()))
        return Transaction(sends, fence, records, len(output.dead_letters), output.counts)
