"""One transactional producer for one partition of a stage: what a step writes is committed together or not at all.

Opening it fences whoever held the same transactional id before (KIP-98): that owner's next commit fails, and its open
transaction is aborted. Source: DESIGN section 6, rules 2 to 4.

A broker that starts again can call a transaction ended without writing all the markers that say so (it takes partitions
whose leader it does not know yet for deleted). Its records would hang there until the next transaction of the same
producer ends, and would end as that one does. So opening, and whoever has lost a connection, settles: ends an empty
transaction over every partition that it can write to, in the way in which the last one ended, once their leaders serve
them: a broker that names a leader does not leave its marker out. Where the last one was committed, some of its markers
may be there already: rows and fence.

No record is handed to aiokafka before all of a transaction's partitions belong to it. aiokafka holds a partition's
records back until it is added, too; but when the broker refuses one, it forgets what it waited for and sends them. A
partition without the commit marker of the transaction before takes them as part of that one: rows and fence would be
committed without the outputs that were refused (docs/delivery.md).
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

from aiokafka import TopicPartition
from aiokafka.client import ConnectionGroup
from aiokafka.conn import CloseReason
from aiokafka.errors import KafkaConnectionError

from streams.runtime.ends import was_committed
from streams.runtime.kafka import KafkaClients
from streams.runtime.leaders import end_offsets, first_offsets, until_served
from streams.runtime.stage import Send
from streams.topics import TopicTable


def transactional_id(table: TopicTable, stage: str, source: str, partition: int) -> str:
    """Of the one writer of a partition of a stage: whoever opens with it fences all others."""
    return f"{table.prefix}{stage}-{source}-{partition}"


class TransactionWriter:
    """Writes transactions for one transactional id, its ``name``. After any exception it must be closed and made anew.

    ``observe`` is told the broker's timestamp (seconds) of each commit and the monotonic time at which it was known.
    """

    def __init__(
        self,
        clients: KafkaClients,
        name: str,
        table: TopicTable,
        observe: Callable[[float, float], None],
    ) -> None:
        largest = max(spec.max_message_bytes for spec in table)
        self._producer = clients.transactional_producer(name, largest)
        self._transaction = self._producer._txn_manager
        self._added = asyncio.Event()
        partition_added = self._transaction.partition_added

        def tell(partition: TopicPartition) -> None:
            partition_added(partition)
            if not self._transaction.partitions_to_add():
                self._added.set()

        self._transaction.partition_added = tell  # aiokafka tells nobody
        client = self._producer.client
        connection_closed = client._on_connection_closed

        def lost(connection: Any, reason: CloseReason) -> None:
            connection_closed(connection, reason)
            if reason not in (CloseReason.IDLE_DROP, CloseReason.SHUTDOWN):
                self._losses += 1

        client._on_connection_closed = lost  # before any request of that connection hears of it
        self._timeout_s = clients.transaction_timeout_s
        self._table = table
        self._observe = observe
        self._reach: set[TopicPartition] = set()
        self._losses = 1  # of connections: a coordinator may have begun anew; opening counts as one
        self._settled = 0  # so many of them
        self._committed = False  # how the last transaction ended
        self._writing = False  # one with records is open: then it is the last one

    @property
    def hangs_committed(self) -> bool:
        """Whether records of a committed transaction may hang, and nothing was written after it.

        Tell the next writer's ``open``: the coordinator may have forgotten.
        """
        return self._committed and self._settled < self._losses and not self._writing

    async def open(self, destinations: Iterable[tuple[str, int]], hangs_committed: bool = False) -> None:
        """Connect, fence any earlier owner, and end whatever it left in these (topic, partition).

        hangs_committed: what the writer before said.
        Raises KafkaError when the broker refuses, TimeoutError when it does not answer in a transaction's time.
        """
        producer = self._producer
        self._committed = hangs_committed
        async with asyncio.timeout(self._timeout_s):
            await producer.client.bootstrap()
            self._reach = {TopicPartition(self._table.physical(topic), number) for topic, number in destinations}
            for topic in sorted({tp.topic for tp in self._reach}):
                await producer.partitions_for(topic)
            await until_served(producer.client, self._reach)
            committed = await was_committed(producer.client, self._transaction.transactional_id)
            if committed is not None:
                self._committed = committed
            await producer._sender.start()  # fences: all that aiokafka's own start does besides bootstrapping
            await self.settle()

    async def settle(self) -> None:
        """End what a coordinator may have left hanging, if this writer has just opened or lost a connection.

        Raises like ``open``.
        """
        async with asyncio.timeout(self._timeout_s):
            while self._settled < self._losses:
                losses = self._losses
                await until_served(self._producer.client, self._reach)
                await self._begin(self._reach)
                await self._end()
                self._settled = losses

    async def commit(self, sends: list[Send]) -> None:
        """Write all records in one transaction. Raises whatever went wrong; then it is not known what became of it."""
        async with asyncio.timeout(self._timeout_s):
            batches = self._batches(sends)
            partitions = {TopicPartition(topic, partition) for topic, partition, _ in batches}
            self._reach |= partitions  # a topic may have grown since
            await self._begin_settled(partitions)
            self._writing = True
            # aiokafka commits happily over failed batches: every one of them must be acknowledged first.
            # Together, so that no batch's failure is left lying when another one raises.
            answers = await asyncio.gather(
                *[await self._producer.send_batch(batch, topic, partition=number) for topic, number, batch in batches]
            )
            acknowledged_s = time.monotonic()
            await self._producer.commit_transaction()
            self._committed, self._writing = True, False
        if answers[-1].timestamp_type == 1:
            self._observe(answers[-1].timestamp / 1000, acknowledged_s)

    async def _begin_settled(self, partitions: Collection[TopicPartition]) -> None:
        """Begin a transaction over these, on a broker that has left nothing of the last one hanging."""
        while True:
            await self.settle()
            await self._begin(partitions)
            if self._settled == self._losses:
                return
            await self._end()  # it was away meanwhile, and may have begun this one on its return

    async def _end(self) -> None:
        """End the open transaction in the way in which the last one ended."""
        await (self._producer.commit_transaction() if self._committed else self._producer.abort_transaction())

    async def _begin(self, partitions: Collection[TopicPartition]) -> None:
        """Begin a transaction over these. Raises the broker's refusal, or what else ended it."""
        await self._producer.begin_transaction()
        added = self._added = asyncio.Event()  # its own: the end of the transaction before may be told only now
        for tp in partitions:
            self._transaction.maybe_add_partition_to_txn(tp)
        ended = self._transaction.wait_for_transaction_end()

        def end(future: asyncio.Future[None]) -> None:
            if not future.cancelled():
                future.exception()  # looked at, or asyncio complains that nobody did
            added.set()

        ended.add_done_callback(end)
        if self._transaction.partitions_to_add():
            await added.wait()
        if ended.done():
            ended.result()

    async def first_offset(self, of: TopicPartition) -> int:
        """The first offset that a partition's log holds, by its physical name.

        Asked here because a consumer's connection may be held by a fetch that waits for records, and a broker answers
        one request of a connection after another. Raises KafkaError or TimeoutError, like ``open``.
        """
        async with asyncio.timeout(self._timeout_s):
            await self._producer.partitions_for(of.topic)
            return (await first_offsets(self._producer.client, [of]))[of]

    async def end_offset(self, of: TopicPartition) -> int:
        """Where a partition's log ends, open transactions included; else like ``first_offset``."""
        async with asyncio.timeout(self._timeout_s):
            await self._producer.partitions_for(of.topic)
            return (await end_offsets(self._producer.client, [of]))[of]

    def _batches(self, sends: list[Send]) -> list[tuple[str, int, Any]]:
        """The records as batches by physical topic and partition, one or more of each, in the order of sending."""
        open_batches: dict[tuple[str, int | None], Any] = {}
        batches: list[tuple[str, int, Any]] = []
        now_ms = round(time.time() * 1000)  # the broker sets its own: our topics are LogAppendTime
        for send in sends:
            topic, partition = send.topic, send.partition
            batch = open_batches.get((topic, partition))
            key, value, headers = send.key, send.value, list(send.headers)
            if batch is None or batch.append(timestamp=now_ms, key=key, value=value, headers=headers) is None:
                assert partition is not None, "the partition machine decides every partition"
                batch = open_batches[topic, partition] = self._producer.create_batch()
                batch.append(timestamp=now_ms, key=key, value=value, headers=headers)
                batches.append((self._table.physical(topic), partition, batch))
        return batches

    async def close(self) -> None:
        """Let go. An open transaction is left to the next owner or to its time-out.

        No new connection is made: a request that still waits for a broker to come back would begin a transaction there,
        and the next owner's fencing would abort it, with what hangs in its partitions.
        """
        client = self._producer.client

        async def is_connected(node_id: int, *, group: ConnectionGroup = ConnectionGroup.DEFAULT) -> bool:
            connection = client._conns.get((node_id, group))
            return connection is not None and connection.connected()

        async def look_up(*args: Any) -> int:
            raise KafkaConnectionError

        client.ready, client.coordinator_lookup = is_connected, look_up
        for stop in (self._producer.stop, client.close):  # a producer that could not be stopped leaves its client open
            try:
                async with asyncio.timeout(self._timeout_s):
                    await stop()
            except Exception:  # noqa: S110
                # It is being thrown away because it failed, or the process ends: there is nothing to do about it.
                pass
