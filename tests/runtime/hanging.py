"""Transactions left as a broker leaves them that is killed between their markers; ``unverified`` makes it take them."""

from aiokafka import TopicPartition
from aiokafka.client import ConnectionGroup
from aiokafka.conn import CloseReason

from streams.runtime.producer import TransactionWriter
from streams.runtime.stage import Send


async def leave_hanging(writer: TransactionWriter, sends: list[Send], marked: TopicPartition, *, commit: bool) -> None:
    """A transaction that ends with a marker in one of its partitions alone."""
    transaction, producer = writer._transaction, writer._producer
    add, end = transaction.maybe_add_partition_to_txn, producer.commit_transaction

    def add_the_one(tp: TopicPartition) -> None:
        if tp == marked:
            add(tp)
        else:
            transaction._txn_partitions.add(tp)

    transaction.maybe_add_partition_to_txn = add_the_one
    if not commit:
        producer.commit_transaction = producer.abort_transaction
    await writer.commit(sends)
    transaction.maybe_add_partition_to_txn, producer.commit_transaction = add, end


def lose_the_coordinator(writer: TransactionWriter) -> None:
    connections = writer._producer.client._conns
    (connection,) = [one for (_, group), one in connections.items() if group == ConnectionGroup.COORDINATION]
    connection.close(reason=CloseReason.CONNECTION_BROKEN)
