"""How long a partition takes to open with 100,000 rows after an hour's worth of churn, and 48 take without any.

The churn is 500 changed rows a second for an hour, written as the runtime does: transactions with a fence row each. The
broker compacts meanwhile, as it does in life; nothing waits for it.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

import uvloop

from benchmarks.topics import create_topics, new_prefix
from streams.local import LocalBroker
from streams.runtime.fence import FENCE_KEY, Fence
from streams.runtime.kafka import KafkaClients
from streams.runtime.process import WorkerProcess
from streams.runtime.producer import TransactionWriter
from streams.runtime.stage import Output, Record, Send, StageSpec, Watermark
from streams.topics import TopicSpec, TopicTable, state_topic

ROWS = 100_000
CHANGES_PER_S = 500
CHURN_S = 3_600
TRANSACTION_ROWS = 500
ROUNDS = 3
SOURCE = TopicSpec("bench.rows", 1)
PARTITIONS = 48
"""Two more than a worker of all stages has with the usual numbers."""
STAGE = "restore"


class Keeper:
    """Keeps its rows and does nothing."""

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take them up."""
        self.rows = dict(rows)

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Nothing."""
        return Output()

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Nothing."""
        return Output()


async def churn(clients: KafkaClients, table: TopicTable) -> None:
    """Write every row once, then change rows in turn for an hour's worth."""
    writer = TransactionWriter(clients, f"{table.prefix}churn", table, lambda broker_s, acknowledged_s: None)
    await writer.open([])
    topic = state_topic(STAGE, SOURCE.name)
    fence = Send(topic, FENCE_KEY, Fence(0).encode(), (), 0)
    total = ROWS + CHANGES_PER_S * CHURN_S
    for start in range(0, total, TRANSACTION_ROWS):
        numbers = range(start, min(total, start + TRANSACTION_ROWS))
        rows = [Send(topic, b"ticket/%d" % (n % ROWS), b'{"n":%d,"pad":"%0100d"}' % (n, n), (), 0) for n in numbers]
        await writer.commit([*rows, fence])
    await writer.close()


async def opening(clients: KafkaClients, table: TopicTable, rows: int) -> float:
    """From the assignment of all partitions to their being open with so many rows, in seconds."""
    kept: list[Keeper] = []

    def make(partition: int, partitions: int) -> Keeper:
        kept.append(Keeper())
        return kept[-1]

    process = WorkerProcess([StageSpec(STAGE, {SOURCE.name: make})], table=table, clients=clients)
    starting = asyncio.create_task(process.start())
    worker = process.workers[0]
    while not worker.runners:
        await asyncio.sleep(0.001)
    began_s = time.perf_counter()
    while any(runner.partition is None for runner in worker.runners.values()):
        await asyncio.sleep(0.005)
    took_s = time.perf_counter() - began_s
    await starting
    await process.stop()
    if (restored := sum(len(keeper.rows) for keeper in kept)) != rows:
        raise RuntimeError(f"restored {restored} rows of {rows}")
    return took_s


def _topics(broker: LocalBroker, source: TopicSpec) -> TopicTable:
    table = TopicTable((source, TopicSpec("dead-letters", 1)), prefix=new_prefix(), stages={STAGE: [source.name]})
    create_topics(broker.bootstrap, table)
    return table


def measure(broker: LocalBroker) -> float:
    """Seconds to open one partition with its rows, the median of the rounds."""
    table, clients = _topics(broker, SOURCE), KafkaClients(broker.bootstrap)
    uvloop.run(churn(clients, table))
    return median(uvloop.run(opening(clients, table, ROWS)) for _ in range(ROUNDS))


def measure_empty(broker: LocalBroker) -> tuple[float, float]:
    """Seconds to open all of 48 partitions without rows: for the first time, and again (the median of the rounds)."""
    table, clients = _topics(broker, replace(SOURCE, partitions=PARTITIONS)), KafkaClients(broker.bootstrap)
    first_s = uvloop.run(opening(clients, table, 0))
    return first_s, median(uvloop.run(opening(clients, table, 0)) for _ in range(ROUNDS))
