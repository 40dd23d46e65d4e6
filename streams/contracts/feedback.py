"""The record of feedback: what a helpdesk says about a ticket, or one message of it, afterwards."""

from typing import Annotated, ClassVar

from msgspec import Meta

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.names import Id, Name, Probability, Text
from streams.contracts.times import Time


class Feedback(Contract, frozen=True, kw_only=True):
    """A correction of triage, or how content the customer was. Of one source (`by`) the newest label (`at`) holds.

    >>> from streams.contracts.times import at
    >>> Feedback(ticket_id="c-1", tenant="acme", urgency="high", by="rep-7", at=at(9)).at_s
    9.0
    """

    event_type: ClassVar[EventType] = EventType.FEEDBACK
    times: ClassVar[tuple[str, ...]] = ("at",)

    ticket_id: Annotated[Id, Meta(description="The ticket: its conversation_id.")]
    tenant: Annotated[Name, Meta(description="The tenant of the conversation.")]
    by: Annotated[Id, Meta(description="Who says so: a rep, a survey, a program.")]
    at: Annotated[Time, Meta(description="When it was said.")]
    message_id: Annotated[Id | None, Meta(description="The message it is about; else the conversation's newest.")] = (
        None
    )
    urgency: Annotated[Text | None, Meta(description="The right urgency.")] = None
    sentiment: Annotated[Text | None, Meta(description="The right sentiment.")] = None
    topic: Annotated[Text | None, Meta(description="The right topic.")] = None
    csat: Annotated[Probability | None, Meta(description="How content the customer was, 0 to 1.")] = None

    @property
    def at_s(self) -> float:
        """When it was said, in seconds since the epoch."""
        return self.at.timestamp()
