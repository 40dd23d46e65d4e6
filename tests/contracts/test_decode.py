"""Each way a record can be bad gives its reason and its field, and nothing of what the customer wrote."""

import json
import traceback
from typing import Any

import pytest

from streams.contracts import (
    BODY_BYTES,
    Assignment,
    Contract,
    ContractError,
    Message,
    Reason,
    RepStatus,
    TicketEvent,
    TriagedTicket,
    decode,
    encode,
)
from streams.contracts.examples import EXAMPLES

SECRET = "my card is 4000 1234"


def record(example: str, **changes: Any) -> bytes:
    """An example with some fields changed; a field set to ``...`` is left out."""
    fields = json.loads(encode(EXAMPLES[example])) | changes
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


def message(**changes: Any) -> bytes:
    return record("message-email-fr", **changes)


def refusal(contract: type[Contract], value: bytes | None) -> tuple[Reason, str]:
    with pytest.raises(ContractError) as caught:
        decode(contract, value)
    return caught.value.reason, caught.value.field


def test_a_null_value_is_told_from_an_empty_one() -> None:
    assert refusal(Message, None) == (Reason.NULL_VALUE, "")
    assert refusal(Message, b"") == (Reason.EMPTY_VALUE, "")


@pytest.mark.parametrize(
    "value",
    [
        b"{",
        b"   ",
        b"hello",
        message()[:-1],
        message() + b"x",
        message(body=...)[:-1] + b', "body": NaN}',
        message(body=...)[:-1] + b', "body": "a\nb"}',
        message(body=...)[:-1] + b', "body": "\\ud800"}',
        b"\xef\xbb\xbf" + message(),
    ],
)
def test_what_is_no_json_is_invalid_json(value: bytes) -> None:
    assert refusal(Message, value) == (Reason.INVALID_JSON, "")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (message(body="caf@").replace(b"caf@", b"caf\xe9"), "body"),
        (message(attributes={"city": "Z@rich"}).replace(b"Z@rich", b"Z\xfcrich"), "attributes"),
        (message(attributes={"@": "x"}).replace(b"@", b"\xff", 1), "message_id"),
        (message().replace(b'"tenant"', b'"t\xe9nant"'), ""),
        (b"\xff\xfe{\x00}\x00", ""),
        (b'{"body": "\xff', ""),
        (b'["\xff"]', ""),
        (b"7\xff", ""),
    ],
)
def test_bytes_that_are_no_utf8_are_invalid_utf8_and_the_field_is_found_if_it_can_be(value: bytes, field: str) -> None:
    assert refusal(Message, value) == (Reason.INVALID_UTF8, field)


@pytest.mark.parametrize("field", ["message_id", "conversation_id", "tenant", "channel", "body", "sent_at"])
def test_a_missing_field_is_named(field: str) -> None:
    assert refusal(Message, message(**{field: ...})) == (Reason.MISSING_FIELD, field)


def test_a_missing_field_of_a_part_is_named_with_its_path() -> None:
    value = record("triaged_ticket", topic={"label": "refund", "probabilities": {}})
    assert refusal(TriagedTicket, value) == (Reason.MISSING_FIELD, "topic.probability")


@pytest.mark.parametrize(
    ("contract", "value", "field"),
    [
        (Message, b"null", ""),
        (Message, b"[1]", ""),
        (Message, message(body=7), "body"),
        (Message, message(body=None), "body"),
        (Message, message(tenant=["acme"]), "tenant"),
        (Message, message(channel=1), "channel"),
        (Message, message(sent_at=1773144000), "sent_at"),
        (Message, message(subject={}), "subject"),
        (Message, message(attributes=[]), "attributes"),
        (Message, message(attributes={SECRET: 1}), "attributes.*"),
        (RepStatus, record("rep_status", capacity_units="6"), "capacity_units"),
        (RepStatus, record("rep_status", capacity_units=True), "capacity_units"),
        (RepStatus, record("rep_status", skills="billing"), "skills"),
        (RepStatus, record("rep_status", skills=["a", "b", 3]), "skills[2]"),
        (TicketEvent, record("ticket_event", epoch="7"), "epoch"),
        (TriagedTicket, record("triaged_ticket", needs_human="no"), "needs_human"),
        (Assignment, record("assignment", why={"rule": "x", "scores": {SECRET: SECRET}}), "why.scores.*"),
    ],
)
def test_a_mistyped_field_is_never_coerced(contract: type[Contract], value: bytes, field: str) -> None:
    assert refusal(contract, value) == (Reason.WRONG_TYPE, field)


@pytest.mark.parametrize(
    ("contract", "value", "field"),
    [
        (Message, message(message_id=""), "message_id"),
        (Message, message(message_id="x" * 201), "message_id"),
        (Message, message(tenant="Acme"), "tenant"),
        (Message, message(tenant="acme\n"), "tenant"),
        (Message, message(tenant="a" * 101), "tenant"),
        (Message, message(language="a language"), "language"),
        (Message, message(subject="x" * 1_001), "subject"),
        (Message, message(attributes={str(i): "x" for i in range(51)}), "attributes"),
        (Message, message(attributes={"x" * 101: "x"}), "attributes"),
        (Message, message(attributes={"x": "x" * 1_001}), "attributes.*"),
        (RepStatus, record("rep_status", skills=["a"] * 201), "skills"),
        (RepStatus, record("rep_status", skills=["Not A Name"]), "skills[0]"),
        (RepStatus, record("rep_status", capacity_units=-1), "capacity_units"),
        (RepStatus, record("rep_status", capacity_units=10**30), "capacity_units"),
        (RepStatus, record("rep_status", valid_for_s=0), "valid_for_s"),
        (RepStatus, record("rep_status", valid_for_s=1e9), "valid_for_s"),
        (TicketEvent, record("ticket_event", epoch=2**53), "epoch"),
        (TicketEvent, record("ticket_event", epoch="@").replace(b'"@"', b"9" * 5_000), "epoch"),
        (TriagedTicket, record("triaged_ticket", language_probability=1.01), "language_probability"),
        (TriagedTicket, record("triaged_ticket", language_probability="@").replace(b'"@"', b"1e999"),
         "language_probability"),
    ],
)  # fmt: skip
def test_what_is_too_big_too_small_or_no_name_is_out_of_bounds(
    contract: type[Contract], value: bytes, field: str
) -> None:
    assert refusal(contract, value) == (Reason.OUT_OF_BOUNDS, field)


@pytest.mark.parametrize("letter", ["x", "é", "س", "😀"])
def test_a_body_is_bounded_in_bytes_not_characters(letter: str) -> None:
    size = BODY_BYTES // len(letter.encode())
    padding = "x" * (BODY_BYTES - size * len(letter.encode()))
    assert decode(Message, message(body=letter * size + padding)).body == letter * size + padding
    assert refusal(Message, message(body=letter * size + padding + "x")) == (Reason.OUT_OF_BOUNDS, "body")


def test_json_nested_too_deep_is_out_of_bounds_and_kills_nothing() -> None:
    assert refusal(Message, message()[:-1] + b', "more": ' + b"[" * 100_000) == (Reason.OUT_OF_BOUNDS, "")
    assert refusal(Message, message()[:-1] + b', "body": "\xff", "more": ' + b"[" * 100_000)[0] is Reason.INVALID_UTF8


@pytest.mark.parametrize(
    ("contract", "value", "field"),
    [
        (Message, message(channel="fax"), "channel"),
        (Message, message(channel=SECRET + " - at `$.body`"), "channel"),
        (RepStatus, record("rep_status", state="busy"), "state"),
        (RepStatus, record("rep_status", channels=["chat", SECRET]), "channels[1]"),
        (TicketEvent, record("ticket_event", kind="closed"), "kind"),
        (Assignment, record("assignment", kind="given"), "kind"),
    ],
)
def test_a_word_that_is_not_on_the_list_is_an_unknown_choice(
    contract: type[Contract], value: bytes, field: str
) -> None:
    assert refusal(contract, value) == (Reason.UNKNOWN_CHOICE, field)


@pytest.mark.parametrize(
    ("contract", "example", "field"),
    [
        (Message, "message-email-fr", "sent_at"),
        (Message, "message-voice-de", "due_at"),
        (RepStatus, "rep_status", "at"),
        (TicketEvent, "ticket_event", "at"),
        (TriagedTicket, "triaged_ticket", "triaged_at"),
        (Assignment, "assignment", "expires_at"),
    ],
)
def test_a_time_without_a_zone_is_refused(contract: type[Contract], example: str, field: str) -> None:
    value = record(example, **{field: "2026-03-10T12:00:00"})
    assert refusal(contract, value) == (Reason.TIME_WITHOUT_ZONE, field)


@pytest.mark.parametrize("text", ["", "today", "2026-03-10", "2026-13-10T12:00:00Z", "0001-01-01T00:00:00+05:00"])
def test_what_is_no_time_is_an_invalid_time(text: str) -> None:
    assert refusal(Message, message(sent_at=text)) == (Reason.INVALID_TIME, "sent_at")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-03-10T12:00:00Z", 1_773_144_000.0),
        ("2026-03-10T12:00:00.25+00:00", 1_773_144_000.25),
        ("2026-03-10T15:30:00+03:30", 1_773_144_000.0),
        ("2026-03-10T04:00:00-08:00", 1_773_144_000.0),
    ],
)
def test_a_time_means_the_same_in_every_zone(text: str, seconds: float) -> None:
    read = decode(Message, message(sent_at=text, due_at=text))
    assert (read.sent_at_s, read.due_at_s) == (seconds, seconds)
    assert json.loads(encode(read))["sent_at"].endswith("Z")


def test_unknown_fields_are_ignored() -> None:
    assert decode(Message, message(mood="fine", nested={"a": [1, {}]})) == EXAMPLES["message-email-fr"]


def test_an_optional_field_may_be_null() -> None:
    assert decode(Message, message(subject=None)).subject is None


def test_a_status_that_says_nothing_of_its_validity_counts_for_five_minutes() -> None:
    status = decode(RepStatus, record("rep_status", valid_for_s=...))
    assert status.valid_until_s - status.at_s == 300.0


def test_a_record_that_says_it_is_another_contract_is_refused() -> None:
    headers = [("ce_type", b"spillway.ticket.event.v1")]
    with pytest.raises(ContractError, match=r"^wrong_event_type: ce_type$"):
        decode(Message, message(), headers)


@pytest.mark.parametrize(
    "value",
    [
        message(channel=SECRET),
        message(attributes={SECRET: 1}),
        message(sent_at=SECRET),
        message(tenant=SECRET),
        b'"' + SECRET.encode() + b'"',
        SECRET.encode(),
        message(body=SECRET + "@").replace(b"@", b"\xff"),
    ],
)
def test_the_whole_traceback_of_a_refusal_holds_nothing_of_the_record(value: bytes) -> None:
    with pytest.raises(ContractError) as caught:
        decode(Message, value)
    assert caught.value.__context__ is None
    assert SECRET not in "".join(traceback.format_exception(caught.value))
