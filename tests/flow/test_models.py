"""Workers come and go while labels come in: all end with the models that a replay of learning.examples gives."""

import hashlib
import random
from collections.abc import Callable
from typing import Any

import confluent_kafka
import orjson
import pytest

from detectors.text import TextMessage, Triage
from detectors.text.learning import Example, dump_models, learn, load_models
from tests.flow.asking import Asking, feedback
from tests.flow.deployment import Deployment, eventually

TOPICS = ("technical", "billing", "delivery", "refund", "product")
QUICK = {"SPILLWAY_LEARNING__SNAPSHOT_EVERY_S": 1}
TASKS = ("urgency", "sentiment", "topic")
PROBES = [("en", f"the zorblax hums in unit {number}, what now?") for number in range(24)]


@pytest.fixture
def dice() -> random.Random:
    return random.Random()


class Replay:
    """What the records of learning.examples come to: one after the other, commands where they stand."""

    def __init__(self, records: list[confluent_kafka.Message]) -> None:
        self._said = {record.offset(): orjson.loads(record.value()) for record in records}
        self._shipped = dump_models(Triage.default())

    def below(self, offset: int) -> Triage:
        triage, pinned = Triage.default(), False
        load_models(triage, self._shipped)
        for at, said in sorted(self._said.items()):
            if at >= offset:
                break
            if said["kind"] in ("rollback", "pin"):
                triage, pinned = self.below(said["version"]), said["kind"] == "pin"
            elif said["kind"] == "unpin":
                pinned = False
            elif not pinned:
                example = Example(said["text"], said["language"], said["labels"], said.get("weight", 1.0))
                learn(triage, example)
        return triage

    @property
    def end(self) -> int:
        return max(self._said, default=-1) + 1


def whole_versions(spillway: Deployment) -> list[int]:
    """The offsets of all snapshots on models; fails for one that is torn."""
    rows: dict[str, bytes] = {}
    for record in spillway.read("models"):
        key = record.key().decode()
        if record.value() is None:
            rows.pop(key, None)
        else:
            rows[key] = record.value()
    offsets = []
    for key, row in rows.items():
        _, offset, part = key.split("/")
        if part == "head":
            head = orjson.loads(row)
            data = b"".join(rows[f"triage/{offset}/{number}"] for number in range(head["chunks"]))
            assert hashlib.sha256(data).hexdigest() == head["sha256"]
            offsets.append(int(offset))
    numbered = {key.split("/")[1] for key in rows}
    assert numbered == set(map(str, offsets)), "chunks without a head"
    return sorted(offsets)


def teach(spillway: Deployment, tickets: list[dict[str, Any]], dice: random.Random) -> None:
    for ticket in tickets:
        said = feedback(ticket["conversation_id"], ticket["message_id"], dice.choice(TOPICS), by=dice.choice("abc"))
        spillway.send("feedback", None, said)
    spillway.flush()


def said_of(tickets: list[dict[str, Any]]) -> list[list[float]]:
    return [[value for task in TASKS for value in sorted(ticket[task]["probabilities"].values())] for ticket in tickets]


def expected_of(triage: Triage) -> list[list[float]]:
    results = triage.triage_many([TextMessage(text, language=language) for language, text in PROBES])
    return [[value for task in TASKS for value in sorted(getattr(result, task).probabilities)] for result in results]


def test_workers_killed_and_started_at_any_time_end_with_the_replays_models_and_no_snapshot_is_torn(
    deploy: Callable[..., Deployment], dice: random.Random
) -> None:
    spillway = deploy(**QUICK)
    ask = Asking(spillway)
    workers = [spillway.start_worker(), spillway.start_worker()]
    for worker in workers:
        worker.until_ready()
    tickets = ask(PROBES)
    for number in range(3):
        teach(spillway, dice.sample(tickets, 8), dice)
        eventually(lambda: whole_versions(spillway), 20, "a version is published")
        if number == 1:
            version = dice.choice(whole_versions(spillway))
            answer = orjson.loads(spillway.spillway("models", "rollback", str(version), "--json"))
            assert answer["outcome"] == "done"
        workers.pop(dice.randrange(len(workers))).kill()
        whole_versions(spillway)
        teach(spillway, dice.sample(tickets, 8), dice)
        workers.append(spillway.start_worker())
    for worker in workers:
        worker.until_ready()

    def all_learned() -> bool:
        status = spillway.status()
        return not any(each["lag"] for each in status["partitions"] if each["stage"] in ("intake", "join", "learn"))

    eventually(all_learned, 30, "all feedback has become examples")
    replay = Replay(spillway.read("learning.examples"))
    expected = expected_of(replay.below(replay.end))

    def alike() -> bool:
        said = said_of(ask(PROBES))
        return all(
            abs(one - other) <= 1e-9
            for mine, theirs in zip(said, expected, strict=True)
            for one, other in zip(mine, theirs, strict=True)
        )

    eventually(alike, 10, "every process says of every text what the replay says")
    assert replay.end > 20
    assert expected != expected_of(Triage.default())
    assert whole_versions(spillway)


def test_triage_goes_on_and_learns_while_learn_is_away_and_a_command_waits_for_it(
    deploy: Callable[..., Deployment],
) -> None:
    spillway = deploy(**QUICK)
    ask = Asking(spillway)
    spillway.start_worker("--stages", "triage,intake,join").until_ready()
    first = ask(PROBES)
    teach(spillway, first, random.Random(1))
    eventually(lambda: said_of(ask(PROBES)) != said_of(first), 10, "it learns without the stage learn")
    eventually(
        lambda: not spillway.status()["lag"] or len(spillway.read("learning.examples")) >= len(PROBES), 10, "all"
    )
    taught = said_of(ask(PROBES))
    spillway.send("learning.examples", None, orjson.dumps({"kind": "pin", "command_id": "x-1", "version": 0}))
    spillway.flush()
    teach(spillway, first, random.Random(2))
    assert said_of(ask(PROBES)) == taught, "it goes on by the models before the command"
    spillway.start_worker("--stages", "learn").until_ready()
    eventually(lambda: said_of(ask(PROBES)) == said_of(first), 20, "all models are those as shipped, and learn nothing")
    assert [orjson.loads(record.value())["outcome"] for record in spillway.read("audit")] == ["done"]
