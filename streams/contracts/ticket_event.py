"""The record of tickets.events: what became of an assignment, as the helpdesk saw it."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.names import Epoch, Id, Name
from streams.contracts.times import Time


class TicketEventKind(StrEnum):
    """What happened to a ticket."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    REPLIED = "replied"
    WAITING_ON_CUSTOMER = "waiting_on_customer"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    TRANSFERRED = "transferred"
    ESCALATED = "escalated"


class TicketEvent(Contract, frozen=True, kw_only=True):
    """Something that happened to a ticket in the helpdesk.

    >>> from streams.contracts.times import at
    >>> TicketEvent(ticket_id="c-1", group="acme", kind=TicketEventKind.ACCEPTED, epoch=7, at=at(9)).at_s
    9.0
    """

    event_type: ClassVar[EventType] = EventType.TICKET_EVENT
    times: ClassVar[tuple[str, ...]] = ("at",)

    ticket_id: Annotated[Id, Meta(description="The ticket: its conversation_id.")]
    group: Annotated[Name, Meta(description="The ticket's group, as its assignment said.")]
    kind: Annotated[TicketEventKind, Meta(description="What happened.")]
    epoch: Annotated[Epoch, Meta(description="The epoch of the assignment that this answers. Older ones are ignored.")]
    at: Annotated[Time, Meta(description="When it happened.")]
    rep_id: Annotated[Id | None, Meta(description="Who did it, or whom it was transferred to: asked first.")] = None

    @property
    def at_s(self) -> float:
        """When it happened, in seconds since the epoch."""
        return self.at.timestamp()
