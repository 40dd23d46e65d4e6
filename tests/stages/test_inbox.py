from typing import Any

import orjson
import pytest

from routers.matching import RepStatus, TicketEvent, TicketTriaged
from streams.contracts import Channel, ContractError, Reason, at
from streams.runtime.stage import Send
from streams.stages.inbox import EventRecord, RepRecord, TicketRecord, read_command, to_inbox

TICKET = TicketRecord(
    ticket_id="c-1",
    message_id="m-1",
    urgency="high",
    sentiment="negative",
    topic="billing",
    language="fa",
    channel=Channel.CHAT,
    effort_units=2,
    needs_human=True,
    customer_tier="gold",
    owner="ann",
    due_at=at(60.0),
)


def test_a_ticket_arrives_with_all_that_the_router_needs() -> None:
    send = to_inbox("acme", TICKET)
    assert (send.topic, send.key) == ("routing.inbox", b"acme")
    assert read_command(send.value) == TicketTriaged(
        "c-1", "m-1", "high", "billing", "negative", "fa", "chat", 2, "gold", "ann", 60.0, True
    )


def test_a_rep_arrives_with_all_that_the_router_needs(feed: Any) -> None:
    status = feed.rep(
        skills=("billing",),
        languages=("fr", "pt-BR", "EN", "und"),
        channels=(Channel.EMAIL,),
        at=at(9),
        valid_for_s=5.0,
    )
    assert read_command(to_inbox("acme", RepRecord(status)).value) == RepStatus(
        "ann", "home", "online", 9.0, ("billing",), ("fr", "pt", "en", "und"), ("email",), 6, 5.0
    )


def test_an_event_arrives_with_all_that_the_router_needs(feed: Any) -> None:
    send = to_inbox("acme", EventRecord(feed.event(ticket_id="c-1", epoch=7, at=at(9), rep_id="ann")))
    assert read_command(send.value) == TicketEvent("c-1", "accepted", 7, 9.0, "ann")


def _ticket(**changes: object) -> bytes:
    send: Send = to_inbox("acme", TICKET)
    return orjson.dumps({**orjson.loads(send.value or b""), **changes})


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, ""),
        (b"", ""),
        (b"{", ""),
        (b"[1]", ""),
        (b"\xff\xfe", ""),
        (b"[" * 100_000, ""),
        (b'{"ticket_id":"c-1"}', ""),
        (b'{"kind":"party"}', "kind"),
        (_ticket(ticket_id=7), "ticket_id"),
        (_ticket(ticket_id=""), "ticket_id"),
        (_ticket(ticket_id="x" * 100_000), "ticket_id"),
        (_ticket(urgency="soon"), "urgency"),
        (_ticket(effort_units=0), "effort_units"),
        (_ticket(effort_units=1e300), "effort_units"),
        (_ticket(due_at="2026-03-10T12:00:00"), "due_at"),
        (b'{"kind":"rep","status":{"rep_id":"ann"}}', "status"),
        (b'{"kind":"event","event":{"ticket_id":"c-1","group":"a","kind":"sold"}}', "event.kind"),
    ],
)
def test_what_is_no_command_names_its_field(value: bytes | None, field: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_command(value)
    assert (caught.value.reason, caught.value.field) == (Reason.INVALID_COMMAND, field)
    assert caught.value.__context__ is None
