"""The counting stages on a real broker: traffic, workers as subprocesses, and what an independent client sees."""

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from confluent_kafka import ConsumerGroupState, KafkaException, Producer
from confluent_kafka.admin import AdminClient
from kafka.admin import KafkaAdminClient
from prometheus_client.parser import text_string_to_metric_families

from streams.local import LocalBroker
from streams.local.ports import free_ports
from streams.topic_admin import TopicAdmin
from tests.conftest import ROUNDS
from tests.faults import oracle
from tests.faults.counting import COUNTS, FIRST, PARTITIONS, RECOUNTS, SECOND, WORDS, stages, topic_table
from tests.faults.worker import Order
from tests.flow.deployment import eventually
from tests.runtime.conformance.broker_log import BrokerLog

ROOT = Path(__file__).parents[2]
LAG_ZERO_S = 30.0
"""The bound: so long after the last fault and the last record everything is used up."""
WITHIN_S = LAG_ZERO_S if ROUNDS in os.environ else 120.0
"""The long form holds to the bound. The short form runs beside other tests and says nothing of speed."""
TOPICS = (WORDS, COUNTS, RECOUNTS, "dead-letters", f"{FIRST}.{WORDS}.state", f"{SECOND}.{COUNTS}.state")
STAGES = ((FIRST, WORDS), (SECOND, COUNTS))
KEYS = 50


@dataclass
class Hand:
    """One worker process."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    plain: bool
    """Whether it is a worker as any other: without a trap, a proxy or a fault in its stages."""

    @property
    def ended(self) -> int | None:
        return self.process.poll()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def is_frozen(self) -> bool:
        return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(90)

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric over the labels that are not named; 0 when it is not there."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
                text = answer.read().decode()
        except OSError:
            return 0.0
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def said(self, **fields: str) -> list[dict[str, Any]]:
        """The lines of its log that have these fields."""
        lines = [msgspec.json.decode(line) for line in self.log.read_bytes().splitlines() if line.startswith(b"{")]
        return [line for line in lines if fields.items() <= line.items()]

    def memory_mb(self) -> float:
        """The most that it ever had in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1_024


class Traffic:
    """Writes to all partitions of words at a steady rate, in a thread, until it is stopped."""

    def __init__(self, produce: Callable[[int], None], rate_per_s: int) -> None:
        self._produce, self._rate_per_s = produce, rate_per_s
        self._ending = threading.Event()
        self.sent = 0
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        began_s = time.monotonic()
        while not self._ending.wait(0.02):
            due = int((time.monotonic() - began_s) * self._rate_per_s)
            while self.sent < due:
                self._produce(self.sent)
                self.sent += 1


class Crew:
    """Without ``keep`` it cannot check what was read, only rows and how far they are."""

    def __init__(self, broker: LocalBroker, folder: Path, *, keep: bool = True) -> None:
        self.broker, self._folder = broker, folder
        self.prefix = f"faults-{secrets.token_hex(4)}."
        self.table = topic_table(self.prefix)
        self.hands: list[Hand] = []
        admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
        topics = TopicAdmin(admin, self.table)
        topics.apply(topics.plan())
        admin.close()
        self.log = BrokerLog(broker.bootstrap, self.table, keep=keep)
        self.producer = Producer(
            {
                "bootstrap.servers": broker.bootstrap,
                "enable.idempotence": True,
                "message.timeout.ms": 120_000,
                "queue.buffering.max.messages": 2_000_000,
                "linger.ms": 5,
                "reconnect.backoff.max.ms": 500,
                "log_level": 0,
            }
        )
        self._undelivered = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for hand in self.hands:
            hand.kill()
        self.log.close()
        del self.producer  # it would go on looking for a broker that has ended

    # Workers

    def start(self, **order: Any) -> Hand:
        port = free_ports()[0]
        log = self._folder / f"worker-{len(self.hands)}.log"
        argument = msgspec.json.encode(
            Order(port=port, bootstrap=self.broker.bootstrap, prefix=self.prefix, **order)
        ).decode()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.worker", argument],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdout=output,
                stderr=output,
            )
        self.hands.append(Hand(process, port, log, plain=not order))
        return self.hands[-1]

    def good(self, count: int) -> list[Hand]:
        """So many plain workers and nobody else, all of them members of both groups. Those that are there stay."""
        plain = [hand for hand in self.alive() if hand.plain][:count]
        self.stop([hand for hand in self.alive() if hand not in plain])
        plain += [self.start() for _ in range(count - len(plain))]
        self.until_members(count)
        return plain

    def alive(self) -> list[Hand]:
        return [hand for hand in self.hands if hand.ended is None]

    def until_members(self, count: int, within_s: float = 120.0) -> None:
        """Until both groups are stable with so many members."""

        def members(stage: str) -> int:
            group = self.prefix + stage
            # A client that knew the broker before it was killed may go on asking where nobody is.
            admin = AdminClient({"bootstrap.servers": self.broker.bootstrap, "log_level": 0})
            try:
                described = admin.describe_consumer_groups([group], request_timeout=2)[group].result(4)
            except (KafkaException, TimeoutError):
                return 0  # the coordinator is not there yet, or not again
            return len(described.members) if described.state == ConsumerGroupState.STABLE else 0

        eventually(lambda: members(FIRST) == members(SECOND) == count, within_s, f"both groups have {count} members")

    def stop_all(self) -> None:
        self.stop(self.alive())

    def stop(self, hands: Sequence[Hand]) -> None:
        for hand in hands:
            hand.thaw()  # a scenario that failed may have left it frozen
            hand.process.terminate()
        for hand in hands:
            hand.process.wait(90)

    # Traffic and what becomes of it

    def send(self, key: bytes, value: bytes, partition: int) -> None:
        self.producer.produce(self.prefix + WORDS, value, key, partition, on_delivery=self._delivered)
        self.producer.poll(0)

    def traffic(self, rate_per_s: int = 1_000) -> Traffic:
        def produce(number: int) -> None:
            partition = number % PARTITIONS
            self.send(b"%d-%d" % (partition, number // PARTITIONS % KEYS), b'{"n": %d}' % number, partition)

        return Traffic(produce, rate_per_s)

    def fences(self, stage: str = FIRST, source: str = WORDS) -> list[int]:
        """The first offset that each partition has not used up, as committed."""
        self.log.poll(0.01)
        return [self.log.fence(stage, source, partition) for partition in range(PARTITIONS)]

    def until_progress(self, records: int = 200, within_s: float = WITHIN_S) -> None:
        """Until every partition of both stages has come so much further."""
        starts = [*self.fences(), *self.fences(SECOND, COUNTS)]

        def moved() -> bool:
            now = [*self.fences(), *self.fences(SECOND, COUNTS)]
            return all(at >= start + records for start, at in zip(starts, now, strict=True))

        eventually(moved, within_s, f"every partition goes on; fences: {starts}")

    def settle(self, within_s: float = WITHIN_S, stages: Sequence[tuple[str, str]] = STAGES) -> None:
        """Until everything written so far is used up by these stages: lag zero."""
        assert self.producer.flush(60) == 0
        deadline_s = time.monotonic() + within_s
        for stage, source in stages:
            self.log.read_to_end(source)
            ends = [self.log.end(source, partition) for partition in range(PARTITIONS)]
            left_s = max(0.0, deadline_s - time.monotonic())
            eventually(
                lambda stage=stage, source=source, ends=ends: all(
                    at >= end for at, end in zip(self.fences(stage, source), ends, strict=True)
                ),
                left_s,
                f"{stage} has used up all of {source}",
            )

    def check(self) -> int:
        """Everything is exactly as if no fault had been: see the oracle. How many records went in."""
        self.settle()
        self.log.read_to_end(*TOPICS)
        assert self.log.records("dead-letters", 0) == []
        for spec in stages():
            (source,) = spec.sources
            read = [self.log.records(source, partition) for partition in range(PARTITIONS)]
            effects = oracle.recompute(spec, source, read, self.table)
            to = COUNTS if spec.name == FIRST else RECOUNTS
            seen = [record for partition in range(PARTITIONS) for record in self.log.records(to, partition)]
            oracle.assert_exactly_these(effects, {to: seen}, oracle.without_time_header)
            for partition in range(PARTITIONS):
                rows = oracle.own_rows(self.log.rows(spec.name, source, partition))
                assert rows == effects[partition].rows, (spec.name, partition)
        assert self._undelivered == 0
        return sum(len(self.log.records(WORDS, partition)) for partition in range(PARTITIONS))

    def _delivered(self, error: object, message: object) -> None:
        self._undelivered += error is not None
