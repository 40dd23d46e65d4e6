"""How fast triage alone is on Kafka: the real models and all its outputs, one worker, exactly once.

Short messages in five languages from eight partitions, all there before the worker starts. The median of three rounds
is the speed; a fourth one, in which the steps are timed from outside, gives each step's share of the worker's CPU time.
Once with messages that state their language, once with messages that do not.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvloop

from benchmarks.engine import Speed, catch_up
from benchmarks.latency import TEXTS
from benchmarks.topics import create_topics, new_prefix, produce_all
from detectors.text import TextClassifier
from detectors.text import triage as models
from streams.app import build
from streams.config import KafkaSettings, Settings
from streams.contracts import Message, at, encode
from streams.local import LocalBroker
from streams.stages import triage as stage
from streams.topics import Topic

MESSAGES = 150_000
ROUNDS = 3
OF_LANGUAGE = ("en", "fr", "de", "es", "fa")
"""The languages of TEXTS."""


@dataclass(frozen=True, slots=True)
class TriageSpeed:
    """Messages a second; CPU of the worker in microseconds a message; the share of each step in it."""

    messages_per_s: float
    cpu_us: float
    shares: dict[str, float]


class Stopwatch:
    """Seconds spent in functions that it wraps, by step."""

    def __init__(self) -> None:
        self.spent_s: dict[str, float] = {}

    def wrap(self, owner: Any, name: str, step: str) -> Callable[[], None]:
        """Time every call of an attribute; answers how to undo it."""
        original = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            began_s = time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                self.spent_s[step] = self.spent_s.get(step, 0.0) + time.perf_counter() - began_s

        setattr(owner, name, timed)
        return lambda: setattr(owner, name, original)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time the steps of triage for a while."""
        undo = [
            self.wrap(stage, "decode", "decode"),
            self.wrap(models, "_languages", "language"),
            self.wrap(models, "normalise_many", "featurise"),
            self.wrap(models, "extract", "featurise"),
            self.wrap(TextClassifier, "predict_features", "score"),
            self.wrap(models.Triage, "triage_many", "triage"),
            self.wrap(stage.Triage, "process", "process"),
        ]
        try:
            yield
        finally:
            for restore in undo:
                restore()

    def shares(self, cpu_s: float) -> dict[str, float]:
        """Each step's part of the worker's CPU seconds."""
        spent = self.spent_s
        inside = sum(spent[step] for step in ("language", "featurise", "score"))
        parts = {step: spent[step] for step in ("decode", "language", "featurise", "score")}
        parts["the rest of triage"] = spent["triage"] - inside
        parts["encode"] = spent["process"] - spent["triage"] - spent["decode"]
        parts["transaction and the rest"] = cpu_s - spent["process"]
        return {step: seconds / cpu_s for step, seconds in parts.items()}


def messages(stated: bool) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of each, in conversations of their own."""
    for number in range(MESSAGES):
        name = f"bench/{number}"
        message = Message(
            message_id=name,
            conversation_id=name,
            tenant="default",
            channel="chat",
            language=OF_LANGUAGE[number % len(TEXTS)] if stated else None,
            body=f"{TEXTS[number % len(TEXTS)]} ({number})",
            sent_at=at(0.0),
        )
        yield name.encode(), encode(message)


def one_round(bootstrap: str, *, stated: bool) -> Speed:
    """On topics of its own, all messages there before the worker."""
    app = build(Settings(kafka=KafkaSettings(bootstrap=bootstrap, prefix=new_prefix())))
    create_topics(bootstrap, app.table)
    produce_all(bootstrap, app.table.physical(Topic.MESSAGES_RAW), messages(stated))

    async def run() -> Speed:
        return await catch_up(app.worker_process(["triage"]), MESSAGES)

    return uvloop.run(run())


def measure(broker: LocalBroker, *, stated: bool) -> TriageSpeed:
    """All rounds."""
    rounds = [one_round(broker.bootstrap, stated=stated) for _ in range(ROUNDS)]
    speed = sorted(rounds, key=lambda speed: speed.events_per_s)[ROUNDS // 2]
    watch = Stopwatch()
    with watch.watching():
        timed = one_round(broker.bootstrap, stated=stated)
    return TriageSpeed(speed.events_per_s, speed.cpu_us, watch.shares(timed.cpu_us * MESSAGES / 1e6))
