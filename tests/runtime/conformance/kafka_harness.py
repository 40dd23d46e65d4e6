"""The suite's harness on a real broker: one worker process object a stage, all in one event loop of a thread."""

import asyncio
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from confluent_kafka import ConsumerGroupState, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from kafka.admin import KafkaAdminClient
from msgspec.structs import replace

from streams.runtime import partition as partition_module
from streams.runtime import runner as runner_module
from streams.runtime.clock import BrokerClock, TimeScale
from streams.runtime.context import RunLimits
from streams.runtime.kafka import KafkaClients
from streams.runtime.partitioner import key_hash
from streams.runtime.process import WorkerProcess
from streams.runtime.producer import TransactionWriter
from streams.runtime.stage import Headers, Record, Send
from streams.topic_admin import TopicAdmin
from streams.topics import state_topic

from .broker_log import BrokerLog
from .harness import CHUNK, LostCommits
from .toys import STAGES, SURVIVOR, Switches, toy_stages, toy_table

SPEED = 10.0
PATIENCE_S = 120.0
SILENCE_WALL_S = 10.0
"""Longer than the product's floor of 3 s: a hitch of the machine is no silence."""
LIMITS = RunLimits(chunk=CHUNK, skew_s=0.02, outside_log_s=2.0, reopen_s=(0.1, 0.5), tick_s=0.1)
ROOT = Path(__file__).parents[3]

T = TypeVar("T")


class KafkaHarness:
    silence_s = SILENCE_WALL_S * SPEED

    def __init__(self, bootstrap: str, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.switches = Switches()
        self.prefix = f"toys-{uuid.uuid4().hex[:8]}."
        self.bootstrap, self._folder = bootstrap, folder
        self.table = toy_table(self.prefix)
        self._specs = {spec.name: spec for spec in toy_stages(self.switches)}
        self._lost = LostCommits()
        patch.setattr(partition_module, "SILENCE_FLOOR_WALL_S", SILENCE_WALL_S)
        patch.setattr(runner_module, "TransactionWriter", _flaky_writer(self._lost, self.prefix))
        admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        topics = TopicAdmin(admin, self.table)
        topics.apply(topics.plan())
        admin.close()
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        self.log = BrokerLog(bootstrap, self.table)
        self._producer = Producer({"bootstrap.servers": bootstrap, "message.max.bytes": 6_000_000, "linger.ms": 2})
        self._unsaid = 0
        self._clients = KafkaClients(bootstrap, session_timeout_s=6.0, transaction_timeout_s=8.0)
        now_s = time.time()
        self.clock = BrokerClock(TimeScale(now_s, now_s, SPEED))
        self._workers: dict[str, WorkerProcess] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="toys", daemon=True)
        self._thread.start()
        self._call(self._start(*STAGES))

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self._call(self._stop(*self._workers))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self.log.close()
        del self._producer, self._admin  # they would go on looking for a broker that has ended

    # The suite's words

    def feed(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = (), partition: int | None = None
    ) -> None:
        if partition is None:
            self._unsaid += 1
            partition = (self._unsaid if key is None else key_hash(key)) % self.table[topic].partitions
        self._producer.produce(
            self.table.physical(topic), value, key, partition, headers=list(headers), on_delivery=_check_delivery
        )
        self._producer.poll(0)

    def feed_aborted(self, topic: str, partition: int, values: Sequence[bytes]) -> None:
        self._flush()
        producer = Producer({"bootstrap.servers": self.bootstrap, "transactional.id": f"{self.prefix}{uuid.uuid4()}"})
        producer.init_transactions(60)
        producer.begin_transaction()
        for value in values:
            producer.produce(self.table.physical(topic), value, b"aborted", partition, on_delivery=_check_delivery)
        assert producer.flush(60) == 0
        producer.abort_transaction(60)

    def delete_all(self, topic: str, partition: int) -> None:
        self._flush()
        end = TopicPartition(self.table.physical(topic), partition, -1)
        for deleted in self._admin.delete_records([end]).values():
            deleted.result(60)

    def settle(self, stage: str) -> None:
        self._flush()
        sources = self._specs[stage].sources
        self.log.read_to_end(*sources)
        ends = {
            (source, partition): self.log.records(source, partition)[-1].offset
            for source in sources
            for partition in range(self.table[source].partitions)
            if self.log.records(source, partition)
        }

        def settled() -> bool:
            stopped = self.stopped(stage)
            return all(
                partition in stopped or self.log.fence(stage, source, partition) > last
                for (source, partition), last in ends.items()
            )

        self.until(settled)

    def outputs(self, topic: str) -> list[Record]:
        self._flush()
        self.log.read_to_end(topic)
        return [
            replace(record, time_s=self.clock.scale.apply(record.time_s))
            for partition in range(self.table[topic].partitions)
            for record in self.log.records(topic, partition)
        ]

    def outputs_decided(self, topic: str) -> list[Record]:
        """What can be seen now, even if an undecided transaction hides more."""
        self.log.poll(0.01)
        return [
            record for partition in range(self.table[topic].partitions) for record in self.log.records(topic, partition)
        ]

    def rows(self, stage: str, source: str, partition: int) -> dict[bytes, bytes]:
        self.log.read_to_end(state_topic(stage, source))
        return self.log.rows(stage, source, partition)

    def stopped(self, stage: str) -> dict[int, str]:
        process = self._workers.get(stage)
        if process is None:
            return {}
        return {tp.partition: runner.stopped for tp, runner in process.workers[0].runners.items() if runner.stopped}

    def crash(self, stage: str) -> None:
        assert stage == SURVIVOR, "only this one runs in processes of its own"
        for process in self.processes():
            process.kill()
            process.wait()
        self.start_process()

    @contextmanager
    def away(self, stage: str) -> Iterator[None]:
        self._call(self._stop(stage))
        yield
        self._flush()
        self._call(self._start(stage))

    def lose_commit(self, stage: str, topic: str, *, applied: bool) -> None:
        self._lost.planned.append((stage, topic, applied))

    def now_s(self) -> float:
        return self.clock.now_s()

    def advance(self, seconds: float) -> None:
        target_s = self.now_s() + seconds
        self.until(lambda: self.now_s() >= target_s)

    def until(self, condition: Callable[[], object]) -> None:
        self._flush()
        deadline_s = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline_s, "waited in vain"
            self.log.poll(0.05)

    # Processes of their own

    def processes(self) -> list[subprocess.Popen[bytes]]:
        """Those that run."""
        return [process for process in self._processes if process.poll() is None]

    def start_process(self) -> subprocess.Popen[bytes]:
        """Start a worker of the stage that may be killed."""
        with (self._folder / f"worker-{len(self._processes)}.log").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.runtime.conformance.worker", self.bootstrap, self.prefix],
                cwd=ROOT,
                stdout=output,
                stderr=output,
            )
        self._processes.append(process)
        return process

    def members(self, stage: str) -> int:
        """How many members the stage's group has, while it is stable."""
        group = self.prefix + stage
        described = self._admin.describe_consumer_groups([group])[group].result(60)
        return len(described.members) if described.state == ConsumerGroupState.STABLE else 0

    def freeze(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGSTOP)

    def thaw(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGCONT)

    # Inside

    def _flush(self) -> None:
        assert self._producer.flush(60) == 0

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _start(self, *stages: str) -> None:
        for stage in stages:
            self._workers[stage] = WorkerProcess(
                [self._specs[stage]], table=self.table, clients=self._clients, clock=self.clock, limits=LIMITS
            )
        await asyncio.gather(*(self._workers[stage].start() for stage in stages))

    async def _stop(self, *stages: str) -> None:
        await asyncio.gather(*(self._workers.pop(stage).stop() for stage in stages))


def _check_delivery(error: object, message: object) -> None:
    assert error is None, error


def _flaky_writer(lost: LostCommits, prefix: str) -> type[TransactionWriter]:
    """The runtime's writer, failing when the suite says so."""

    class FlakyWriter(TransactionWriter):
        def __init__(self, clients: KafkaClients, transactional_id: str, *rest: Any) -> None:
            super().__init__(clients, transactional_id, *rest)
            self._stage = transactional_id.removeprefix(prefix).partition("-")[0]

        async def commit(self, sends: list[Send]) -> None:
            applied = lost.due(self._stage, sends)
            if applied is not False:
                await super().commit(sends)
            if applied is not None:
                raise ConnectionError("the answer never came")

    return FlakyWriter
