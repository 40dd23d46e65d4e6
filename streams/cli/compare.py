"""``spillway models compare``: a model of River's against ours, on the labels that have come in."""

import asyncio
import time
from dataclasses import dataclass
from math import inf
from typing import Any

from aiokafka import TopicPartition

from detectors.text import Triage
from detectors.text.learning import Example, learn
from detectors.text.prequential import Prequential
from streams.app import App, stand_in
from streams.cli.errors import CommandError, ExitCode, broker_errors
from streams.cli.kafka import admin_client, require_topics
from streams.cli.output import say, say_json, show, table
from streams.cli.quality import to_json
from streams.contracts import ContractError
from streams.stages.learning import ExampleRecord, read_log
from streams.topics import Topic


@dataclass
class Runner:
    """A model on its way through the examples: each predicted first, then learned."""

    name: str
    triage: Triage
    task: str
    quality: Prequential
    predict_s: float = 0.0
    learn_s: float = 0.0

    def run(self, example: Example) -> None:
        """Predict one, then learn it."""
        model = self.triage.models[self.task]
        began_s = time.perf_counter()
        [probabilities] = model.predict_proba_many([example.text], [example.language]).tolist()
        predicted_s = time.perf_counter()
        learn(self.triage, example)
        self.learn_s += time.perf_counter() - predicted_s
        self.predict_s += predicted_s - began_s
        self.quality.update(probabilities, example.labels[self.task])

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        count = self.quality.labels_seen
        speed = {"predictions_per_s": count / self.predict_s, "labels_learned_per_s": count / self.learn_s}
        return {"model": self.name} | speed | to_json(self.quality)


def compare(app: App, task: str, factory: str, *, last: int, as_json: bool) -> None:
    """Run both over the newest examples of a task, from the models as shipped on, and say which does better.

    Raises CommandError, FactoryError.
    """
    with admin_client(app.clients) as admin:
        require_topics(admin, app.table)
    ours, theirs = Triage.default(), Triage.default()
    stand_in(theirs, task, factory)
    labels = ours.models[task].labels
    with broker_errors(app.clients.bootstrap):
        examples = asyncio.run(_examples(app, task, labels))[-last:]
    if not examples:
        raise CommandError(ExitCode.FAILED, f"there is no label of {task} to compare by")
    runners = [
        Runner("spillway", ours, task, Prequential(labels, inf)),
        Runner(factory, theirs, task, Prequential(labels, inf)),
    ]
    for runner in runners:
        for example in examples:
            runner.run(example)
    if as_json:
        say_json({"task": task, "examples": len(examples), "models": [runner.to_json() for runner in runners]})
        return
    columns = ("model", "macro-F1#", "accuracy#", "log-loss#", "calibration error#", "predicts/s#", "learns/s#")
    show(table(f"{task}: {len(examples):,} labels, each predicted, then learned", columns, map(_row, runners)))
    say(verdict(*runners))


def verdict(ours: Runner, theirs: Runner) -> str:
    """Which is better, and what it costs, in a sentence."""
    gain = theirs.quality.macro_f1() - ours.quality.macro_f1()
    slower = (theirs.predict_s + theirs.learn_s) / (ours.predict_s + ours.learn_s)
    better = "as good as" if abs(gain) < 0.0005 else f"{abs(gain):.3f} {'better' if gain > 0 else 'worse'} than"
    pace = f"{slower:.1f} times slower" if slower >= 1 else f"{1 / slower:.1f} times faster"
    return f"{theirs.name} is {better} spillway in macro-F1, and {pace}."


def _row(runner: Runner) -> tuple[Any, ...]:
    quality = runner.quality
    numbers = (quality.macro_f1(), quality.accuracy(), quality.log_loss(), quality.ece())
    speeds = (round(quality.labels_seen / runner.predict_s), round(quality.labels_seen / runner.learn_s))
    return runner.name, *(f"{number:.3f}" for number in numbers), *speeds


async def _examples(app: App, task: str, labels: tuple[str, ...]) -> list[Example]:
    """Every stored example that has a label of the task, as the only one."""
    records = await read_all(app)
    found = []
    for value in records:
        try:
            said = read_log(value)
        except ContractError:
            continue
        if isinstance(said, ExampleRecord) and said.labels.get(task) in labels:
            found.append(Example(said.text, said.language, {task: said.labels[task]}, said.weight))
    return found


async def read_all(app: App) -> list[bytes | None]:
    """The values of learning.examples, in its order."""
    tp = TopicPartition(app.table.physical(Topic.LEARNING_EXAMPLES), 0)
    consumer = app.clients.reader()
    values: list[bytes | None] = []
    try:
        await consumer.start()
        consumer.assign([tp])
        await consumer.seek_to_beginning(tp)
        end = (await consumer.end_offsets([tp]))[tp]
        while await consumer.position(tp) < end:
            values += [record.value for record in (await consumer.getmany(tp, timeout_ms=200)).get(tp, ())]
    finally:
        await consumer.stop()
    return values
