"""``make soak``: two workers of all stages under mixed traffic at half of capacity, and a fault a minute, for long.

Run it as a module from the repository's root: ``python -m tests.faults.soak --minutes 30 --seed 7``. At the end the
oracle of the fault suite judges every record, and this file judges what only time shows: memory, file handles, pauses.
Conversations come back (there are only so many), so that a stage's state soon stops growing and memory must, too.
"""

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import confluent_kafka
import orjson

from streams.local import LocalBroker
from tests.faults.pipeline import GROUPS, LAG_ZERO_S, POLICY, REPS, Pipeline, Traffic
from tests.flow.deployment import Deployment, Worker, eventually
from tests.flow.records import event, rep, time_text

CONVERSATIONS = 2_000
WORKERS = 2
FROZEN_S = 6.0
"""Past the session's 2 s and the transaction's 4 s."""
SAMPLE_S = 3.0
SETTLE_S = 60.0
"""So long before the end there is no new fault, so that what the last one did is over, and seen."""
MEASURED_MESSAGES = 4_000
MEMORY_GROWTH = 1.15
HANDLES_GROWTH = 1.15
PAUSE_S = 45.0
"""The bounds: the last quarter's median beside the second's; the longest time without any assignment."""
YOUNG_S = 30.0
"""A worker's first seconds, of loading models and opening partitions, say nothing about growth."""
SETTINGS = """
[pipeline]
dedup_messages = 1_000
"""


class SoakTraffic(Traffic):
    """The fault suite's traffic from conversations that come back, with heartbeats and feedback beside it.

    Feedback says how content a customer was and carries no label: labels would move the models, and the oracle judges
    triage by those that the program begins with.
    """

    def _conversation(self, number: int) -> str:
        return f"{self._run}-c{number // 2 % CONVERSATIONS}"

    def _say(self, number: int) -> None:
        super()._say(number)
        if number % 50 == 3:
            group = list(GROUPS)[number // 50 % 2]
            name = f"{group}-{number // 100 % REPS}"
            status = orjson.loads(rep(name, time.time(), capacity_units=10_000)) | {"group": group}
            self._spillway.send("reps.status", name.encode(), orjson.dumps(status))
        if number % 10 == 5:
            said = {"ticket_id": self._conversation(number), "tenant": "default", "by": "survey", "csat": 0.5}
            self._spillway.send("feedback", None, orjson.dumps(said | {"at": time_text(time.time())}))

    def _answer(self, assignment: dict[str, Any]) -> None:
        if assignment["group"] == "default":
            # Nobody keeps a ticket for good, or every rep would be full before the end.
            for kind in ("accepted", "resolved"):
                said = event(kind, assignment, time.time())
                self._spillway.send("tickets.events", assignment["ticket_id"].encode(), said)
        else:
            super()._answer(assignment)


@dataclass(frozen=True)
class Sample:
    at_s: float
    memory_mb: float
    handles: int


@dataclass
class Watch:
    """Samples the workers' memory and handles, and notes the longest time without a committed assignment."""

    spillway: Deployment
    samples: dict[int, list[Sample]] = field(default_factory=dict)
    longest_pause_s: float = 0.0
    paused_at_s: float = 0.0

    def __enter__(self) -> Self:
        self._began_s = time.monotonic()
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._sample, self._read)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(30)

    def _sample(self) -> None:
        while not self._ending.wait(SAMPLE_S):
            for worker in self.spillway.alive():
                proc = Path("/proc") / str(worker.process.pid)
                try:
                    memory_kb = int((proc / "status").read_text().partition("VmRSS:")[2].split()[0])
                    handles = len(list((proc / "fd").iterdir()))
                except (OSError, IndexError):
                    continue  # it has just ended
                sample = Sample(time.monotonic(), memory_kb / 1_024, handles)
                self.samples.setdefault(worker.process.pid, []).append(sample)

    def _read(self) -> None:
        consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.spillway.broker.bootstrap,
                "group.id": f"{self.spillway.prefix}watch",
                "isolation.level": "read_committed",
                "auto.offset.reset": "latest",
                "reconnect.backoff.max.ms": 500,
                "log_level": 0,
            }
        )
        consumer.subscribe([f"{self.spillway.prefix}tickets.assignments"])
        last_s = None
        while not self._ending.is_set():
            seen = any(record.error() is None for record in consumer.consume(1_000, 0.1))
            now_s = time.monotonic()
            if last_s is not None and now_s - last_s > self.longest_pause_s:
                self.longest_pause_s, self.paused_at_s = now_s - last_s, last_s - self._began_s
            if seen:
                last_s = now_s
        consumer.close()

    def growth(self, measure: Callable[[Sample], float]) -> tuple[float, float]:
        """The medians of the second and of the last quarter of the eldest worker's life."""
        samples = self.samples[self.spillway.workers[0].process.pid]
        grown = [sample for sample in samples if sample.at_s - samples[0].at_s >= YOUNG_S]
        quarter = len(grown) // 4
        second, last = grown[quarter : 2 * quarter], grown[-quarter:]
        return statistics.median(map(measure, second)), statistics.median(map(measure, last))


class Faults:
    """One random fault after another, every kind once in each round; each leaves as many workers as it found.

    The eldest worker is frozen and loses its broker, but lives to the end: slow leaks show only in a long life. Its
    handles follow from its share of the partitions, which the median of a quarter evens out over several faults.
    """

    def __init__(self, spillway: Deployment, dice: random.Random) -> None:
        self._spillway, self._dice = spillway, dice
        self.done: list[str] = []
        self._next: list[str] = []
        self._kinds = {
            "kill -9": self._kill,
            "freeze": self._freeze,
            "stop and start": self._stop,
            "broker kill -9": self._broker,
        }

    def strike(self) -> str:
        if not self._next:
            self._next = self._dice.sample(list(self._kinds), len(self._kinds))
        name = self._next.pop()
        self._kinds[name]()
        self.done.append(name)
        return name

    def _younger(self) -> Worker:
        return self._dice.choice(
            [worker for worker in self._spillway.alive() if worker is not self._spillway.workers[0]]
        )

    def _kill(self) -> None:
        self._younger().kill()
        self._spillway.start_worker()

    def _freeze(self) -> None:
        worker = self._dice.choice(self._spillway.alive())
        worker.freeze()
        time.sleep(FROZEN_S)
        worker.thaw()

    def _stop(self) -> None:
        assert self._younger().stop() == 0
        self._spillway.start_worker()

    def _broker(self) -> None:
        self._spillway.broker.kill()
        time.sleep(self._dice.choice((0.0, FROZEN_S)))
        self._spillway.broker.start()


def capacity_per_s(spillway: Deployment, dice: random.Random) -> float:
    """Messages a second that go all the way through, answers of the helpdesk included: a burst, until lag is zero."""
    began_s = time.monotonic()
    with SoakTraffic(spillway, dice, rate_per_s=2_000) as traffic:
        eventually(lambda: traffic.sent >= MEASURED_MESSAGES, 60, "the burst is sent")
        sent = traffic.hush()
        eventually(lambda: spillway.status()["lag"] == 0, 120, "the burst is used up")
        took_s = time.monotonic() - began_s
    return sent / took_s


def soak(spillway: Deployment, seconds: float, seed: int, rate_per_s: int | None, fault_every_s: float) -> bool:
    """Run it and print what was found. Whether all bounds hold; raises AssertionError where the oracle objects."""
    words, fate = random.Random(seed), random.Random(seed)  # apart: how fast traffic flows must not change the faults
    for _ in range(WORKERS):
        spillway.start_worker()
    for worker in spillway.workers:
        worker.until_ready()
    if rate_per_s is None:
        capacity = capacity_per_s(spillway, words)
        rate_per_s = max(1, round(capacity / 2))
        print(f"capacity: {capacity:.0f} messages/s, from a burst of {MEASURED_MESSAGES}", flush=True)
    print(f"traffic: {rate_per_s} messages/s for {seconds:.0f} s", flush=True)
    began_s, faults, pipeline = time.monotonic(), Faults(spillway, fate), Pipeline(spillway)
    with Watch(spillway) as watch:
        with SoakTraffic(spillway, words, rate_per_s):
            next_s = began_s + min(fault_every_s, seconds / 4)
            while (now_s := time.monotonic()) < began_s + seconds:
                if now_s < next_s:
                    time.sleep(min(1.0, next_s - now_s))
                elif next_s <= began_s + seconds - min(SETTLE_S, seconds / 4):
                    name = faults.strike()
                    print(f"{now_s - began_s:6.0f} s  {name}", flush=True)
                    next_s += fault_every_s
                else:
                    next_s = began_s + seconds
        longest_pause_s, paused_at_s = watch.longest_pause_s, watch.paused_at_s
    assert len(spillway.alive()) == WORKERS, "a worker ended by itself"
    good = _say_flat("memory, MB", watch.growth(lambda sample: sample.memory_mb), MEMORY_GROWTH)
    good &= _say_flat("file handles", watch.growth(lambda sample: sample.handles), HANDLES_GROWTH)
    print(f"longest pause: {longest_pause_s:.1f} s, after {paused_at_s:.0f} s (bound {PAUSE_S:.0f} s)", flush=True)
    messages = pipeline.check(LAG_ZERO_S)
    print(
        f"oracle: {messages} records on messages.raw, {len(faults.done)} faults: nothing lost, doubled or out of order"
    )
    return good and longest_pause_s <= PAUSE_S


def _say_flat(what: str, growth: tuple[float, float], bound: float) -> bool:
    second, last = growth
    print(
        f"{what} of the eldest worker: second quarter {second:.0f}, last {last:.0f}, {last / second:.2f} x "
        f"(bound {bound})",
        flush=True,
    )
    return last <= second * bound


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--rate", type=int, help="messages a second, instead of half of the measured capacity")
    parser.add_argument("--fault-every", type=float, default=60.0, metavar="SECONDS")
    asked = parser.parse_args()
    seconds = asked.seconds if asked.seconds is not None else asked.minutes * 60
    print(f"seed {asked.seed}", flush=True)
    with LocalBroker() as broker, tempfile.TemporaryDirectory(prefix="spillway-soak-") as folder:
        spillway = Deployment(broker, Path(folder), config=SETTINGS + POLICY)
        try:
            good = soak(spillway, seconds, asked.seed, asked.rate, asked.fault_every)
        finally:
            spillway.close()
    print("all bounds hold" if good else "A BOUND IS BROKEN")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
