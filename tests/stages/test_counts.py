"""Counts of messages: exact, whatever the chunks and whatever crashes."""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.text import Triage as Models
from streams.contracts import TriagedTicket, decode, encode
from streams.runtime.marks import is_mark
from streams.runtime.memory import CommitLostError, MemoryRunner
from streams.runtime.stage import Send
from streams.runtime.transaction import Transaction
from streams.stages.counts import BUCKET_S, Counting, CountsRecord, read_counts
from streams.stages.said import HEARD, MESSAGE_IDS, WORDS, SaidRecord
from streams.stages.triage import ANGRY, triage_spec
from streams.topics import SPECS, Topic, TopicTable

NOON_S = 1_773_144_000.0
SAID = {"conversation_id": "c-1", "message_id": "m-1", "normalised": "where is my parcel"}
Added = Counter[tuple[Any, ...]]


class Unreliable(MemoryRunner):
    """Loses the outcome of every third transaction or so: half of those were written all the same."""

    chance = random.Random(0)

    def commit(self, stage: str, transaction: Transaction) -> None:
        fate = self.chance.random()
        if fate < 0.15:
            raise CommitLostError
        super().commit(stage, transaction)
        if fate < 0.3:
            raise CommitLostError


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 10_000))
def test_counts_add_up_to_the_messages_exactly_whatever_crashes(seed: int, models: Models, feed: Any) -> None:
    spec = triage_spec(lambda: models, lambda tenant, segment: tenant if tenant != "nobody" else None)
    table = TopicTable(SPECS, prefix="", stages={"triage": spec.sources})
    runner, chance = Unreliable([spec], table, start_s=NOON_S, seed=seed), random.Random(seed)
    runner.chance = random.Random(seed)
    bodies = ["where is my parcel?", "you are thieves, I hate this!!", "merci beaucoup"]
    for _ in range(10):
        for _ in range(8):
            tenant = chance.choice(["acme", "default", "nobody"])
            conversation = f"c-{chance.randrange(40)}"  # some write more than once
            message = feed.message(tenant=tenant, conversation_id=conversation, body=chance.choice(bodies))
            for _ in range(chance.choice([1, 1, 2])):  # some are sent twice
                runner.send(Topic.MESSAGES_RAW, message.conversation_id.encode(), encode(message))
        if chance.random() < 0.3:
            runner.crash("triage")
        runner.advance(chance.choice([0.0, 25.0, 90.0]))
    runner.settle()

    expected: Added = Counter()
    begun: set[tuple[str, str]] = set()
    for record in runner.records(Topic.TICKETS_TRIAGED):
        ticket = decode(TriagedTicket, record.value, record.headers)
        expected[ticket.group.encode(), "messages"] += 1
        if (ticket.tenant, ticket.conversation_id) in begun:
            expected[ticket.group.encode(), "follow_ups"] += 1
            continue
        begun.add((ticket.tenant, ticket.conversation_id))
        start_s, topic, channel = ticket.triaged_at_s // BUCKET_S * BUCKET_S, ticket.topic.label, ticket.channel
        for name in (
            "all",
            f"channel:{channel}",
            f"language:{ticket.language}",
            f"topic:{topic}",
            f"topic:{topic},channel:{channel}",
        ):
            expected[ticket.group.encode(), start_s, name, "messages"] += 1
            expected[ticket.group.encode(), start_s, name, "angry"] += ticket.sentiment.label == ANGRY
    counted: Added = Counter()
    for record in runner.records(Topic.VOLUME_COUNTS):
        if is_mark(record.headers):
            continue
        said = read_counts(record.value)
        assert isinstance(said, CountsRecord)
        counted[record.key, "messages"] += said.slices.get("all", (0, 0))[0] + said.follow_ups
        counted[record.key, "follow_ups"] += said.follow_ups
        for name, (messages, angry) in said.slices.items():
            counted[record.key, said.start_s, name, "messages"] += messages
            counted[record.key, said.start_s, name, "angry"] += angry
    assert +counted == +expected
    assert any(key[-1] == "follow_ups" and number > 0 for key, number in counted.items())


@pytest.mark.parametrize(("time_s", "start_s"), [(0.0, 0.0), (59.999, 0.0), (60.0, 60.0), (NOON_S + 61, NOON_S + 60)])
def test_a_message_counts_in_the_minute_that_its_record_lies_in(time_s: float, start_s: float) -> None:
    counting = Counting()
    counting.add("acme", time_s, channel="chat", language="en", topic="billing", angry=False, **SAID)
    [send] = counting.sends()
    assert read_counts(send.value).start_s == start_s


def test_a_follow_up_is_counted_and_stands_in_no_slice() -> None:
    counting = Counting()
    counting.add("acme", 0.0, channel="chat", language="en", topic="billing", angry=True, **SAID | {"follows_up": True})
    [send] = counting.sends()
    record = read_counts(send.value)
    assert isinstance(record, CountsRecord)
    assert (record.follow_ups, record.slices, record.said) == (1, {}, {})
    assert counting.follow_ups == 1


def said_of(send: Send, topic: str) -> SaidRecord:
    record = read_counts(send.value)
    assert isinstance(record, CountsRecord)
    return record.said[topic]


def test_a_topics_words_ids_and_names_are_bounded_however_much_comes() -> None:
    counting = Counting()
    for number in range(2_000):
        counting.add(
            "acme",
            0.0,
            channel="chat",
            language=f"l{number}" if number % 2 else "x" * 60,
            topic="billing",
            angry=False,
            conversation_id=f"c-{number}",
            message_id=f"m-{number}",
            normalised=" ".join(
                f"word{chr(97 + number % 26)}{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(100)
            ),
        )
    [send] = counting.sends()
    said = said_of(send, "topic:billing")  # so its readers take it
    assert (len(said.words), len(said.message_ids), len(said.languages)) == (WORDS, MESSAGE_IDS, 20)
    assert said.channels == {"chat": 2_000}
    assert max(bits.bit_count() for bits in said.words.values()) <= HEARD


def test_a_conversation_counts_once_a_word_however_often_it_writes() -> None:
    counting = Counting()
    for number in range(5):
        counting.add(
            "acme",
            0.0,
            channel="chat",
            language="en",
            topic="billing",
            angry=False,
            **SAID | {"message_id": f"m-{number}"},
        )
    [send] = counting.sends()
    assert said_of(send, "topic:billing").words["parcel"].bit_count() == 1


def test_typical_messages_are_those_with_the_commonest_words() -> None:
    counting = Counting()
    texts = ["buttons look odd", "router offline tonight", "router offline", "colours too pale", "offline router why"]
    for number, text in enumerate(texts):
        said = {"conversation_id": f"c-{number}", "message_id": f"m-{number}", "normalised": text}
        counting.add("acme", 0.0, channel="chat", language="en", topic="outage", angry=False, **said)
    [send] = counting.sends()
    assert set(said_of(send, "topic:outage").message_ids) == {"m-1", "m-2", "m-4"}


def test_counts_of_before_are_still_read() -> None:
    record = read_counts(b'{"kind":"counts","start_s":60.0,"slices":{"all":[2,1]}}')
    assert record == CountsRecord(60.0, {"all": (2, 1)}, {})
