"""How the last transaction of a transactional id ended: DescribeTransactions (KIP-664), which aiokafka lacks.

A coordinator says that a transaction is complete even when it left markers out (docs/delivery.md), and it says which
way it ended. That is the only place where one can learn what became of it before its markers are in the logs.
"""

import asyncio
from typing import Any

from aiokafka.client import CoordinationType
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

_ASK_AGAIN_S = 0.02
_UNKNOWN_ID = 105
_UNDECIDED = frozenset({"", "Empty", "Ongoing"})
_COMMITTED = frozenset({"PrepareCommit", "CompleteCommit"})


class _Answer(Response):
    API_KEY = 65
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "transaction_states",
            CompactArray(
                ("error_code", Int16),
                ("transactional_id", CompactString("utf-8")),
                ("transaction_state", CompactString("utf-8")),
                ("transaction_timeout_ms", Int32),
                ("transaction_start_time_ms", Int64),
                ("producer_id", Int64),
                ("producer_epoch", Int16),
                (
                    "topics",
                    CompactArray(
                        ("topic", CompactString("utf-8")), ("partitions", CompactArray(Int32)), ("tags", TaggedFields)
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Question(RequestStruct):
    API_KEY = 65
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _Answer
    SCHEMA = Schema(("transactional_ids", CompactArray(CompactString("utf-8"))), ("tags", TaggedFields))


class _DescribeTransaction(Request[_Question]):
    API_KEY = 65

    def __init__(self, transactional_id: str) -> None:
        self._transactional_id = transactional_id

    def build(self, request_struct_class: type[_Question]) -> _Question:
        return request_struct_class([self._transactional_id], {})


async def was_committed(client: Any, transactional_id: str) -> bool | None:
    """Whether the id's last transaction was committed, says its coordinator, who forgets it when somebody fences.

    None: it does not know any more, or that transaction is still open.

    ``client`` is an AIOKafkaClient that has bootstrapped. Ask before the producer fences.
    Waits as long as it takes: bound it with ``asyncio.timeout``. Raises KafkaError when the broker refuses for good.
    """
    while True:
        try:
            coordinator = await client.coordinator_lookup(CoordinationType.TRANSACTION, transactional_id)
            answer = await client.send(coordinator, _DescribeTransaction(transactional_id))
            ((code, _, state, *_),) = answer.transaction_states
            if code and code != _UNKNOWN_ID:
                raise for_code(code)(transactional_id)
            return None if state in _UNDECIDED else state in _COMMITTED
        except KafkaError as error:
            if not error.retriable:
                raise
            await asyncio.sleep(_ASK_AGAIN_S)  # it is not there yet, or not any more
            await client.force_metadata_update()
