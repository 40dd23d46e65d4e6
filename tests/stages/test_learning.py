"""From a helpdesk's label, a survey or a ticket's end to an example that every process learns."""

import random
from collections.abc import Callable
from statistics import mean
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text import TextMessage
from detectors.text import Triage as Models
from detectors.text.learning import Example, learn
from detectors.text.seed import SEED
from detectors.text.sources import SourceLimits
from detectors.text.weak import WeakWeights
from streams.contracts import Channel, Feedback, TicketEventKind, at, encode
from streams.runtime.memory import MemoryRunner
from streams.runtime.stage import Output, Record, Watermark
from streams.stages.intake import intake_spec
from streams.stages.join import KEEP_TEXTS, Join, join_spec
from streams.stages.learning import (
    ExampleRecord,
    LabelRecord,
    LearningRecord,
    Outcome,
    OutcomeRecord,
    TextRecord,
    read_log,
    to_learning,
)
from streams.stages.triage import triage_spec
from streams.topics import SPECS, Topic, TopicTable

NOON_S = 1_773_144_000.0
DAY_S = 86_400.0


def text(
    ticket_id: str, message_id: str = "m-1", words: str = "where is my parcel?", urgency: str = "low"
) -> TextRecord:
    return TextRecord("acme", "acme-eu", ticket_id, message_id, "en", words, urgency, "delivery", Channel.CHAT, 19)


def label(
    ticket_id: str, message_id: str | None = None, by: str = "rep-1", at_s: float = 0.0, **said: str
) -> LabelRecord:
    return LabelRecord("acme", ticket_id, said or {"topic": "delivery"}, by, at_s, message_id)


def survey(ticket_id: str, csat: float, **said: str) -> LabelRecord:
    return LabelRecord("acme", ticket_id, said, "survey", 0.0, None, csat)


def outcome(ticket_id: str, event: Outcome, at_s: float = 0.0) -> OutcomeRecord:
    return OutcomeRecord("acme-eu", ticket_id, event, at_s)


def told(*records: LearningRecord, at_s: float = NOON_S) -> list[Record]:
    sends = [to_learning(record) for record in records]
    return [Record(send.topic, 0, number, at_s, send.key, send.value) for number, send in enumerate(sends)]


def tell(join: Join, *records: LearningRecord, at_s: float = NOON_S) -> Output:
    return join.process(told(*records, at_s=at_s), Watermark(at_s))


def examples(output: Output) -> list[ExampleRecord]:
    said = [read_log(send.value) for send in output.sends if send.topic == Topic.LEARNING_EXAMPLES]
    assert all(isinstance(example, ExampleRecord) for example in said)
    return [example for example in said if isinstance(example, ExampleRecord)]


def texts(output: Output) -> list[str]:
    return [example.text for example in examples(output)]


def learned(output: Output) -> list[tuple[dict[str, str], float]]:
    return [(example.labels, example.weight) for example in examples(output)]


def reasons(output: Output) -> list[str]:
    return [letter.reason for letter in output.dead_letters]


def test_a_label_of_a_ticket_meets_its_newest_text_and_one_of_a_message_that_message() -> None:
    join = Join()
    tell(join, text("c-1", "m-1", "first"), text("c-1", "m-2", "second"), text("c-2"))
    assert texts(tell(join, label("c-1"), label("c-1", "m-1"))) == ["second", "first"]
    lost = tell(join, label("c-1", "m-9"), label("c-9"))
    assert (texts(lost), lost.counts) == ([], {"label_without_text": 2})


def test_a_label_that_comes_days_late_is_learned_and_one_after_a_week_is_counted() -> None:
    join = Join()
    tell(join, text("c-1"))
    join.tick(NOON_S + 6.9 * DAY_S, Watermark(NOON_S))
    assert texts(tell(join, label("c-1"), at_s=NOON_S + 6.9 * DAY_S)) == ["where is my parcel?"]
    join.tick(NOON_S + 7.1 * DAY_S, Watermark(NOON_S))
    assert tell(join, label("c-1"), at_s=NOON_S + 7.1 * DAY_S).counts == {"label_without_text": 1}


def test_conversations_and_their_texts_are_bounded_the_oldest_go_first_and_what_is_old_is_forgotten() -> None:
    join = Join(keep_conversations=2)
    output = tell(join, *(text("c-1", f"m-{number}", f"words {number}") for number in range(KEEP_TEXTS + 1)))
    assert texts(tell(join, label("c-1", "m-0"), label("c-1", "m-1"))) == ["words 1"]
    output = tell(join, text("c-2"), text("c-3"))
    assert output.counts == {"pushed_out": 1}
    assert output.rows[b"conversation/acme/c-1"] is None
    assert tell(join, outcome("c-1", "reopened")).counts == {"outcome_without_text": 1}
    gone = join.tick(NOON_S + 8 * DAY_S, Watermark(NOON_S))
    assert (gone.counts, set(gone.rows.values())) == ({"too_old": 2}, {None})


@pytest.mark.parametrize(
    ("labels", "weights", "counts"),
    [
        ([label("c-1", at_s=5.0), label("c-1", at_s=6.0, topic="refund")], [1.0, 1.0], {}),
        ([label("c-1", at_s=5.0), label("c-1", at_s=4.0, topic="refund")], [1.0], {"label_outdated": 1}),
        ([label("c-1", at_s=5.0), label("c-1", at_s=5.0)], [1.0], {"label_repeated": 1}),
        # What was said again counts as said then: what comes from in between is outdated.
        (
            [label("c-1", at_s=5.0), label("c-1", at_s=9.0), label("c-1", at_s=7.0, topic="refund")],
            [1.0],
            {"label_repeated": 1, "label_outdated": 1},
        ),
        ([label("c-1"), label("c-1", by="rep-2")], [1.0, 1.0], {}),
        ([label("c-1"), label("c-1", by="rep-2", topic="refund")], [1.0, 0.5], {}),
        ([label("c-1"), label("c-1", by="rep-2", topic="refund", urgency="high")], [1.0, 1.0, 0.5], {}),
        ([label("c-1"), label("c-1", topic="no such topic", at_s=1.0)], [1.0, 1.0], {"label_unknown": 1}),
    ],
    ids=["correction", "late", "again", "late behind again", "agrees", "contradicts", "in part", "unknown"],
)
def test_of_a_source_the_newest_label_holds_and_one_that_contradicts_another_source_counts_for_half(
    labels: list[LabelRecord], weights: list[float], counts: dict[str, int]
) -> None:
    output = tell(Join(), text("c-1"), *labels)
    assert [weight for _, weight in learned(output)] == weights
    assert output.counts == counts | {"examples": len(weights)}
    assert not output.dead_letters


@pytest.mark.parametrize(
    ("csat", "said", "expected"),
    [
        (0.0, {}, [({"sentiment": "negative"}, 0.3)]),
        (1.0, {}, [({"sentiment": "positive"}, 0.3)]),
        (0.5, {}, []),
        (0.0, {"topic": "refund"}, [({"topic": "refund"}, 1.0), ({"sentiment": "negative"}, 0.3)]),
        (0.0, {"sentiment": "neutral"}, [({"sentiment": "neutral"}, 1.0)]),
    ],
)
def test_a_survey_is_a_weak_label_of_sentiment_beside_what_else_was_said(
    csat: float, said: dict[str, str], expected: list[tuple[dict[str, str], float]]
) -> None:
    join = Join(weights=WeakWeights(csat=0.3))
    tell(join, text("c-1"))
    assert learned(tell(join, survey("c-1", csat, **said))) == expected


@pytest.mark.parametrize(("judged", "right"), [("low", "normal"), ("normal", "high"), ("high", "urgent")])
def test_a_reopened_ticket_is_a_weak_label_of_more_urgency_once(judged: str, right: str) -> None:
    join = Join(weights=WeakWeights(reopened=0.1))
    tell(join, text("c-1", urgency=judged))
    output = tell(join, outcome("c-1", "reopened", 5.0), outcome("c-1", "reopened", 9.0))
    assert learned(output) == [({"urgency": right}, 0.1)]
    assert output.counts["label_repeated"] == 1


def test_a_weak_label_is_nothing_beside_a_persons_nor_where_it_counts_nothing() -> None:
    join = Join()
    tell(join, text("c-1"), label("c-1", sentiment="neutral", urgency="low"), text("c-2", urgency="urgent"))
    output = tell(join, survey("c-1", 0.0), outcome("c-1", "reopened"), outcome("c-2", "reopened"))
    assert (learned(output), output.counts) == ([], {"label_overruled": 2})
    deaf = Join(weights=WeakWeights(csat=0.0, reopened=0.0))
    tell(deaf, text("c-1"))
    assert learned(tell(deaf, survey("c-1", 0.0), outcome("c-1", "reopened"))) == []


def test_a_resolved_ticket_tells_how_long_it_was_worked_on() -> None:
    join = Join()
    tell(join, text("c-1"), outcome("c-1", "accepted", 100.0), outcome("c-1", "waiting_on_customer", 160.0))
    tell(join, text("c-1", "m-2"), at_s=900.0)
    [example] = examples(tell(join, outcome("c-1", "resolved", 930.0)))
    assert (example.handling_s, example.topic, example.channel, example.length_chars) == (90.0, "delivery", "chat", 19)
    assert example.labels == {}
    never_accepted = tell(join, text("c-2"), outcome("c-2", "resolved", 930.0), outcome("c-1", "resolved", 950.0))
    assert examples(never_accepted) == []


def test_a_source_that_is_over_its_rate_is_set_aside_and_others_are_heard_and_an_hour_later_it_is_too() -> None:
    join = Join(limits=SourceLimits(labels_per_hour=3.0))
    tell(join, *(text(f"c-{number}") for number in range(6)))
    flood = told(*(label(f"c-{number}", by="bot") for number in range(5)), label("c-5", by="ann"))
    output = join.process(flood, Watermark(NOON_S))
    assert [example.by for example in examples(output)] == ["bot"] * 3 + ["ann"]
    assert [letter.record for letter in output.dead_letters] == flood[3:5]
    assert {(letter.reason, letter.field) for letter in output.dead_letters} == {("source_over_rate", "by")}
    assert output.counts == {"examples": 4, "source_over_rate": 2}
    # What was set aside has not been said: it may be said again.
    assert learned(tell(join, label("c-3", by="bot"), at_s=NOON_S + 1_200)) == [({"topic": "delivery"}, 1.0)]


def test_what_one_source_teaches_is_bounded_however_long_it_goes_on() -> None:
    join = Join(limits=SourceLimits(labels_per_hour=10_000.0, influence=20.0))
    tell(join, *(text(f"c-{number}") for number in range(400)))
    output = tell(join, *(label(f"c-{number}", by="bot") for number in range(400)))
    weights = [weight for _, weight in learned(output)]
    assert weights[:10] == [1.0] * 10
    assert weights == sorted(weights, reverse=True)
    assert 15.0 < sum(weights) <= 20.0
    assert set(reasons(output)) == {"source_over_influence"}
    assert len(weights) + len(output.dead_letters) == 400


@pytest.mark.parametrize(("limits", "holds"), [(SourceLimits(), True), (SourceLimits(1e9, 1e9), False)])
def test_a_flood_of_wrong_labels_beside_the_right_ones_of_others_leaves_triage_as_it_was(
    limits: SourceLimits, holds: bool
) -> None:
    dice, triage, join = random.Random(1), Models.default(), Join(limits=limits)
    taught, control = SEED[::2], SEED[1::2]
    least = 1.0
    for number in range(400):
        right = dice.choice(taught)
        label_text = msgspec.structs.replace(text(f"c-{number}", words=right.text), language=right.language)
        said = [label(f"c-{number}", by=f"rep-{number % 5}", topic=right.topic)]
        for times in range(10):
            tell(join, msgspec.structs.replace(label_text, ticket_id=f"c-{number}-{times}"))
            said.append(label(f"c-{number}-{times}", by="bot", topic="other"))
        for example in examples(tell(join, label_text, *said)):
            learn(triage, Example(example.text, example.language, example.labels, example.weight))
        if number % 40 == 0:
            results = triage.triage_many([TextMessage(each.text, language=each.language) for each in control])
            least = min(
                least, mean(said.topic.label == each.topic for said, each in zip(results, control, strict=True))
            )
    assert (least > 0.8) == holds


def test_while_all_sources_that_can_be_remembered_still_count_no_other_is_heard() -> None:
    join = Join(limits=SourceLimits(sources=2))
    tell(join, text("c-1"))
    output = tell(
        join,
        label("c-1", by="a"),
        label("c-1", by="b"),
        label("c-1", by="c"),
        label("c-1", topic="other", by="a", at_s=1),
    )
    assert [example.by for example in examples(output)] == ["a", "b", "a"]
    assert reasons(output) == ["too_many_sources"]
    rows = join.tick(NOON_S + 3 * DAY_S, Watermark(NOON_S)).rows
    assert rows == {b"source/a": None, b"source/b": None}
    assert [example.by for example in examples(tell(join, label("c-1", by="c"), at_s=NOON_S + 3 * DAY_S))] == ["c"]


STEPS = st.lists(
    st.one_of(
        st.builds(text, st.sampled_from(["c-1", "c-2", "c-3"]), st.sampled_from(["m-1", "m-2"])),
        st.builds(
            label,
            st.sampled_from(["c-1", "c-2", "c-3"]),
            st.sampled_from([None, "m-1", "m-2"]),
            st.sampled_from(["ann", "bob"]),
            st.floats(0, 9),
            topic=st.sampled_from(["refund", "other"]),
        ),
        st.builds(survey, st.sampled_from(["c-1", "c-2"]), st.floats(0, 1)),
        st.builds(outcome, st.sampled_from(["c-1", "c-2"]), st.sampled_from(["accepted", "resolved", "reopened"])),
    ),
    max_size=30,
)


@given(steps=STEPS, crashes=st.sets(st.integers(0, 29)))
@settings(max_examples=60)
def test_a_join_that_is_restored_at_any_time_goes_on_as_if_nothing_had_happened(
    steps: list[LearningRecord], crashes: set[int]
) -> None:
    def make() -> Join:
        return Join(2, SourceLimits(labels_per_hour=5.0, influence=3.0))

    steady, crashing, rows = make(), make(), dict[bytes, bytes]()
    for number, step in enumerate(steps):
        if number in crashes:
            crashing = make()
            crashing.restore(rows)
        expected = tell(steady, step, at_s=NOON_S + number)
        output = tell(crashing, step, at_s=NOON_S + number)
        assert output == expected
        for key, row in output.rows.items():
            if row is None:
                rows.pop(key)
            else:
                rows[key] = row


def test_limits_are_shared_by_the_partitions_so_that_together_they_let_no_more_through() -> None:
    [make] = join_spec(limits=SourceLimits(labels_per_hour=80.0, influence=800.0)).sources.values()
    parts = [make(partition, 8) for partition in range(8)]
    taught = 0
    for part in parts:
        assert isinstance(part, Join)
        tell(part, *(text(f"c-{number}") for number in range(30)))
        taught += len(examples(tell(part, *(label(f"c-{number}") for number in range(30)))))
    assert taught == 80


@pytest.fixture
def company(models: Models) -> MemoryRunner:
    stages = [
        triage_spec(lambda: models, lambda tenant, segment: "default"),
        intake_spec({"default"}, {"default"}),
        join_spec(),
    ]
    table = TopicTable(SPECS, prefix="", stages={stage.name: stage.sources for stage in stages})
    return MemoryRunner(stages, table, start_s=NOON_S)


def test_feedback_and_what_became_of_a_ticket_become_examples_of_the_message_that_was_triaged(
    company: MemoryRunner, feed: Any, read_examples: Callable[[MemoryRunner], list[ExampleRecord]]
) -> None:
    said = feed.message(
        conversation_id="c-1", message_id="m-1", tenant="default", body="The parcel is LATE, order 4711"
    )
    company.send(Topic.MESSAGES_RAW, b"c-1", encode(said))
    company.settle()
    feedback = Feedback(ticket_id="c-1", tenant="default", topic="delivery", urgency="high", by="rep-1", at=at(NOON_S))
    company.send(Topic.FEEDBACK, b"any", encode(feedback))
    for kind, at_s in ((TicketEventKind.ACCEPTED, NOON_S), (TicketEventKind.RESOLVED, NOON_S + 60)):
        company.send(Topic.TICKETS_EVENTS, b"c-1", encode(feed.event(ticket_id="c-1", kind=kind, at=at(at_s))))
        company.settle()
    labelled, handled = sorted(read_examples(company), key=lambda example: example.handling_s or 0.0)
    assert labelled.labels == {"topic": "delivery", "urgency": "high"}
    assert "parcel" in labelled.text
    assert "4711" not in labelled.text
    assert (handled.handling_s, handled.length_chars) == (60.0, len(said.body))


@pytest.fixture
def read_examples() -> Callable[[MemoryRunner], list[ExampleRecord]]:
    def read(runner: MemoryRunner) -> list[ExampleRecord]:
        said = [read_log(record.value) for record in runner.records(Topic.LEARNING_EXAMPLES)]
        return [example for example in said if isinstance(example, ExampleRecord)]

    return read
