"""Workers come and go while labels come in: all end with the models that a replay of learning.examples gives."""

import hashlib
import random
from collections.abc import Callable
from typing import Any

import confluent_kafka
import orjson
import pytest

from detectors.text import TextMessage, Triage
from detectors.text.learning import Example, learn
from streams.cli.errors import ExitCode
from tests.flow.asking import Asking, feedback
from tests.flow.deployment import Deployment, eventually

TOPICS = ("technical", "billing", "delivery", "refund", "product")
QUICK = {"SPILLWAY_LEARNING__SNAPSHOT_EVERY_S": 1}
TASKS = ("urgency", "sentiment", "topic")
pytestmark = pytest.mark.timeout(1_800)  # more than all that it may wait for
PROBES = [("en", f"the zorblax hums in unit {number}, what now?") for number in range(24)]


@pytest.fixture
def dice() -> random.Random:
    return random.Random()


class Replay:
    """What the records of learning.examples come to: one after the other, commands where they stand."""

    def __init__(self, records: list[confluent_kafka.Message]) -> None:
        self._said = {record.offset(): orjson.loads(record.value()) for record in records}

    def below(self, offset: int) -> Triage:
        triage, pinned = Triage.default(), False
        for at, said in sorted(self._said.items()):
            if at >= offset:
                break
            if said["kind"] in ("rollback", "pin"):
                triage, pinned = self.below(said["version"]), said["kind"] == "pin"
            elif said["kind"] == "unpin":
                pinned = False
            elif not pinned:
                learn(triage, Example(said["text"], said["language"], said["labels"], said.get("weight", 1.0)))
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


def alike(said: list[list[float]], expected: list[list[float]]) -> bool:
    pairs = [pair for mine, theirs in zip(said, expected, strict=True) for pair in zip(mine, theirs, strict=True)]
    return all(abs(one - other) <= 1e-9 for one, other in pairs)


def feedback_of(spillway: Deployment) -> int:
    """How many records of feedback have become examples."""
    said = [orjson.loads(record.value()) for record in spillway.read("learning.examples")]
    return sum(example["kind"] == "example" for example in said)


def outcomes(spillway: Deployment) -> list[tuple[str, str]]:
    """What became of commands, by their ids, as the audit says."""
    said = [orjson.loads(record.value()) for record in spillway.read("audit")]
    return [(each["command_id"], each["outcome"]) for each in said]


def test_workers_killed_and_started_at_any_time_end_with_the_replays_models_and_no_snapshot_is_torn(
    deploy: Callable[..., Deployment], dice: random.Random
) -> None:
    spillway = deploy(**QUICK)
    ask = Asking(spillway)
    workers = [spillway.start_worker()]
    workers[0].until_ready()
    tickets = ask(PROBES)
    workers.append(spillway.start_worker())

    def replace_one() -> None:
        workers.pop(dice.randrange(len(workers))).kill()
        whole_versions(spillway)
        workers.append(spillway.start_worker())

    teach(spillway, dice.sample(tickets, 12), dice)
    versions = eventually(lambda: whole_versions(spillway), 60, "a version is published")
    teach(spillway, dice.sample(tickets, 12), dice)
    replace_one()
    done = spillway.run("models", "rollback", str(versions[-1]), "--json")
    answer = orjson.loads(done.stdout)
    # It was carried out, or the new worker takes longer to load its models than the command waits for it.
    assert (done.returncode, answer["outcome"]) in ((ExitCode.OK, "done"), (ExitCode.NOT_AS_PLANNED, "waits"))
    eventually(lambda: (answer["command_id"], "done") in outcomes(spillway), 180, "the command is carried out")
    teach(spillway, dice.sample(tickets, 12), dice)
    replace_one()
    teach(spillway, dice.sample(tickets, 12), dice)
    for worker in workers:
        worker.until_ready()
    # Twice twelve records came before the command: where there are more examples, some came after it.
    eventually(lambda: feedback_of(spillway) > 24, 60, "feedback after the command has become examples")

    def learned_alike() -> bool:
        # Feedback may still be on its way: then the next look finds it.
        replay = Replay(spillway.read("learning.examples"))
        return alike(said_of(ask(PROBES)), expected_of(replay.below(replay.end)))

    eventually(learned_alike, 120, "every process says of every text what the replay says")
    replay = Replay(spillway.read("learning.examples"))
    assert (
        expected_of(replay.below(replay.end))
        != expected_of(replay.below(versions[-1]))
        != expected_of(Triage.default())
    )
    shown = 'spillway_model_macro_f1{language="en",task="topic"}'
    eventually(lambda: any(shown in worker.metrics() for worker in workers), 60, "a worker shows how good they are")


def test_triage_goes_on_and_learns_while_learn_is_away_and_a_command_waits_for_it(
    deploy: Callable[..., Deployment],
) -> None:
    spillway = deploy(**QUICK)
    ask = Asking(spillway)
    spillway.start_worker("--stages", "triage,intake,join").until_ready()
    first = ask(PROBES)
    teach(spillway, first, random.Random(1))
    eventually(lambda: feedback_of(spillway) == len(PROBES), 60, "all feedback has become examples")
    replay = Replay(spillway.read("learning.examples"))
    taught = expected_of(replay.below(replay.end))
    assert taught != said_of(first)
    eventually(lambda: alike(said_of(ask(PROBES)), taught), 60, "it learns without the stage learn")
    spillway.send("learning.examples", None, orjson.dumps({"kind": "pin", "command_id": "x-1", "version": 0}))
    spillway.flush()
    teach(spillway, first, random.Random(2))
    eventually(lambda: feedback_of(spillway) > len(PROBES), 60, "there is more to learn")
    assert alike(said_of(ask(PROBES)), taught), "it goes on by the models before the command"
    spillway.start_worker("--stages", "learn").until_ready()
    shipped = expected_of(Triage.default())
    eventually(lambda: alike(said_of(ask(PROBES)), shipped), 60, "all models are those as shipped, and learn nothing")
    eventually(lambda: outcomes(spillway), 60, "the audit says what became of the command")
    assert outcomes(spillway) == [("x-1", "done")]
