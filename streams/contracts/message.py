"""The record of messages.raw: one inbound text from a customer."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.errors import ContractError, Reason
from streams.contracts.names import (
    ATTRIBUTES,
    BODY_BYTES,
    SUBJECT_CHARS,
    Attribute,
    AttributeKey,
    Id,
    Language,
    Name,
    Text,
)
from streams.contracts.times import Time


class Channel(StrEnum):
    """The way a message came."""

    EMAIL = "email"
    CHAT = "chat"
    SMS = "sms"
    SOCIAL = "social"
    VOICE = "voice"
    FORM = "form"


class Message(Contract, frozen=True, kw_only=True):
    """One inbound text from a customer, on one channel.

    >>> from streams.contracts.times import at
    >>> message = Message(
    ...     message_id="m-1", conversation_id="c-1", tenant="acme", channel=Channel.CHAT, body="Hi", sent_at=at(9)
    ... )
    >>> message.sent_at_s
    9.0
    """

    event_type: ClassVar[EventType] = EventType.MESSAGE
    times: ClassVar[tuple[str, ...]] = ("sent_at", "due_at")

    message_id: Annotated[Id, Meta(description="Unique within its tenant: a repeat within an hour is dropped.")]
    conversation_id: Annotated[Id, Meta(description="The thread it belongs to. It becomes the ticket_id.")]
    tenant: Annotated[Name, Meta(description="Whose customer wrote, as configured.")]
    channel: Annotated[Channel, Meta(description="The way it came.")]
    body: Annotated[
        str, Meta(max_length=BODY_BYTES, description="The customer's text, as it came: at most 262,144 bytes of UTF-8.")
    ]
    sent_at: Annotated[Time, Meta(description="When the customer sent it.")]
    segment: Annotated[
        Text | None, Meta(description="A part of the tenant's business. With tenant it gives the group.")
    ] = None
    customer_id: Annotated[Id | None, Meta(description="Who wrote, in the tenant's own terms.")] = None
    customer_tier: Annotated[Text | None, Meta(description="The customer's tier, as the policy names it.")] = None
    language: Annotated[
        Language | None, Meta(description="The text's language where it is known: nothing is guessed then.")
    ] = None
    subject: Annotated[Annotated[str, Meta(max_length=SUBJECT_CHARS)] | None, Meta(description="The subject line.")] = (
        None
    )
    owner: Annotated[Id | None, Meta(description="The rep_id of the customer's relationship manager.")] = None
    due_at: Annotated[
        Time | None, Meta(description="A promised callback: the ticket is served for that time, not by age.")
    ] = None
    attributes: Annotated[
        Annotated[dict[AttributeKey, Attribute], Meta(max_length=ATTRIBUTES)] | None,
        Meta(description="Whatever else the channel knows. Triage and routing do not read it."),
    ] = None

    def __post_init__(self) -> None:
        super().__post_init__()
        # A character takes at most four bytes: short bodies, nearly all, need no counting.
        if len(self.body) > BODY_BYTES // 4 and len(self.body.encode()) > BODY_BYTES:
            raise ContractError(Reason.OUT_OF_BOUNDS, "body")

    @property
    def sent_at_s(self) -> float:
        """When the customer sent it, in seconds since the epoch."""
        return self.sent_at.timestamp()

    @property
    def due_at_s(self) -> float | None:
        """When a callback was promised, in seconds since the epoch."""
        return None if self.due_at is None else self.due_at.timestamp()
