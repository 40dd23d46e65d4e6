"""The record of tickets.assignments: who should handle a ticket, and why."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.names import ID_CHARS, LIST_ITEMS, Epoch, Id, Name, Text
from streams.contracts.times import Time

AssignmentId = Annotated[str, Meta(min_length=3, max_length=ID_CHARS + 17)]  # a colon and sixteen digits


class AssignmentKind(StrEnum):
    """What was decided.

    assigned: the rep should accept by expires_at. overflowed: the same, to a vendor's rep. revoked: the rep should put
    it down. parked: no pool of the policy could ever take it, with every optional skill relaxed; said once.
    """

    ASSIGNED = "assigned"
    OVERFLOWED = "overflowed"
    REVOKED = "revoked"
    PARKED = "parked"


class Why(Struct, frozen=True, omit_defaults=True, gc=False):
    """The reason for a decision, so that it can be explained and replayed.

    >>> Why("least_loaded", runner_up="r-2", scores={"r-1": 0.25, "r-2": 0.5}).rule
    'least_loaded'
    """

    rule: Annotated[Name, Meta(description="The rule that chose.")]
    runner_up: Annotated[Id | None, Meta(description="The rep_id that came second.")] = None
    scores: Annotated[
        dict[Id, float], Meta(max_length=LIST_ITEMS, description="What the rule compared, by rep_id or term.")
    ] = {}
    missing: Annotated[
        Annotated[tuple[Text, ...], Meta(max_length=LIST_ITEMS)],
        Meta(description="Parked: what no pool has."),
    ] = ()


class Assignment(Contract, frozen=True, kw_only=True):
    """A decision about a ticket. Of two for one ticket, the one with the higher epoch counts."""

    event_type: ClassVar[EventType] = EventType.TICKET_ASSIGNMENT
    times: ClassVar[tuple[str, ...]] = ("due_at", "expires_at", "decided_at")

    assignment_id: Annotated[AssignmentId, Meta(description="ticket_id:epoch; unique, so an idempotency key.")]
    ticket_id: Annotated[Id, Meta(description="The ticket: its conversation_id.")]
    group: Annotated[Name, Meta(description="The ticket's group, which a ticket event must name.")]
    epoch: Annotated[Epoch, Meta(description="Rises with every decision about the ticket.")]
    kind: Annotated[AssignmentKind, Meta(description="assigned, overflowed, revoked or parked.")]
    queue: Annotated[Name, Meta(description="The queue that the ticket is in.")]
    decided_at: Annotated[Time, Meta(description="When it was decided, in the broker's time.")]
    why: Annotated[Why, Meta(description="The rule that chose, the runner-up, the scores.")]
    rep_id: Annotated[Id | None, Meta(description="Who should take it, or put it down; none when parked.")] = None
    pool: Annotated[Name | None, Meta(description="The rep's pool; none when parked.")] = None
    due_at: Annotated[Time | None, Meta(description="When the SLA wants it answered.")] = None
    expires_at: Annotated[
        Time | None, Meta(description="Until when the rep may accept; none if nothing is offered.")
    ] = None

    @property
    def decided_at_s(self) -> float:
        """When it was decided, in seconds since the epoch."""
        return self.decided_at.timestamp()

    @property
    def due_at_s(self) -> float | None:
        """When the SLA wants it answered, in seconds since the epoch."""
        return None if self.due_at is None else self.due_at.timestamp()

    @property
    def expires_at_s(self) -> float | None:
        """Until when the rep may accept, in seconds since the epoch."""
        return None if self.expires_at is None else self.expires_at.timestamp()


def assignment_id(ticket_id: str, epoch: int) -> str:
    """The one id of a decision.

    >>> assignment_id("c-1", 1732438800000)
    'c-1:1732438800000'
    """
    return f"{ticket_id}:{epoch}"
