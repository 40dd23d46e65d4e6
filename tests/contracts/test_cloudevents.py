"""Every record that we write carries CloudEvents headers; those that we read are believed where they speak of us."""

import pytest

from streams.contracts import ContractError, EventType, check_headers, event_headers


@pytest.mark.parametrize("event_type", EventType)
def test_written_headers_are_complete_and_are_accepted_for_their_own_contract(event_type: EventType) -> None:
    headers = event_headers(event_type, "7f", 1_773_144_000.25, "/spillway/triage")
    assert dict(headers) == {
        "ce_specversion": b"1.0",
        "ce_type": event_type.encode(),
        "ce_source": b"/spillway/triage",
        "ce_id": b"7f",
        "ce_time": b"2026-03-10T12:00:00.250000Z",
        "content-type": b"application/json",
    }
    assert len(headers) == 6
    check_headers(event_type, headers)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("traceparent", b"00-1-2-01")],
        [("ce_type", b"com.example.chat.v2"), ("ce_specversion", b"1.0")],
        [("ce_type", b"spillway.message.v1")],
        [("ce_type", None)],
        [("ce_type", b"\xff")],
    ],
)
def test_absent_and_foreign_headers_are_let_through(headers: list[tuple[str, bytes | None]]) -> None:
    check_headers(EventType.MESSAGE, headers)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ce_type", b"spillway.message.v2"),
        ("ce_type", b"spillway.message.v10"),
        ("ce_type", b"spillway.ticket.event.v1"),
        ("ce_type", b"spillway.ticket.event.v2"),
        ("ce_specversion", b"0.3"),
        ("ce_specversion", b"2.0"),
        ("ce_specversion", None),
    ],
)
def test_another_contract_or_version_is_refused_and_the_header_named(header: str, value: bytes | None) -> None:
    with pytest.raises(ContractError, match=rf"^wrong_event_type: {header}$"):
        check_headers(EventType.MESSAGE, [("x", b"y"), (header, value)])
