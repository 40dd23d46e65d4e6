"""Runs one partition of a stage on Kafka: opens it, feeds it, commits what it answers, closes and reopens it.

Any failure of a transaction throws the producer and the machine away, because the stage's instance is ahead of its
rows; the partition is reopened if it is still ours. A stage that raises, or a fence outside its log, stops the
partition until an operator acts; but a chunk of several records that a stage raised on is first tried again record by
record, so that the partition stops at the one it is about. Source: DESIGN section 6, rules 2 to 5.
"""

import asyncio
import contextlib
import random
import time

from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faust.types import TP

from streams import metrics
from streams.runtime.context import RunContext
from streams.runtime.fence import FenceOutsideLogError
from streams.runtime.partition import Partition, StageFailedError
from streams.runtime.producer import TransactionWriter, transactional_id
from streams.runtime.rows import read_rows
from streams.runtime.shown import PartitionShown
from streams.runtime.spans import Fetched, Offered
from streams.runtime.transaction import Transaction, destinations
from streams.topics import state_topic

REST_S_MAX = 0.1


class _OutOfRangeError(Exception):
    """The broker does not have the position that we asked for."""


class PartitionRunner:
    """One partition from its assignment until it leaves. ``stopped`` says why it needs an operator, else it is None."""

    def __init__(self, context: RunContext, tp: TP) -> None:
        self.tp = tp
        self.source = context.table.logical(tp.topic)
        self.stopped: str | None = None
        self.partition: Partition | None = None  # while it is open
        self.progressed_s = time.monotonic()
        self._context = context
        self._shown = PartitionShown(context.spec, self.source, tp.partition)
        self._writer: TransactionWriter | None = None
        self._wake = asyncio.Event()
        self._leaving = False
        self._out_of_range = False
        self._outside_since_s: float | None = None
        self._sought: int | None = None
        self._undelivered: int | None = None
        self._failures = 0
        self._singly_to = 0
        self._fence: int | None = None
        self._hangs_committed = False

    @property
    def fence(self) -> int | None:
        """The first record not used up, as last committed by us; None before."""
        return self._fence

    # From the transport, in the event loop

    def deliver(self, fetched: Fetched) -> None:
        """A chunk that the transport fetched."""
        if self.partition is None:
            return
        offered = self.partition.offer(fetched)
        if offered is Offered.GAP:
            if self._sought != self.partition.queue.end_offset:
                self._seek()
            return
        self._sought = None
        self._throttle()
        self._wake.set()

    def out_of_range(self) -> None:
        """The broker does not have our position."""
        self._out_of_range = True
        self._wake.set()

    def leave(self) -> None:
        """Finish the transaction at hand and let go."""
        self._leaving = True
        if self.stopped is not None:
            self._shown.left()
        self._wake.set()

    # Life

    async def run(self) -> None:
        """Until the partition leaves, is lost or stops."""
        self._shown.awaited()
        try:
            await self._run()
        finally:
            if self.stopped is None or self._leaving:
                self._shown.left()

    async def _run(self) -> None:
        while not self._leaving:
            try:
                async with self._context.openings:
                    await self._open()
                await self._serve()
            except StageFailedError as error:
                if len(error.offsets) > 1:
                    self._singly_to = error.offsets[-1] + 1
                    self._shown.failed("StageFailed", error)
                else:
                    self._stop("StageFailed", error, *error.offsets)
            except FenceOutsideLogError as error:
                self._stop("SourceDoesNotMatchState", error)
            except Exception as error:
                # Whatever it was, it is not known whether the transaction was committed: only the rows know.
                self._shown.failed(type(error).__name__, error)
            finally:
                await self._close()
            if self.stopped is not None:
                return
            if not self._leaving and not await self._still_ours():
                return

    async def _open(self) -> None:
        context, tp = self._context, self.tp
        name = transactional_id(context.table, context.spec.name, self.source, tp.partition)
        self._writer = TransactionWriter(context.clients, name, context.table, context.clock.observe)
        if tp.partition >= context.partitions_of(self.source):
            await context.reload_topics()  # the source has grown since this process began
        reach = destinations(context.spec, self.source, tp.partition, context.partitions_of)
        await self._writer.open(reach, self._hangs_committed)
        rows_topic = context.table.physical(state_topic(context.spec.name, self.source))
        rows_end = await self._writer.end_offset(TopicPartition(rows_topic, tp.partition))
        rows = await read_rows(context.clients, rows_topic, tp.partition, rows_end)
        log_start = await self._writer.first_offset(TopicPartition(*tp))
        partition = Partition(
            context.spec,
            self.source,
            tp.partition,
            table=context.table,
            partitions_of=context.partitions_of,
            scale=context.clock.scale,
            limits=context.limits.chunk,
        )
        partition.restore(rows, log_start)
        partition.queue.singly_to = self._singly_to
        self._fence = partition.fence.next_offset
        if partition.fence.next_offset < log_start:
            raise FenceOutsideLogError(self.source, tp.partition, partition.fence.next_offset, log_start)
        await self._commit(partition, partition.claim(), "claim")
        partition.open(context.clock.now_s())
        self._out_of_range = False
        self._sought = self._undelivered = None
        context.consumer().start_reading(tp, partition.fence.next_offset)
        self.partition = partition
        self._shown.opened(partition.fence.next_offset)

    async def _serve(self) -> None:
        partition = self.partition
        assert partition is not None
        queue, spec, tick_s = partition.queue, self._context.spec, self._context.limits.tick_s
        next_chunk_s = next_tick_s = time.monotonic()
        while not self._leaving:
            if self._out_of_range:
                await self._explain_out_of_range(partition)
            due_s = next_chunk_s if partition.pressing else next_tick_s
            if queue.unread and (time.monotonic() >= due_s or queue.fills_a_chunk):
                began_s = time.monotonic()
                await self._chunk(partition)
                ended_s = time.monotonic()
                rest_s = min(REST_S_MAX, spec.rest * (ended_s - began_s))
                next_chunk_s = max(began_s + spec.pace_s, ended_s + rest_s)
            if time.monotonic() >= next_tick_s:
                next_tick_s = time.monotonic() + tick_s
                await self._tick(partition)
            until_s = min(next_tick_s, next_chunk_s) if partition.pressing else next_tick_s
            if until_s > time.monotonic() and not queue.fills_a_chunk:
                self._wake.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, until_s - time.monotonic())):
                        await self._wake.wait()
            else:
                await asyncio.sleep(0)

    async def _chunk(self, partition: Partition) -> None:
        began_s = time.perf_counter()
        transaction = partition.chunk()
        took_s = time.perf_counter() - began_s
        self._throttle()
        if transaction is None:
            return
        metrics.PROCESS_S.labels(self._context.spec.name).inc(took_s)
        if transaction.records:
            partition.queue.took(transaction.records, took_s)
        await self._commit(partition, transaction, "chunk")

    async def _tick(self, partition: Partition) -> None:
        assert self._writer is not None
        await self._writer.settle()  # what is left hanging keeps readers from all behind it
        consumer, clock = self._context.consumer(), self._context.clock
        queue = partition.queue
        delivered = consumer.delivered_to(self.tp)
        end_s = None
        if not queue.unread and queue.end_offset == delivered:
            read_up_to_s = consumer.read_up_to_s(self.tp)
            if read_up_to_s is not None:
                end_s = clock.at_s(read_up_to_s) - self._context.limits.skew_s * clock.scale.speed
                self.progressed_s = time.monotonic()
                self._outside_since_s = None
        elif delivered is not None and delivered > queue.end_offset:
            # Handed over but never seen here: Faust drops what waits in its queues when it rebalances.
            if self._undelivered == queue.end_offset:
                self._seek()
            self._undelivered = queue.end_offset
        transaction = partition.tick(end_s)
        if transaction is not None:
            await self._commit(partition, transaction, "tick")
        self._shown.ticked(partition, consumer.lag(self.tp) + queue.records, clock.now_s())
        metrics.CLOCK_SKEW_S.set(clock.skew_s())

    async def _commit(self, partition: Partition, transaction: Transaction, kind: str) -> None:
        assert self._writer is not None
        with metrics.TRANSACTION_S.labels(self._context.spec.name).time():
            await self._writer.commit(transaction.sends)
        partition.confirm(transaction)
        self._fence = transaction.fence.next_offset
        self.progressed_s = time.monotonic()
        if kind != "claim":
            self._failures = 0
        self._shown.committed(transaction, kind)

    async def _close(self) -> None:
        self._context.consumer().stop_reading(self.tp)
        self.partition = None
        self._shown.closed()
        if self._writer is not None:
            writer, self._writer = self._writer, None
            self._hangs_committed = writer.hangs_committed
            await writer.close()

    async def _still_ours(self) -> bool:
        """Wait a little, then ask the group: only a member in good standing may commit."""
        shortest_s, longest_s = self._context.limits.reopen_s
        while not self._leaving:
            self._failures += 1
            pause_s = min(longest_s, shortest_s * 2 ** min(self._failures - 1, 10))
            await asyncio.sleep(pause_s * random.uniform(0.7, 1.0))
            consumer = self._context.consumer()
            try:
                if self._fence is not None:
                    async with asyncio.timeout(self._context.clients.session_timeout_s):
                        await consumer.commit_hints({self.tp: self._fence})
            except (CommitFailedError, IllegalStateError):
                break
            except (KafkaError, TimeoutError):
                continue  # the broker is away: nobody else can have taken it over without our hearing of it
            if consumer.is_member() and self.tp in consumer.assignment():
                return True
            break
        self._shown.lost()
        return False

    async def _explain_out_of_range(self, partition: Partition) -> None:
        """Raises FenceOutsideLogError when it is certain, else _OutOfRangeError: reopen and look again."""
        assert self._writer is not None
        log_start = await self._writer.first_offset(TopicPartition(*self.tp))
        at = partition.queue.end_offset
        if self._outside_since_s is None:
            self._outside_since_s = time.monotonic()
        waited_s = time.monotonic() - self._outside_since_s
        if at < log_start or waited_s > self._context.limits.outside_log_s:
            raise FenceOutsideLogError(self.source, self.tp.partition, at, log_start)
        raise _OutOfRangeError

    def _stop(self, cause: str, error: Exception, offset: int | None = None) -> None:
        self.stopped = cause
        self._shown.stopped(cause, error, offset)

    def _seek(self) -> None:
        assert self.partition is not None
        self._sought = self.partition.queue.end_offset
        with contextlib.suppress(IllegalStateError):  # it is being taken from us: whoever gets it reads on
            self._context.consumer().start_reading(self.tp, self._sought)

    def _throttle(self) -> None:
        if self.partition is None:
            return
        queue, limits = self.partition.queue, self._context.limits
        share = max(queue.records / limits.queue_records, queue.bytes / limits.queue_bytes)
        if share >= 1:
            self._context.consumer().set_full(self.tp, True)
        elif share <= 0.5:
            self._context.consumer().set_full(self.tp, False)
