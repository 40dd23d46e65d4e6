from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.text import Triage as Models
from routers.matching import TicketTriaged
from streams.contracts import BODY_BYTES, EventType, Message, TriagedTicket, check_headers, decode, encode
from streams.contracts.examples import EXAMPLES
from streams.runtime.stage import Output, Record, Send, Watermark
from streams.stages.counts import CountsRecord, read_counts
from streams.stages.inbox import read_command
from streams.stages.learning import TextRecord, read_learning
from streams.stages.seen import CONVERSATIONS, SeenLately
from streams.stages.totals import decode_totals
from streams.stages.triage import Triage
from streams.topics import Topic

NOON_S, HOUR_S = 1_773_144_000.0, 3_600.0
Make = Callable[[], Triage]


@pytest.fixture
def make(models: Models, group_of: Any) -> Make:
    return lambda: Triage(models, group_of, SeenLately(HOUR_S), SeenLately(4 * HOUR_S, prefix=CONVERSATIONS))


@pytest.fixture
def raw(feed: Any) -> Callable[..., Record]:
    return lambda value, time_s=NOON_S, **fields: feed.record(Topic.MESSAGES_RAW, value, time_s, **fields)


def body(**changes: object) -> bytes:
    """A good message's JSON, changed; a field that is ... is left out."""
    fields = orjson.loads(encode(EXAMPLES["message-chat-en"])) | changes
    return orjson.dumps({name: value for name, value in fields.items() if value is not ...})


ANSWER = [Topic.TICKETS_TRIAGED, Topic.ROUTING_INBOX, Topic.LEARNING_INBOX, Topic.VOLUME_COUNTS]


def topics(output: Output) -> list[str]:
    return [send.topic for send in output.sends]


def sent(output: Output, topic: str) -> list[bytes | None]:
    return [send.value for send in output.sends if send.topic == topic]


def test_a_message_becomes_a_triaged_ticket_and_word_to_its_router(make: Make, raw: Any, at_noon: Watermark) -> None:
    output = make().process([raw(EXAMPLES["message-email-fr"], NOON_S + 1.5)], at_noon)
    triaged, inbox, text, counts = output.sends
    check_headers(EventType.TICKET_TRIAGED, triaged.headers)
    assert (text.topic, text.key, counts.topic, counts.key) == ("learning.inbox", b"c-502", "volume.counts", b"acme-eu")
    ticket = decode(TriagedTicket, triaged.value, triaged.headers)
    assert (triaged.topic, triaged.key) == ("tickets.triaged", b"c-502")
    assert (ticket.group, ticket.segment, ticket.customer_id, ticket.triaged_at_s) == (
        "acme-eu",
        "eu",
        "cust-88",
        NOON_S + 1.5,
    )
    assert (ticket.language, ticket.language_probability, ticket.topic.label) == ("fr", 1.0, "refund")
    assert dict(triaged.headers)["ce_time"] == b"2026-03-10T12:00:01.500000Z"
    command = read_command(inbox.value)
    assert (inbox.topic, inbox.key) == ("routing.inbox", b"acme-eu")
    assert isinstance(command, TicketTriaged)
    assert (command.ticket_id, command.owner, command.customer_tier) == ("c-502", "rep-7", "gold")
    assert (command.urgency, command.topic) == (ticket.urgency.label, "refund")


def test_every_example_is_triaged(make: Make, raw: Any, at_noon: Watermark) -> None:
    messages = [example for example in EXAMPLES.values() if isinstance(example, Message)]
    output = make().process([raw(message) for message in messages], at_noon)
    tickets = [decode(TriagedTicket, value) for value in sent(output, Topic.TICKETS_TRIAGED)]
    assert [ticket.language for ticket in tickets] == ["en", "fr", "de", "es", "fa"]
    assert not output.dead_letters


@pytest.mark.parametrize(
    ("value", "reason", "field"),
    [
        (None, "null_value", ""),
        (b"", "empty_value", ""),
        (b'{"message_id":', "invalid_json", ""),
        (body(body="x" * (BODY_BYTES + 1)), "out_of_bounds", "body"),
        (body(body="پ" * (BODY_BYTES // 2 + 1)), "out_of_bounds", "body"),
        (body(body="x" * 3_900_000), "out_of_bounds", "body"),
        (body(tenant=...), "missing_field", "tenant"),
        (body(sent_at=1_773_144_000), "wrong_type", "sent_at"),
        (body(channel="pigeon"), "unknown_choice", "channel"),
        (body().replace(b"parcel", b"par\xff\xfe"), "invalid_utf8", "body"),
        (body().replace(b"parcel", rb"par\ud800cel"), "invalid_json", ""),
        (body(sent_at="2026-03-10T12:00:00"), "time_without_zone", "sent_at"),
        (body(sent_at="yesterday"), "invalid_time", "sent_at"),
        (body(tenant="nobody"), "unknown_tenant", "tenant"),
    ],
)
def test_a_bad_record_is_one_dead_letter_and_the_others_arrive(
    value: bytes | None, reason: str, field: str, make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    bad = raw(value)
    output = make().process([raw(feed.message()), bad, raw(feed.message())], at_noon)
    assert output.dead_letters == [(bad, reason, field)]
    assert len(sent(output, Topic.TICKETS_TRIAGED)) == 2


def test_a_record_of_another_contract_is_refused(make: Make, raw: Any, feed: Any, at_noon: Watermark) -> None:
    record = raw(feed.message(), headers=(("ce_type", b"spillway.ticket.event.v1"),))
    [letter] = make().process([record], at_noon).dead_letters
    assert (letter.reason, letter.field) == ("wrong_event_type", "ce_type")


def test_ten_thousand_bad_records_in_a_row(make: Make, raw: Any, feed: Any, at_noon: Watermark) -> None:
    stage = make()
    for _ in range(5):
        assert len(stage.process([raw(b"nonsense") for _ in range(2_000)], at_noon).dead_letters) == 2_000
    output = stage.process([raw(feed.message())], at_noon)
    assert topics(output) == ANSWER
    assert decode_totals(output.rows)["dead_letters"] == 10_000


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "🙂" * (BODY_BYTES // 4), "پ" * (BODY_BYTES // 2), "x" * BODY_BYTES, "\u202e\u0000\ufffd"]
)
def test_any_text_within_the_contract_is_triaged(
    text: str, make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    output = make().process([raw(feed.message(body=text))], at_noon)
    [value] = sent(output, Topic.TICKETS_TRIAGED)
    decode(TriagedTicket, value)
    assert not output.dead_letters


@pytest.mark.parametrize("language", ["EN", "pt-BR", "zh-Hant-TW", "zz", "abcdefgh", "und", None])
def test_any_language_tag_of_the_contract_reaches_the_router(
    language: str | None, make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    triaged, inbox, text, _ = make().process([raw(feed.message(language=language))], at_noon).sends
    command = read_command(inbox.value)
    assert isinstance(command, TicketTriaged)
    assert command.language == decode(TriagedTicket, triaged.value).language
    said = read_learning(text.value)
    assert isinstance(said, TextRecord)
    assert said.language == command.language


def test_a_language_that_is_only_a_guess_is_said_but_does_not_bind_the_router(
    make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    triaged, inbox, _, _ = make().process([raw(feed.message(subject=None, body="Merci", language=None))], at_noon).sends
    ticket, command = decode(TriagedTicket, triaged.value), read_command(inbox.value)
    assert (ticket.language, ticket.language_probability < 0.6) == ("es", True)
    assert isinstance(command, TicketTriaged)
    assert command.language is None


def test_effort_is_learned_from_the_length_that_it_was_told_by_without_what_is_quoted(
    make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    answer = "It broke again."
    quoted = f"{answer}\n\nOn 3 May 2026, Help <h@x.org> wrote:\n" + "> what the help desk said before\n" * 100
    said = [
        read_learning(make().process([raw(feed.message(subject="Radio", body=body))], at_noon).sends[2].value)
        for body in (answer, quoted)
    ]
    assert [text.length_chars for text in said if isinstance(text, TextRecord)] == [len("Radio\n" + answer)] * 2


def test_a_message_without_a_key_is_triaged(make: Make, raw: Any, feed: Any, at_noon: Watermark) -> None:
    output = make().process([raw(feed.message(conversation_id="c-9"), key=None)], at_noon)
    assert [send.key for send in output.sends] == [b"c-9", b"default", b"c-9", b"default"]


def test_a_repeated_message_is_dropped_and_counted(make: Make, raw: Any, feed: Any, at_noon: Watermark) -> None:
    stage, message = make(), feed.message()
    first = stage.process([raw(message), raw(message)], at_noon)
    later = stage.process([raw(message, NOON_S + 3_600)], at_noon)
    assert (topics(first), first.counts["duplicates"]) == (ANSWER, 1)
    assert (len(later.sends), later.counts["duplicates"]) == (0, 1)


def test_after_an_hour_a_message_counts_as_new(make: Make, raw: Any, feed: Any, at_noon: Watermark) -> None:
    stage, message = make(), feed.message()
    stage.process([raw(message)], at_noon)
    assert topics(stage.process([raw(message, NOON_S + 3_601)], at_noon)) == ANSWER


def test_another_tenants_message_of_the_same_id_is_not_a_repeat(
    make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    pair = [raw(feed.message(message_id="m", tenant=tenant, segment=None)) for tenant in ("default", "acme")]
    output = make().process(pair, at_noon)
    assert len(sent(output, Topic.TICKETS_TRIAGED)) == 2
    assert [send.key for send in output.sends if send.topic == Topic.VOLUME_COUNTS] == [b"default", b"acme"]


def test_a_refused_record_does_not_make_the_good_one_a_repeat(
    make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    bad, good = feed.message(message_id="m", tenant="nobody"), feed.message(message_id="m")
    output = make().process([raw(bad), raw(good)], at_noon)
    assert (len(output.dead_letters), topics(output)) == (1, ANSWER)


def _slices(output: Output) -> tuple[int, int]:
    """Messages that stand in slices, and follow-ups."""
    records = [read_counts(value) for value in sent(output, Topic.VOLUME_COUNTS)]
    counts = [record for record in records if isinstance(record, CountsRecord)]
    return sum(said.slices.get("all", (0, 0))[0] for said in counts), sum(said.follow_ups for said in counts)


def test_a_conversation_counts_once_in_its_window_whatever_it_is_about(
    make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    stage = make()
    say = lambda body, time_s: stage.process([raw(feed.message(conversation_id="c", body=body), time_s)], at_noon)  # noqa: E731
    first, later = say("my internet is down", NOON_S), say("and I want my money back!", NOON_S + 4 * HOUR_S)
    evening = say("it is down again", NOON_S + 4 * HOUR_S + 1.0)
    assert [_slices(output) for output in (first, later, evening)] == [(1, 0), (0, 1), (1, 0)]
    assert [output.counts["follow_ups"] for output in (first, later, evening)] == [0, 1, 0]
    assert len(sent(later, Topic.TICKETS_TRIAGED)) == 1  # it is a message like any other


def test_another_tenants_conversation_of_the_same_id_counts_too(
    make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    pair = [raw(feed.message(conversation_id="c", tenant=tenant, segment=None)) for tenant in ("default", "acme")]
    assert _slices(make().process(pair, at_noon)) == (2, 0)


CHUNKS = st.lists(st.integers(0, 40), min_size=1, max_size=60)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(numbers=CHUNKS, sizes=st.lists(st.integers(1, 9), min_size=1, max_size=9), crashes=st.sets(st.integers(0, 20)))
def test_neither_the_cutting_of_chunks_nor_crashes_change_what_comes_out(
    numbers: list[int], sizes: list[int], crashes: set[int], make: Make, raw: Any, feed: Any, at_noon: Watermark
) -> None:
    """Numbers 0 to 9 are bad records, the others messages, some repeated; each comes five minutes after the last."""
    texts = ["where is my parcel?", "someone stole my card!!", "merci beaucoup", "ich will kündigen"]
    records = [
        raw(
            b"{"
            if number < 10
            else feed.message(message_id=f"m-{number}", conversation_id=f"c-{number // 3}", body=texts[number % 4]),
            NOON_S + 300 * minute,
        )
        for minute, number in enumerate(numbers)
    ]
    whole_rows: dict[bytes, bytes] = {}
    whole = _run(make, [records], set(), whole_rows)
    rows: dict[bytes, bytes] = {}
    cut = _run(make, list(_cut(records, sizes)), crashes, rows)
    assert _but_counts(cut) == _but_counts(whole)
    assert _counted(cut) == _counted(whole)
    assert cut.dead_letters == whole.dead_letters
    totals = decode_totals(rows)
    assert totals == decode_totals(whole_rows)
    assert totals["received"] == len(records)
    assert totals["received"] == totals["triaged"] + totals["duplicates"] + totals["dead_letters"]


def _but_counts(output: Output) -> list[Send]:
    return [send for send in output.sends if send.topic != Topic.VOLUME_COUNTS]


def _counted(output: Output) -> Counter[tuple[float, str]]:
    """A chunk's counts are added up before they are sent: only their sums are the same for any cutting."""
    counted: Counter[tuple[float, str]] = Counter()
    for value in sent(output, Topic.VOLUME_COUNTS):
        record = read_counts(value)
        assert isinstance(record, CountsRecord)
        counted[record.start_s, "follow_ups"] += record.follow_ups
        for name, (messages, _) in record.slices.items():
            counted[record.start_s, name] += messages
    return counted


def _cut(records: Sequence[Record], sizes: Sequence[int]) -> list[Sequence[Record]]:
    chunks, at = [], 0
    while at < len(records):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(records[at : at + size])
        at += size
    return chunks


def _run(make: Make, chunks: Sequence[Sequence[Record]], crashes: set[int], rows: dict[bytes, bytes]) -> Output:
    """Feed the chunks. A crash loses a chunk's output, which then is done again by an instance made from the rows."""
    stage, everything = make(), Output()
    for number, chunk in enumerate(chunks):
        if number in crashes:
            stage.process(chunk, Watermark(NOON_S))
            stage = make()
            stage.restore(rows)
        output = stage.process(chunk, Watermark(NOON_S))
        everything.sends += output.sends
        everything.dead_letters += output.dead_letters
        for key, row in output.rows.items():
            if row is None:
                del rows[key]
            else:
                rows[key] = row
    return everything
