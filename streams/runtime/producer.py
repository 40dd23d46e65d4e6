"""One transactional producer for one partition of a stage: what a step writes is committed together or not at all.

Opening it fences whoever held the same transactional id before (KIP-98): that owner's next commit fails, and its open
transaction is aborted. Source: DESIGN section 6, rules 2 to 4.

A broker that starts again can call a transaction ended without writing all the markers that say so (it takes partitions
whose leader it does not know yet for deleted). Its records would hang there until the next transaction of the same
producer ends, and would end as that one does. So opening ends a transaction of its own over every partition that it can
write to, in the way in which the last one ended, once their leaders serve them: a broker that names a leader does not
leave its marker out. Where the last one was committed, some of its markers may be there already: rows and fence.

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

from streams.runtime.ends import was_committed
from streams.runtime.kafka import KafkaClients
from streams.runtime.leaders import end_offsets, first_offsets, until_served
from streams.runtime.stage import Send
from streams.topics import TopicTable


class TransactionWriter:
    """Writes transactions for one transactional id. After any exception it must be closed and made anew.

    ``observe`` is told the broker's timestamp (seconds) of each commit and the monotonic time at which it was known.
    ``hangs_committed``: opening failed before it had ended what an earlier writer may have left of a committed
    transaction; tell the next writer's ``open``.
    """

    def __init__(
        self,
        clients: KafkaClients,
        transactional_id: str,
        table: TopicTable,
        observe: Callable[[float, float], None],
    ) -> None:
        largest = max(spec.max_message_bytes for spec in table)
        self._producer = clients.transactional_producer(transactional_id, largest)
        self._transaction = self._producer._txn_manager
        self._added = asyncio.Event()
        partition_added = self._transaction.partition_added

        def tell(partition: TopicPartition) -> None:
            partition_added(partition)
            if not self._transaction.partitions_to_add():
                self._added.set()

        self._transaction.partition_added = tell  # aiokafka tells nobody
        self._timeout_s = clients.transaction_timeout_s
        self._table = table
        self._observe = observe
        self.hangs_committed = False

    async def open(self, destinations: Iterable[tuple[str, int]], hangs_committed: bool = False) -> None:
        """Connect, fence any earlier owner, and end whatever it left in these (topic, partition).

        hangs_committed: what the writer before said, for fencing makes the coordinator forget how a transaction ended.
        Raises KafkaError when the broker refuses, TimeoutError when it does not answer in a transaction's time.
        """
        producer = self._producer
        self.hangs_committed = hangs_committed
        async with asyncio.timeout(self._timeout_s):
            await producer.client.bootstrap()
            partitions = [TopicPartition(self._table.physical(topic), number) for topic, number in destinations]
            for topic in sorted({tp.topic for tp in partitions}):
                await producer.partitions_for(topic)
            await until_served(producer.client, partitions)
            committed = await was_committed(producer.client, self._transaction.transactional_id)
            if committed is not None:
                self.hangs_committed = committed
            await producer._sender.start()  # fences: all that aiokafka's own start does besides bootstrapping
            await until_served(producer.client, partitions)  # once more: fencing waits for a broker that comes back
            await self._begin(partitions)
            await (producer.commit_transaction() if self.hangs_committed else producer.abort_transaction())
        self.hangs_committed = False

    async def commit(self, sends: list[Send]) -> None:
        """Write all records in one transaction. Raises whatever went wrong; then it is not known what became of it."""
        async with asyncio.timeout(self._timeout_s):
            batches = self._batches(sends)
            await self._begin({TopicPartition(topic, partition) for topic, partition, _ in batches})
            # aiokafka commits happily over failed batches: every one of them must be acknowledged first.
            # Together, so that no batch's failure is left lying when another one raises.
            answers = await asyncio.gather(
                *[await self._producer.send_batch(batch, topic, partition=number) for topic, number, batch in batches]
            )
            acknowledged_s = time.monotonic()
            await self._producer.commit_transaction()
        if answers[-1].timestamp_type == 1:
            self._observe(answers[-1].timestamp / 1000, acknowledged_s)

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
        for topic, key, value, headers, partition in sends:
            batch = open_batches.get((topic, partition))
            listed = list(headers) if headers else []
            if batch is None or batch.append(timestamp=now_ms, key=key, value=value, headers=listed) is None:
                assert partition is not None, "the partition machine decides every partition"
                batch = open_batches[topic, partition] = self._producer.create_batch()
                batch.append(timestamp=now_ms, key=key, value=value, headers=listed)
                batches.append((self._table.physical(topic), partition, batch))
        return batches

    async def close(self) -> None:
        """Let go. An open transaction is left to the next owner or to its time-out."""
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._producer.stop()
        except Exception:  # noqa: S110
            # It is being thrown away because it failed, or the process ends: there is nothing to do about it.
            pass
