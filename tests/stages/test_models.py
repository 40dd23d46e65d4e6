"""The models of a process where it is on learning.examples, without a log: what each record does to them."""

import msgspec
import pytest

from detectors.text import SENTIMENTS, TOPICS, URGENCIES, TextClassifier, Triage
from detectors.text.learning import digest, dump_models
from streams.contracts import Channel
from streams.stages.learning import ExampleRecord, LogRecord, PinRecord, RollbackRecord, UnpinRecord, to_examples
from streams.stages.models import Models, Snapshot, quality_of

LESSONS = [
    ExampleRecord(f"the zorblax hums {word}", "en", {"topic": "product"}, "a") for word in ("now", "again", "on")
]


def small_triage() -> Triage:
    """Models that know nothing, of few slots: quick to make."""
    return Triage(*(TextClassifier(labels, slots_log2=10) for labels in (URGENCIES, SENTIMENTS, TOPICS)), version="v")


class Process:
    """Models of its own, and a log that it reads from where it is."""

    def __init__(self) -> None:
        self.triage = small_triage()
        self.models = Models(lambda: self.triage)
        self.models.begin()

    def read(self, *records: LogRecord) -> RollbackRecord | PinRecord | None:
        """Read records until a command is in the way."""
        for record in records:
            command = self.models.read(self.models.offset, to_examples(record).value)
            if command is not None:
                return command
        return None

    def turn(self, command: RollbackRecord | PinRecord, version: Snapshot | None) -> bool:
        turned = self.models.turned(command, version)
        self.models.take(self.models.unpacked(turned.snapshot))
        return turned.known

    def snapshot(self) -> Snapshot:
        snapshot = self.models.snapshot()
        assert snapshot is not None
        return snapshot

    @property
    def dump(self) -> bytes:
        return dump_models(self.triage)


def taught(*lessons: LogRecord) -> bytes:
    process = Process()
    process.read(*lessons)
    return process.dump


def test_a_rollback_stops_the_reading_until_it_is_carried_out_and_what_follows_is_learned_on_that_version() -> None:
    process = Process()
    process.read(LESSONS[0])
    version = process.snapshot()
    command = process.read(LESSONS[1], RollbackRecord("x", 1))
    assert command == RollbackRecord("x", 1)
    assert process.models.offset == 2
    assert process.turn(RollbackRecord("x", 1), version)
    assert (process.models.offset, process.dump) == (3, taught(LESSONS[0]))
    process.read(LESSONS[2])
    assert process.dump == taught(LESSONS[0], LESSONS[2])


def test_pinned_models_learn_nothing_but_are_judged_and_a_snapshot_of_them_is_pinned_too() -> None:
    process, later = Process(), Process()
    command = process.read(*LESSONS, PinRecord("x", 0))
    assert isinstance(command, PinRecord)
    assert process.turn(command, None)
    assert (process.models.pinned, process.dump) == (0, taught())
    process.read(LESSONS[0])
    later.models.take(later.models.unpacked(process.snapshot()))
    for each in (process, later):
        each.read(LESSONS[1])
        assert each.dump == taught()
        assert {measured.labels_seen for _, _, measured in each.models.quality.measured()} == {5}
        each.read(UnpinRecord("y"), LESSONS[2])
        assert (each.models.pinned, each.dump) == (None, taught(LESSONS[2]))


def test_a_rollback_ends_a_pin_and_keeps_what_was_measured() -> None:
    process = Process()
    for command in (process.read(LESSONS[0], PinRecord("x", 0)), process.read(RollbackRecord("y", 0))):
        assert command is not None
        process.turn(command, None)
    assert process.models.pinned is None
    assert {measured.labels_seen for _, _, measured in quality_of(process.snapshot()).measured()} == {1}


def test_a_version_that_is_not_there_leaves_everything_as_it_is() -> None:
    process = Process()
    command = process.read(LESSONS[0], PinRecord("x", 99))
    assert command is not None
    assert not process.turn(command, None)
    assert (process.models.offset, process.models.pinned, process.dump) == (2, None, taught(LESSONS[0]))


def test_triage_names_the_version_that_it_judges_by() -> None:
    process = Process()
    assert process.triage.model_versions["topic"] == "v"
    process.read(*LESSONS)
    process.models.name_version()
    assert process.triage.model_versions == dict.fromkeys(("urgency", "sentiment", "topic"), "v@3")


def test_handling_times_teach_how_much_work_a_message_is() -> None:
    process = Process()
    before = process.triage.effort.units("delivery", "chat", 40)
    handled = ExampleRecord("t", "en", {}, "resolved", 1.0, 3_600.0, "delivery", Channel.CHAT, 40)
    quick = msgspec.structs.replace(handled, handling_s=60.0, topic="other")
    process.read(*[handled, quick] * 50)
    assert process.triage.effort.units("delivery", "chat", 40) > before
    assert process.models.learned == 0


@pytest.mark.parametrize("change", ["torn", "altered", "foreign"])
def test_a_torn_or_foreign_snapshot_is_refused_and_changes_nothing(change: str) -> None:
    whole = Process()
    whole.read(*LESSONS)
    snapshot = whole.snapshot()
    foreign = msgspec.msgpack.encode({"models": b"", "quality": b"{}", "pinned": None})
    data = {"torn": snapshot.data[:-1], "altered": snapshot.data[:-1] + b"\x00", "foreign": foreign}[change]
    process = Process()
    with pytest.raises(ValueError):
        process.models.unpacked(Snapshot(3, data, digest(data) if change == "foreign" else snapshot.sha256))
    assert (process.models.offset, process.dump) == (0, taught())
