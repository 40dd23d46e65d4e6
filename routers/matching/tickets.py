"""A ticket as the Router remembers it: what was asked, where it stands, who has it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from routers.matching.policy import Queue, Urgency

if TYPE_CHECKING:
    from routers.matching.classes import WaitingClass

State = Literal["waiting", "parked", "reserved", "accepted", "waiting_on_customer", "resolved"]
STATES: tuple[State, ...] = get_args(State)
QUEUED: frozenset[State] = frozenset({"waiting", "parked"})
HELD: frozenset[State] = frozenset({"reserved", "accepted", "waiting_on_customer"})
"""States in which a rep has the ticket."""
MESSAGES_REMEMBERED = 64
"""Newest message ids kept a ticket, to know a repeated one; triage drops repeats within an hour before us."""


@dataclass(slots=True)
class Ticket:
    """One ticket. The first fields, in this order, are the columns of its row (see ``rows``).

    since_s, seq: when its present wait began, and the order among those of the same time; being declined, transferred
    or revoked does not change them. until_s: when the reservation ends (reserved), when a bot's time is over (accepted,
    waiting_on_customer), when it is forgotten (resolved), or when it begins to be served (waiting for a callback's
    time).
    charge_milli: thousandths of a unit that it takes of its rep: integers, so that sums do not depend on their order.
    toggled_at_s: the ``at_s`` of the last event that put it to sleep or woke it.
    busy_since_s: since when it is load to the rep who accepted it; handled_s: for how long it was before that, since
    a rep has it. is_answered: whether a rep took it on in its present wait.
    asleep_s: since when it waits on its customer, while it does.
    refused_by: reps who declined or gave it away. missed_by: [rep_id, until_s] of those who let a reservation pass.
    """

    ticket_id: str
    state: State
    seq: int
    since_s: float
    urgency: Urgency
    topic: str
    language: str | None
    channel: str
    effort_milli: int
    owner: str | None
    due_at_s: float | None
    needs_human: bool
    epoch: int = 0
    rep_id: str | None = None
    last_rep_id: str | None = None
    charge_milli: int = 0
    until_s: float | None = None
    toggled_at_s: float | None = None
    refused_by: list[str] = field(default_factory=list)
    missed_by: list[tuple[str, float]] = field(default_factory=list)
    message_ids: list[str] = field(default_factory=list)
    busy_since_s: float | None = None
    handled_s: float = 0.0
    is_answered: bool = False
    asleep_s: float | None = None
    # Derived, not in the row: the class it waits in, and since when it is served there. ``waits_in`` ends the columns.
    waits_in: "WaitingClass | None" = None
    start_s: float = 0.0
    # Nor in the row: when somebody looks whether its customer is still silent.
    silent_timer_s: float | None = None

    @property
    def entered_ms(self) -> int:
        """When its wait began, a callback's not before its time: an integer, so that sums do not depend on order."""
        return round(max(self.since_s, self.start_s) * 1000)

    def due_by_s(self, queue: Queue) -> float:
        """When someone should have taken it on: at the promised time, or when its SLA ends."""
        return self.since_s + queue.sla_s[self.urgency] if self.due_at_s is None else self.due_at_s

    def pause(self, now_s: float) -> None:
        """It is no load to its rep any more."""
        if self.busy_since_s is not None:
            self.handled_s += now_s - self.busy_since_s
            self.busy_since_s = None

    @property
    def excluded(self) -> frozenset[str]:
        """Reps who are not asked for this ticket now."""
        if not self.refused_by and not self.missed_by:
            return _NOBODY
        return frozenset(self.refused_by).union(rep_id for rep_id, _ in self.missed_by)


_NOBODY: frozenset[str] = frozenset()
