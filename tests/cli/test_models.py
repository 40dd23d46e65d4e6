"""The commands for models, over topics as workers leave them."""

import xml.etree.ElementTree as xml
from collections.abc import Callable
from pathlib import Path
from typing import Any

import confluent_kafka
import msgspec
import pytest
from river import feature_extraction, naive_bayes

from detectors.text import Triage
from detectors.text.learning import digest, dump_models
from detectors.text.prequential import Prequential
from streams.app import App, build
from streams.cli import models
from streams.cli.compare import Runner, compare, verdict
from streams.cli.errors import CommandError, ExitCode
from streams.cli.main import run
from streams.cli.quality import show_quality
from streams.config import KafkaSettings, Settings
from streams.factories import FactoryError
from streams.runtime.stage import Record, Watermark
from streams.stages.learn import EVERY_S, Learn
from streams.stages.learning import ExampleRecord, to_examples
from streams.stages.models import Contents, Models
from streams.topics import Topic
from tests.stages.standing import Standing

from .conftest import Deployment

Json = Callable[[], Any]
LESSONS = [
    ("the zorblax hums", "technical"),
    ("my invoice for the zorblax", "billing"),
    ("where is my zorblax", "delivery"),
]
EXAMPLES = [
    ExampleRecord(f"{text}, unit {number}", "en", {"topic": topic}, "rep-1")
    for number in range(8)
    for text, topic in LESSONS
]


@pytest.fixture(scope="module")
def shipped() -> bytes:
    return dump_models(Triage.default())


@pytest.fixture
def app(deployed: Deployment) -> App:
    settings = Settings(kafka=KafkaSettings(bootstrap=deployed.clients.bootstrap, prefix=deployed.table.prefix))
    return build(settings)


def write(app: App, topic: str, *records: tuple[bytes | None, bytes | None]) -> None:
    producer = confluent_kafka.Producer({"bootstrap.servers": app.clients.bootstrap, "message.max.bytes": 2**20})
    for key, value in records:
        producer.produce(app.table.physical(topic), value, key, 0)
    assert producer.flush(60) == 0


def teach(app: App, *examples: ExampleRecord) -> None:
    write(app, Topic.LEARNING_EXAMPLES, *((None, to_examples(example).value) for example in examples))


def publish(app: App, offset: int, data: bytes) -> None:
    """A snapshot, as the stage writes it."""
    stage = Learn(Standing(offset, data))
    stage.tick(0.0, Watermark(0.0))
    stage.process([Record(Topic.LEARNING_EXAMPLES, 0, 0, 0.0, None, to_examples(EXAMPLES[0]).value)], Watermark(0.0))
    sends = stage.tick(EVERY_S, Watermark(EVERY_S)).sends
    write(app, Topic.MODELS, *((send.key, send.value) for send in sends))


def contents(models_data: bytes) -> bytes:
    return msgspec.msgpack.encode(Contents(models_data, Models(lambda: Triage.default()).quality.dump()))


def test_versions_are_listed_newest_first_with_those_that_would_be_refused(
    app: App, shipped: bytes, printed_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    teach(app, *EXAMPLES[:5])
    publish(app, 3, contents(shipped))
    publish(app, 9, contents(shipped))
    write(app, Topic.MODELS, (b"triage/4/head", b'{"offset":4,"chunks":1,"sha256":"no"}'), (b"triage/4/0", b"another"))
    models.list_versions(app, as_json=True)
    said = printed_json()
    assert said["log_end"] == 5
    versions = [(each["version"], each["refused"], each["turned_to"]) for each in said["versions"]]
    assert versions == [(9, "beyond", None), (4, "sha256", None), (3, None, None)]
    models.list_versions(app, as_json=False)
    assert "as shipped" in capsys.readouterr().out
    for number, says in ((9, "refused: beyond"), (4, "refused: sha256"), (2, "published are: 9, 4, 3")):
        with pytest.raises(CommandError, match=says):
            models.rollback(app, number, as_json=True)
    assert printed_nothing(capsys)


def printed_nothing(capsys: pytest.CaptureFixture[str]) -> bool:
    return capsys.readouterr().out == ""


def test_a_command_that_nobody_carries_out_says_that_it_waits(
    app: App, monkeypatch: pytest.MonkeyPatch, printed_json: Json
) -> None:
    monkeypatch.setattr(models, "ANSWER_S", 0.5)
    with pytest.raises(CommandError, match="stage learn running") as raised:
        models.pin(app, None, as_json=True)
    assert raised.value.code == ExitCode.NOT_AS_PLANNED
    said = printed_json()
    assert (said["command"], said["version"], said["outcome"]) == ("pin", 0, "waits")


def test_how_good_the_models_are_is_told_drawn_and_written_as_json(
    app: App, tmp_path: Path, printed_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    teach(app, *EXAMPLES)
    file = tmp_path / "models.svg"
    show_quality(app, None, task=None, language="all", file=file, as_json=False)
    out = capsys.readouterr().out
    assert "Version 24" in out
    assert "topic: claimed (|) and right (█)" in out
    assert "topic: right label, and what triage said" in out
    assert max(len(line) for line in out.splitlines() if str(file) not in line) <= 80
    drawing = file.read_text(encoding="utf-8")
    assert xml.fromstring(drawing).tag.endswith("svg")
    assert {">technical<", ">billing<", ">delivery<"} <= {f">{label}<" for label in LABELS if f">{label}<" in drawing}
    assert "zorblax" not in drawing + out
    show_quality(app, None, task="topic", language="all", file=None, as_json=True)
    said = printed_json()
    assert said["version"] == 24
    overall, english = said["quality"]
    assert (overall["language"], english["language"]) == ("all", "en")
    assert overall["labels"] == 24
    assert overall["accuracy"] > 0.5
    assert round(sum(map(sum, overall["confusion"]["counts"]))) == pytest.approx(24, abs=1)
    assert sum(each["predictions"] for each in overall["reliability"]) == pytest.approx(24, abs=1)
    show_quality(app, 0, task=None, language="all", file=None, as_json=False)
    assert "no label has come in yet" in capsys.readouterr().out


LABELS = ("technical", "billing", "delivery")


def test_a_model_of_rivers_is_compared_with_ours_on_the_labels_that_came_in(app: App, printed_json: Json) -> None:
    with pytest.raises(CommandError, match="no label of topic"):
        compare(app, "topic", f"{__name__}:bayes", last=100, as_json=True)
    teach(app, *EXAMPLES)
    compare(app, "topic", f"{__name__}:bayes", last=20, as_json=True)
    said = printed_json()
    ours, theirs = said["models"]
    assert (said["examples"], ours["labels"], theirs["labels"]) == (20, 20, 20)
    assert (ours["model"], theirs["model"]) == ("spillway", f"{__name__}:bayes")
    assert ours["accuracy"] > 0.5
    assert theirs["predictions_per_s"] > 0
    for factory, why in (
        ("no_module:f", "ModuleNotFoundError"),
        ("json:dumps", "TypeError"),
        (f"{__name__}:none", "not a classifier"),
    ):
        with pytest.raises(FactoryError, match=why):
            compare(app, "topic", factory, last=20, as_json=True)


def bayes() -> Any:
    return feature_extraction.BagOfWords() | naive_bayes.MultinomialNB()


def none() -> None:
    return None


def test_the_verdict_says_better_or_worse_and_slower_or_faster(shipped: bytes) -> None:
    def runner(name: str, right: int, seconds: float) -> Runner:
        quality = Prequential(("a", "b"))
        for number in range(10):
            quality.update((0.9, 0.1) if number < right else (0.1, 0.9), "a")
        return Runner(name, Triage.default(), "topic", quality, seconds / 2, seconds / 2)

    fast, slow, good = runner("fast", 5, 1.0), runner("slow", 5, 30.0), runner("good", 10, 2.0)
    assert verdict(fast, slow) == "slow is as good as spillway in macro-F1, and 30.0 times slower."
    assert verdict(good, fast).startswith("fast is 0.667 worse than spillway")
    assert verdict(slow, good).endswith("better than spillway in macro-F1, and 15.0 times faster.")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["models", "compare", "topic"], "river in [models.topic]"),
        (["models", "compare", "topics"], "topics"),
        (["models", "rollback"], "VERSION"),
        (["models", "rollback", "newest"], "valid integer"),
        (["models", "show", "-1"], "-1"),
    ],
)
def test_bad_usage_is_one_plain_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == ExitCode.USAGE
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1


def test_the_digest_of_a_listed_version_is_that_of_its_bytes(app: App, shipped: bytes) -> None:
    publish(app, 0, contents(shipped))
    [listed], _ = models.versions(app)
    assert listed.version.head.sha256 == digest(listed.version.data)
