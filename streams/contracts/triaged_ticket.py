"""The record of tickets.triaged: what the models say of a message."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.message import Channel
from streams.contracts.names import LABELS, LIST_ITEMS, Id, Language, Name, Names, Probability, Text, Units
from streams.contracts.times import Time


class Verdict(Struct, frozen=True, gc=False):
    """A model's answer: the likeliest label, its probability, and those of all labels (they add up to 1).

    >>> Verdict("high", 0.8, {"low": 0.05, "normal": 0.15, "high": 0.8}).label
    'high'
    """

    label: Annotated[Text, Meta(description="The likeliest label.")]
    probability: Annotated[Probability, Meta(description="How likely it is, calibrated.")]
    probabilities: Annotated[
        dict[Text, Probability], Meta(max_length=LABELS, description="The probability of every label.")
    ]


class TriagedTicket(Contract, frozen=True, kw_only=True):
    """One message, triaged. The ticket that it belongs to has the conversation_id as its ticket_id."""

    event_type: ClassVar[EventType] = EventType.TICKET_TRIAGED
    times: ClassVar[tuple[str, ...]] = ("triaged_at",)

    message_id: Annotated[Id, Meta(description="The message's own.")]
    conversation_id: Annotated[Id, Meta(description="The message's thread, which is the ticket_id.")]
    tenant: Annotated[Name, Meta(description="The message's tenant.")]
    channel: Annotated[Channel, Meta(description="The way the message came.")]
    group: Annotated[Name, Meta(description="The group that shares this ticket; from tenant and segment alone.")]
    language: Annotated[Language, Meta(description="The text's language, stated or detected.")]
    language_probability: Annotated[Probability, Meta(description="1 where the message stated its language.")]
    urgency: Annotated[Verdict, Meta(description="How soon it needs an answer.")]
    sentiment: Annotated[Verdict, Meta(description="How the customer feels.")]
    topic: Annotated[Verdict, Meta(description="What it is about.")]
    effort_units: Annotated[Units, Meta(description="How much of a rep's capacity the ticket takes.")]
    needs_human: Annotated[bool, Meta(description="True if no bot may take it.")]
    label_wanted: Annotated[bool, Meta(description="True for the few messages whose true labels would teach most.")]
    model_versions: Annotated[
        dict[Name, Text], Meta(max_length=LIST_ITEMS, description="Which model said what, by model.")
    ]
    triaged_at: Annotated[Time, Meta(description="When it was triaged, in the broker's time.")]
    needs_human_why: Annotated[Names, Meta(description="Why no bot may take it: sensitive_topic, angry ...")] = ()
    segment: Annotated[Text | None, Meta(description="The message's segment.")] = None
    customer_id: Annotated[Id | None, Meta(description="Who wrote.")] = None

    @property
    def triaged_at_s(self) -> float:
        """When it was triaged, in seconds since the epoch."""
        return self.triaged_at.timestamp()
