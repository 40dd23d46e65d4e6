"""From a helpdesk's label to an example that every process learns, and from models to snapshots."""

from typing import Any

from detectors.text import Triage as Models
from detectors.text.learning import digest
from streams.contracts import Feedback, at, encode
from streams.runtime.memory import MemoryRunner
from streams.runtime.stage import Output, Record, Watermark
from streams.stages.intake import intake_spec
from streams.stages.join import Join, join_spec
from streams.stages.learn import EVERY_S, KEEP_VERSIONS, Learn, Snapshot, whole_snapshots
from streams.stages.learning import LabelRecord, TextRecord, read_example, to_examples, to_learning
from streams.stages.triage import triage_spec
from streams.topics import SPECS, Topic, TopicTable

NOON_S = 1_773_144_000.0


def text(ticket_id: str, message_id: str = "m-1", words: str = "where is my parcel?") -> TextRecord:
    return TextRecord("acme", ticket_id, message_id, "en", words)


def label(ticket_id: str, message_id: str | None = None) -> LabelRecord:
    return LabelRecord("acme", ticket_id, {"topic": "delivery"}, "rep-1", message_id)


def told(*records: TextRecord | LabelRecord, at_s: float = NOON_S) -> list[Record]:
    sends = [to_learning(record) for record in records]
    return [Record(send.topic, 0, number, at_s, send.key, send.value) for number, send in enumerate(sends)]


def examples(output: Output) -> list[str]:
    return [read_example(send.value).text for send in output.sends if send.topic == Topic.LEARNING_EXAMPLES]


def test_a_label_meets_the_newest_text_of_its_conversation() -> None:
    join, now = Join(), Watermark(NOON_S)
    join.process(told(text("c-1", "m-1", "first"), text("c-1", "m-2", "second"), text("c-2")), now)
    assert examples(join.process(told(label("c-1"), label("c-1", "m-2")), now)) == ["second", "second"]
    lost = join.process(told(label("c-1", "m-1"), label("c-9")), now)
    assert (examples(lost), lost.counts) == ([], {"label_without_text": 2})


def test_texts_are_bounded_the_oldest_go_first_and_what_is_old_is_forgotten() -> None:
    join = Join(keep_texts=2)
    output = join.process(told(text("c-1"), text("c-2"), text("c-3")), Watermark(NOON_S))
    assert output.counts == {"pushed_out": 1}
    assert output.rows[b"text/acme/c-1"] is None
    gone = join.tick(NOON_S + 8 * 86_400, Watermark(NOON_S))
    assert (gone.counts, set(gone.rows.values())) == ({"too_old": 2}, {None})


def test_a_restored_join_still_knows_its_texts() -> None:
    rows = Join().process(told(text("c-1")), Watermark(NOON_S)).rows
    again = Join()
    again.restore({key: row for key, row in rows.items() if row is not None})
    assert examples(again.process(told(label("c-1")), Watermark(NOON_S))) == ["where is my parcel?"]


def test_feedback_becomes_an_example_of_the_message_that_was_triaged(models: Models, feed: Any) -> None:
    stages = [
        triage_spec(lambda: models, lambda tenant, segment: "default"),
        intake_spec({"default"}, {"default"}),
        join_spec(),
    ]
    table = TopicTable(SPECS, prefix="", stages={stage.name: stage.sources for stage in stages})
    runner = MemoryRunner(stages, table, start_s=NOON_S)
    said = feed.message(
        conversation_id="c-1", message_id="m-1", tenant="default", body="The parcel is LATE, order 4711"
    )
    runner.send(Topic.MESSAGES_RAW, b"c-1", encode(said))
    runner.settle()
    feedback = Feedback(ticket_id="c-1", tenant="default", topic="delivery", urgency="high", by="rep-1", at=at(NOON_S))
    runner.send(Topic.FEEDBACK, b"c-1", encode(feedback))
    runner.settle()
    [record] = runner.records(Topic.LEARNING_EXAMPLES)
    example = read_example(record.value)
    assert example.labels == {"topic": "delivery", "urgency": "high"}
    assert "parcel" in example.text
    assert "4711" not in example.text


def published(learn_stage: Learn, now_s: float, rows: dict[bytes, bytes]) -> None:
    send = to_examples(read_example(b'{"kind":"example","text":"t","language":"en","labels":{},"by":"x"}'))
    learn_stage.process([Record(send.topic, 0, 0, now_s, None, send.value)], Watermark(now_s))
    for written in learn_stage.tick(now_s, Watermark(now_s)).sends:
        assert written.key is not None
        if written.value is None:
            rows.pop(written.key)
        else:
            rows[written.key] = written.value


def test_snapshots_are_whole_or_not_taken_and_five_are_kept() -> None:
    offsets = iter(range(1, 100))

    def snapshot() -> Snapshot:
        data = b"x" * 1_200_000
        return Snapshot(next(offsets), data, digest(data))

    stage, rows = Learn(snapshot), dict[bytes, bytes]()
    for number in range(8):
        published(stage, NOON_S + number * EVERY_S, rows)
    found = whole_snapshots(rows)
    assert [offset for offset, _, _ in found] == [7, 6, 5, 4, 3]
    assert len(found) == KEEP_VERSIONS
    assert all(digest(data) == sha256 for _, data, sha256 in found)
    del rows[b"triage/7/1"]
    assert [offset for offset, _, _ in whole_snapshots(rows)] == [6, 5, 4, 3]
