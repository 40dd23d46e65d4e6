"""How fast the runtime is: a pass-through stage, exactly once with a row a key, beside bare confluent-kafka loops.

The same work for all: 360-byte JSON records from four partitions are decoded, encoded and sent on with their key. Ours
also counts each key in a row, in the same transaction. All three run one after the other on one broker, in turn, three
rounds; the figures are medians.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import confluent_kafka
import orjson
import uvloop

from benchmarks.topics import create_topics, new_prefix, produce_all
from streams.local import LocalBroker
from streams.runtime.kafka import KafkaClients
from streams.runtime.process import WorkerProcess
from streams.runtime.stage import Output, Record, Send, StageSpec, Watermark
from streams.topics import TopicSpec, TopicTable

RECORDS = 500_000
KEYS = 1_000
ROUNDS = 3
TRANSACTION_RECORDS = 5_000
TRANSACTIONAL = "bare loop, a transaction per 5,000"
SOURCE = TopicSpec("bench.in", 4)
SINK = TopicSpec("bench.out", 4)
DEAD = TopicSpec("dead-letters", 1)


@dataclass(frozen=True, slots=True)
class Speed:
    """Events a second, and CPU of the client in microseconds an event."""

    events_per_s: float
    cpu_us: float


class PassThrough:
    """Decodes, counts the key in a row, encodes, sends on."""

    def __init__(self) -> None:
        self._counts: dict[bytes, int] = {}

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up the counts."""
        self._counts = {key: int(row) for key, row in rows.items()}

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """One output and one count a record."""
        output = Output()
        for record in records:
            key = record.key or b""
            count = self._counts[key] = self._counts.get(key, 0) + 1
            output.rows[key] = b"%d" % count
            output.sends.append(Send(SINK.name, key, orjson.dumps(orjson.loads(record.value or b""))))
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Nothing."""
        return Output()


def record(number: int) -> tuple[bytes, bytes]:
    """The key and the 360-byte value of one record."""
    value = {"id": number, "name": "pass-through", "at": "2026-01-01T00:00:00Z", "tags": [1, 2, 3], "pad": ""}
    value["pad"] = "x" * (360 - len(orjson.dumps(value)))
    return b"key-%d" % (number % KEYS), orjson.dumps(value)


def topics(prefix: str, stage: str, partitions: int = SOURCE.partitions) -> TopicTable:
    """The topics of one run, with those for the rows of ``stage``."""
    specs = (replace(SOURCE, partitions=partitions), replace(SINK, partitions=partitions), DEAD)
    return TopicTable(specs, prefix=prefix, stages={stage: [SOURCE.name]})


def pass_through(bootstrap: str, table: TopicTable, name: str) -> WorkerProcess:
    """A process with the pass-through stage, under this name, on topics that exist."""
    stage = StageSpec(name, {SOURCE.name: lambda partition, partitions: PassThrough()}, sends_to=(SINK.name,))
    return WorkerProcess([stage], table=table, clients=KafkaClients(bootstrap))


async def ours(bootstrap: str, prefix: str, name: str) -> Speed:
    """The pass-through stage on our runtime. ``name`` makes groups and rows of this round's own."""
    table = topics(prefix, name)
    create_topics(bootstrap, table)
    return await catch_up(pass_through(bootstrap, table, name), RECORDS)


async def catch_up(process: WorkerProcess, records: int) -> Speed:
    """Start a process of one stage, let it use up a source that holds so many records and gets no more, stop it.

    From the first chunk to the last.
    """
    starting = asyncio.create_task(process.start())
    worker = process.workers[0]

    def done() -> int:
        return sum(runner.fence or 0 for runner in worker.runners.values())

    while done() == 0:
        await asyncio.sleep(0.005)
    first, began_s, cpu_s = done(), time.perf_counter(), time.process_time()
    while done() < records:
        await asyncio.sleep(0.02)
    speed = _speed(done() - first, began_s, cpu_s)
    await starting
    await process.stop()
    return speed


def bare(bootstrap: str, prefix: str, group: str, transaction_records: int | None, records: int = RECORDS) -> Speed:
    """A bare confluent-kafka loop, idempotent or with a transaction for every so many records."""
    common = {"bootstrap.servers": bootstrap, "log_level": 0}
    consumer = confluent_kafka.Consumer(
        common
        | {"group.id": prefix + group, "auto.offset.reset": "earliest", "enable.auto.commit": False}
        | {"isolation.level": "read_committed"}
    )
    settings = common | {"linger.ms": 5, "queue.buffering.max.messages": 1_000_000, "enable.idempotence": True}
    settings |= {"partitioner": "murmur2_random"}
    if transaction_records is not None:
        settings["transactional.id"] = prefix + group
    producer = confluent_kafka.Producer(settings)
    consumer.subscribe([prefix + SOURCE.name])
    if transaction_records is not None:
        producer.init_transactions()
        producer.begin_transaction()
    messages = consumer.consume(1, 30)
    began_s, cpu_s = time.perf_counter(), time.process_time()
    done = pending = 0
    while done < records:
        for message in messages:
            value = orjson.dumps(orjson.loads(message.value()))
            producer.produce(prefix + SINK.name, key=message.key(), value=value)
        done, pending = done + len(messages), pending + len(messages)
        producer.poll(0)
        if transaction_records is not None and pending >= transaction_records:
            positions = consumer.position(consumer.assignment())
            producer.send_offsets_to_transaction(positions, consumer.consumer_group_metadata())
            producer.commit_transaction()
            producer.begin_transaction()
            pending = 0
        messages = consumer.consume(1_000, 0.1)
    if transaction_records is None:
        producer.flush()
    else:
        producer.commit_transaction()
    speed = _speed(done, began_s, cpu_s)
    consumer.close()
    return speed


def _speed(events: int, began_s: float, cpu_s: float) -> Speed:
    took_s = time.perf_counter() - began_s
    return Speed(events / took_s, (time.process_time() - cpu_s) / events * 1e6)


def measure(broker: LocalBroker) -> dict[str, Speed]:
    """All three, medians of the rounds."""
    prefix = new_prefix()
    create_topics(broker.bootstrap, TopicTable((SOURCE, SINK, DEAD), prefix=prefix, stages={}))
    produce_all(broker.bootstrap, prefix + SOURCE.name, (record(number) for number in range(RECORDS)))
    rounds: dict[str, list[Speed]] = {}
    for number in range(ROUNDS):
        rounds.setdefault("Spillway, exactly once, a row a key", []).append(
            uvloop.run(ours(broker.bootstrap, prefix, f"pass{number}"))
        )
        rounds.setdefault(TRANSACTIONAL, []).append(
            bare(broker.bootstrap, prefix, f"transactional{number}", TRANSACTION_RECORDS)
        )
        rounds.setdefault("bare loop, idempotent", []).append(bare(broker.bootstrap, prefix, f"bare{number}", None))
    return {
        name: Speed(median(one.events_per_s for one in speeds), median(one.cpu_us for one in speeds))
        for name, speeds in rounds.items()
    }
