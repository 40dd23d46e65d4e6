"""A whole Spillway for a test: topics under a prefix of its own, workers as subprocesses, an independent client."""

import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import confluent_kafka
import orjson
from confluent_kafka.admin import AdminClient, OffsetSpec

from streams.cli.errors import ExitCode
from streams.local import LocalBroker
from streams.local.ports import free_ports
from streams.stages.totals import TOTALS_KEY

SPILLWAY = (str(Path(sys.executable).with_name("spillway")),)


def eventually(holds: Callable[[], Any], within_s: float, what: str) -> Any:
    """The first true answer of ``holds``; fails with ``what`` after ``within_s``."""
    deadline_s = time.monotonic() + within_s
    while True:
        answer = holds()
        if answer:
            return answer
        assert time.monotonic() < deadline_s, f"not within {within_s:.0f} s: {what}"
        time.sleep(0.1)


@dataclass
class Worker:
    """A ``spillway worker`` of its own process."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ready(self) -> bool:
        assert self.process.poll() is None, f"the worker ended: {self.log.read_text()[-2000:]}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def metrics(self) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def until_ready(self) -> None:
        eventually(self.ready, 180, f"the worker on port {self.port} is ready")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(90)


@dataclass
class Deployment:
    broker: LocalBroker
    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    config: str | None = None
    prefix: str = field(default_factory=lambda: f"flow-{secrets.token_hex(4)}.")
    workers: list[Worker] = field(default_factory=list)
    _read: dict[str, tuple[list[confluent_kafka.Message], dict[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.producer = confluent_kafka.Producer(
            {
                "bootstrap.servers": self.broker.bootstrap,
                "message.max.bytes": 5_000_000,
                "reconnect.backoff.max.ms": 500,
                "log_level": 0,
            }
        )
        if self.config is not None:
            (self.folder / "spillway.toml").write_text(self.config)  # where commands look for it by themselves
        self.spillway("topics", "apply")

    @property
    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "SPILLWAY_KAFKA__BOOTSTRAP": self.broker.bootstrap,
            "SPILLWAY_KAFKA__PREFIX": self.prefix,
            "SPILLWAY_KAFKA__SESSION_TIMEOUT_S": "2",
            "SPILLWAY_KAFKA__TRANSACTION_TIMEOUT_S": "4",
            "SPILLWAY_PIPELINE__CLOCK_SKEW_S": "0",
            **self.settings,
        }

    def spillway(self, *arguments: str) -> str:
        """Run a command to its end; its standard output."""
        done = self.run(*arguments)
        assert done.returncode == ExitCode.OK, done.stderr.decode()[-2000:]
        return done.stdout.decode()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end, whatever that is; again while it finds that no broker answers.

        Commands give up after a few seconds, which a broker on a busy machine may take to answer.
        """

        def ended() -> subprocess.CompletedProcess[bytes] | None:
            done = subprocess.run(
                [*SPILLWAY, *arguments], env=self.environ, cwd=self.folder, capture_output=True, timeout=120
            )
            return None if done.returncode == ExitCode.UNREACHABLE else done

        done: subprocess.CompletedProcess[bytes] = eventually(ended, 60, "a broker answers the command")
        return done

    def start_worker(self, *arguments: str, **environ: str) -> Worker:
        port = free_ports()[0]
        log = self.folder / f"worker-{len(self.workers)}.log"
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                [*SPILLWAY, "worker", *arguments],
                env=self.environ | {"SPILLWAY_WEB__PORT": str(port)} | environ,
                cwd=self.folder,
                stderr=stderr,
            )
        self.workers.append(Worker(process, port, log))
        return self.workers[-1]

    def alive(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.process.poll() is None]

    def status(self) -> dict[str, Any]:
        return orjson.loads(self.spillway("status", "--json"))

    def triage_totals(self) -> Counter[str]:
        """What triage's rows say; quick enough to be asked again and again, unlike ``status``, which is a process."""
        rows = self.read("triage.messages.raw.state")
        newest = {row.partition(): row.value() for row in rows if row.key() == TOTALS_KEY}
        totals: Counter[str] = Counter()
        for value in newest.values():
            totals.update(orjson.loads(value))
        return totals

    def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Any = None) -> None:
        self.producer.produce(self.prefix + topic, key=key, value=value, headers=headers)
        self.producer.poll(0)

    def flush(self) -> None:
        assert self.producer.flush(60) == 0

    def partitions(self, topic: str, timeout_s: float = 60.0) -> int:
        name = self.prefix + topic
        return len(self.producer.list_topics(name, timeout=timeout_s).topics[name].partitions)

    def committed_end(self, topic: str) -> int:
        """The sum of a topic's ends as a read_committed client sees them.

        Raises KafkaException or TimeoutError when the broker does not answer within 10 s: whoever asks while one is
        stopped and started asks again.
        """
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap, "log_level": 0})
        name = self.prefix + topic
        ends = {
            confluent_kafka.TopicPartition(name, p): OffsetSpec.latest() for p in range(self.partitions(topic, 10.0))
        }
        answers = admin.list_offsets(ends, isolation_level=confluent_kafka.IsolationLevel.READ_COMMITTED)
        return sum(answer.result(10).offset for answer in answers.values())

    def read(self, topic: str) -> list[confluent_kafka.Message]:
        """Every committed record of a topic, of each partition in its order. What was read before is not read again."""
        known, next_offsets = self._read.setdefault(topic, ([], {}))
        consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.broker.bootstrap,
                "group.id": secrets.token_hex(8),
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "enable.auto.commit": False,
                "auto.offset.reset": "error",  # a log that does not hold what follows what was read
                "fetch.wait.max.ms": 20,
                "log_level": 0,
            }
        )
        name = self.prefix + topic
        partitions = list(consumer.list_topics(name, timeout=60).topics[name].partitions)
        assert partitions, f"{topic} has no partitions, says the broker"
        starts = {number: next_offsets.get(number, confluent_kafka.OFFSET_BEGINNING) for number in partitions}
        consumer.assign([confluent_kafka.TopicPartition(name, number, start) for number, start in starts.items()])
        ended = set()
        while len(ended) < len(partitions):
            for message in consumer.consume(5_000, 1.0):
                if message.error() is None:
                    known.append(message)
                    next_offsets[message.partition()] = message.offset() + 1
                elif message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF:
                    ended.add(message.partition())
                else:
                    raise confluent_kafka.KafkaException(message.error())
        consumer.close()
        return list(known)

    def close(self) -> None:
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()
