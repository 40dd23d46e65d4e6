"""How long a message takes from messages.raw to its assignment on tickets.assignments, with a worker of all stages.

500 messages a second for three minutes (or 2,000 for one), 200 reps of capacity 1,000, and a helpdesk that accepts and
resolves each ticket at once. Measured from handing the message to the producer until a read_committed consumer has
the assignment.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import confluent_kafka
import numpy as np
import orjson

from streams.contracts import Message, RepState, RepStatus, TicketEvent, TicketEventKind, at, encode
from streams.local import LocalBroker
from streams.local.ports import free_ports
from streams.topics import SPECS

RATE_PER_S = 500
SECONDS = 180
HIGH_RATE_PER_S = 2_000
HIGH_SECONDS = 60
WARM_UP_S = 10
REPS = 200
CAPACITY_UNITS = 1_000
TEXTS = (
    "I was charged twice for my order and nobody answers, please refund me",
    "Mon colis n'est toujours pas arrivé, pouvez-vous vérifier ?",
    "Ich kann mich seit heute Morgen nicht mehr anmelden",
    "¿Cómo puedo cambiar la dirección de mi cuenta?",
    "سلام، سفارش من هنوز نرسیده است، لطفا پیگیری کنید",
)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds, over the messages that were sent after the warm-up. ``missing`` ones were never assigned."""

    p50_ms: float
    p99_ms: float
    messages: int
    missing: int


@contextmanager
def worker(bootstrap: str, prefix: str, partitions: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A ``spillway worker`` of all stages, ready, on fresh topics of so many partitions each, or the usual number."""
    port = free_ports()[0]
    environ = os.environ | {
        "SPILLWAY_KAFKA__BOOTSTRAP": bootstrap,
        "SPILLWAY_KAFKA__PREFIX": prefix,
        "SPILLWAY_PIPELINE__CLOCK_SKEW_S": "0",
        "SPILLWAY_WEB__PORT": str(port),
    }
    spillway = [str(Path(sys.executable).with_name("spillway"))]
    folder = tempfile.TemporaryDirectory()
    lines = [] if partitions is None else [f'"{spec.name}" = {partitions}' for spec in SPECS if spec.partitions > 1]
    (Path(folder.name) / "spillway.toml").write_text("\n".join(["[topics.partitions]", *lines]) + "\n")
    subprocess.run([*spillway, "topics", "apply"], env=environ, cwd=folder.name, check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen([*spillway, "worker"], env=environ, cwd=folder.name, stderr=subprocess.DEVNULL)
    try:
        deadline_s = time.monotonic() + 60
        while not _ready(f"http://127.0.0.1:{port}/ready"):
            if process.poll() is not None or time.monotonic() > deadline_s:
                raise RuntimeError("the worker did not become ready")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(30)
        folder.cleanup()


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Helpdesk:
    """Reads assignments, accepts and resolves each at once, and notes when it got them."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self.got_s: dict[str, float] = {}
        self._prefix = prefix
        common = {"bootstrap.servers": bootstrap, "log_level": 0}
        self._producer = confluent_kafka.Producer(common)
        self._consumer = confluent_kafka.Consumer(
            common
            | {"group.id": f"{prefix}helpdesk", "auto.offset.reset": "earliest", "fetch.wait.max.ms": 20}
            | {"isolation.level": "read_committed"}
        )
        self._consumer.subscribe([f"{prefix}tickets.assignments"])
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._heartbeat_s = 0.0

    def start(self) -> None:
        """Put the reps online and begin to read."""
        self._heartbeat()
        self._producer.flush()
        self._thread.start()

    def stop(self) -> None:
        """Read no more."""
        self._stop.set()
        self._thread.join()
        self._consumer.close()

    def _heartbeat(self) -> None:
        self._heartbeat_s = time.monotonic()
        for number in range(REPS):
            status = RepStatus(
                rep_id=f"rep-{number}",
                group="default",
                pool="home",
                state=RepState.ONLINE,
                skills=(),
                languages=(),
                channels=(),
                capacity_units=CAPACITY_UNITS,
                at=at(time.time()),
            )
            self._producer.produce(f"{self._prefix}reps.status", key=status.rep_id, value=encode(status))

    def _run(self) -> None:
        while not self._stop.is_set():
            # ``consume`` alone would wait for its 500 or its time-out, and that wait would count as latency.
            first = self._consumer.poll(0.05)
            messages = [] if first is None else [first, *self._consumer.consume(500, 0)]
            for message in messages:
                if message.error():
                    continue
                got_s = time.perf_counter()
                assignment = orjson.loads(message.value())
                if assignment["kind"] != "assigned":
                    continue
                self.got_s.setdefault(assignment["ticket_id"], got_s)
                for kind in (TicketEventKind.ACCEPTED, TicketEventKind.RESOLVED):
                    event = TicketEvent(
                        ticket_id=assignment["ticket_id"],
                        group=assignment["group"],
                        kind=kind,
                        rep_id=assignment["rep_id"],
                        epoch=assignment["epoch"],
                        at=at(time.time()),
                    )
                    self._producer.produce(f"{self._prefix}tickets.events", key=event.ticket_id, value=encode(event))
            self._producer.poll(0)
            if time.monotonic() - self._heartbeat_s > 60:
                self._heartbeat()


def message(number: int, run: str) -> bytes:
    """A message in one of five languages, in a conversation of its own."""
    text = TEXTS[number % len(TEXTS)]
    name = f"{run}/{number}"
    return encode(
        Message(
            message_id=name,
            conversation_id=name,
            tenant="default",
            channel="chat",
            body=f"{text} ({number})",
            sent_at=at(time.time()),
        )
    )


def measure(
    broker: LocalBroker,
    *,
    rate_per_s: int = RATE_PER_S,
    seconds: int = SECONDS,
    bad_every: int | None = None,
    partitions: int | None = None,
) -> Latency:
    """One run. ``bad_every`` 10 puts an invalid record beside every tenth good one; ``partitions``: of each topic."""
    prefix = f"latency-{secrets.token_hex(3)}."
    run = secrets.token_hex(3)
    with worker(broker.bootstrap, prefix, partitions):
        helpdesk = Helpdesk(broker.bootstrap, prefix)
        helpdesk.start()
        producer = confluent_kafka.Producer({"bootstrap.servers": broker.bootstrap, "log_level": 0})
        sent_s: dict[str, float] = {}
        began_s = time.perf_counter()
        total = rate_per_s * (seconds + WARM_UP_S)
        for number in range(total):
            wait_s = began_s + number / rate_per_s - time.perf_counter()
            if wait_s > 0:
                producer.poll(0)
                time.sleep(wait_s)
            name = f"{run}/{number}"
            if number >= rate_per_s * WARM_UP_S:
                sent_s[name] = time.perf_counter()
            producer.produce(f"{prefix}messages.raw", key=name, value=message(number, run))
            if bad_every is not None and number % bad_every == 0:
                producer.produce(f"{prefix}messages.raw", key=name, value=b'{"message_id": ')
        producer.flush()
        deadline_s = time.monotonic() + 30
        while not sent_s.keys() <= helpdesk.got_s.keys() and time.monotonic() < deadline_s:
            time.sleep(0.1)
        helpdesk.stop()
    waits_ms = [(helpdesk.got_s[name] - when_s) * 1000 for name, when_s in sent_s.items() if name in helpdesk.got_s]
    p50_ms, p99_ms = np.percentile(waits_ms, [50, 99])
    return Latency(float(p50_ms), float(p99_ms), len(waits_ms), len(sent_s) - len(waits_ms))
