"""The record of audit: what became of an operator's command."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.names import Id, Name
from streams.contracts.times import Time


class AuditOutcome(StrEnum):
    """done, or refused with a reason."""

    DONE = "done"
    REFUSED = "refused"


class Audit(Contract, frozen=True, kw_only=True):
    """A command, and what the stage that owns the matter did with it.

    >>> from streams.contracts.times import at
    >>> Audit(command_id="x-1", stage="plan", command="override", outcome=AuditOutcome.DONE, at=at(9)).reason
    ''
    """

    event_type: ClassVar[EventType] = EventType.AUDIT
    times: ClassVar[tuple[str, ...]] = ("at",)

    command_id: Annotated[Id, Meta(description="The command's own id.")]
    stage: Annotated[Name, Meta(description="The stage that answers.")]
    command: Annotated[Name, Meta(description="What was asked.")]
    outcome: Annotated[AuditOutcome, Meta(description="done or refused.")]
    at: Annotated[Time, Meta(description="When, in the broker's time.")]
    reason: Annotated[str, Meta(max_length=200, description="Why it was refused; empty when done.")] = ""
