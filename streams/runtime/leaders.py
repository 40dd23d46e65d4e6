"""What the leaders of partitions say of their logs, and waiting until they serve them.

Metadata tells of a new topic before its leaders have made its partitions. A transaction that gets such a partition and
ends before it is there makes Kafka 4.3.1 stand still: WriteTxnMarkers with markers for a partition that is served and,
after them, for one that is not is never answered, the coordinator waits 30 s for it, and no transaction of the whole
broker ends meanwhile (docs/delivery.md). What ListOffsets answers for, markers can be written to.
"""

import asyncio
from collections.abc import Collection
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError, for_code
from aiokafka.protocol.offset import OffsetRequest, OffsetResetStrategy

_LOOK_AGAIN_S = 0.005, 0.2
"""The first pause and the longest. A leader that has just been made serves in a moment, one that is away may not."""
_OFFSET_NOT_AVAILABLE = 78
_NO_REPLICA = -1
_READ_UNCOMMITTED = 0


async def until_served(client: Any, partitions: Collection[TopicPartition]) -> None:
    """Return when each partition's leader has answered for it: ``first_offsets`` without the answers."""
    await first_offsets(client, partitions)


async def first_offsets(client: Any, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
    """The first offset that each partition's log holds; ``client`` is an AIOKafkaClient that knows their topics.

    Waits as long as it takes: bound it with ``asyncio.timeout``. Raises KafkaError when a broker refuses for good.
    """
    return await _offsets(client, partitions, OffsetResetStrategy.EARLIEST)


async def end_offsets(client: Any, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
    """Where the logs end, records of open transactions included; else like ``first_offsets``."""
    return await _offsets(client, partitions, OffsetResetStrategy.LATEST)


async def _offsets(client: Any, partitions: Collection[TopicPartition], which: int) -> dict[TopicPartition, int]:
    waiting = set(partitions)
    found: dict[TopicPartition, int] = {}
    pause_s, longest_s = _LOOK_AGAIN_S
    while waiting:
        asked: dict[int, dict[str, list[tuple[int, int]]]] = {}
        for topic, number in waiting:
            if topic in client.cluster.unauthorized_topics:
                raise TopicAuthorizationFailedError(topic)
            leader = client.cluster.leader_for_partition(TopicPartition(topic, number))
            if leader not in (None, -1):
                asked.setdefault(leader, {}).setdefault(topic, []).append((number, which))
        for leader, topics in asked.items():
            found |= await _ask(client, leader, topics)
        waiting -= found.keys()
        if waiting:
            await asyncio.sleep(pause_s)
            pause_s = min(longest_s, pause_s * 1.5)
            await client.force_metadata_update()
    return found


async def _ask(client: Any, leader: int, topics: dict[str, list[tuple[int, int]]]) -> dict[TopicPartition, int]:
    """The offsets of those of a leader's partitions that it serves."""
    try:
        answer = await client.send(leader, OffsetRequest(_NO_REPLICA, _READ_UNCOMMITTED, list(topics.items())))
    except KafkaError as error:
        if not error.retriable:
            raise
        return {}  # it has just gone: metadata will say who follows
    found = {}
    for topic, results in answer.topics:
        for number, code, _, offset in results:
            if code == 0:
                found[TopicPartition(topic, number)] = offset
            elif not _passes(code):
                raise for_code(code)(TopicPartition(topic, number))
    return found


def _passes(code: int) -> bool:
    """Whether a leader that answered with this error may be asked again.

    aiokafka does not know OFFSET_NOT_AVAILABLE (78): a new leader says it until it knows what is committed (KIP-207).

    >>> _passes(78), _passes(6), _passes(29)
    (True, True, False)
    """
    return bool(code == _OFFSET_NOT_AVAILABLE or for_code(code).retriable)
