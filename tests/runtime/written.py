"""Where logs end, records included whose transactions are not decided yet.

Kafka acknowledges a commit before it has written the markers that decide it: who reads only up to what is decided now
can miss what was committed a moment before.
"""

from collections.abc import Collection

from aiokafka import TopicPartition

from streams.runtime.kafka import KafkaClients


async def ends_of(clients: KafkaClients, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
    consumer = clients.reader(committed=False)
    await consumer.start()
    try:
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        return ends
    finally:
        await consumer.stop()
