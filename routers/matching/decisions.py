"""What a Router answers: who gets a ticket, who loses it, and what nobody can take, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DecisionKind = Literal["assigned", "overflowed", "revoked", "parked"]
Rule = Literal[
    "owner",  # assigned: the customer's own rep has room
    "last_rep",  # assigned: the rep who had it before has room
    "least_loaded",  # assigned: the ticket came, and this rep has the lowest share of capacity in use
    "most_pressing",  # assigned: the rep had room again, and this ticket has the largest index
    "not_accepted",  # revoked: the reservation's time is over
    "absent",  # revoked: the rep is away, offline or silent
    "no_room",  # revoked: the customer answered, and the rep's capacity is used up
    "seats_closed",  # revoked: the vendor's rep has no seat any more
    "needs_human",  # revoked: a bot had it, and its customer needs a person
    "bot_limit",  # revoked: the bot has not resolved it within its limit
    "customer_silent",  # revoked, and resolved: its customer has not answered within the limit
    "no_skill",  # parked: no pool has the skills
    "no_channel",  # parked: no pool takes its channel
    "no_person",  # parked: it needs a person, and all pools are bots
]


@dataclass(frozen=True, slots=True)
class Why:
    """The reason of one decision, enough to check it by hand.

    runner_up: the rep (rule least_loaded) or ticket (most_pressing) that came second.
    scores: what was compared: ``load`` (used units / capacity) or ``index`` (see ``pressure``), and the runner-up's.
    missing: the skills, or the channel, that no pool has.
    """

    rule: Rule
    runner_up: str | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about one ticket. Of two about the same ticket the higher epoch counts.

    kind: ``overflowed`` is ``assigned`` to a rep of a vendor. rep_id, pool: who gets it, or loses it (revoked).
    due_at_s: when its SLA or a promised callback is due. expires_at_s: until when the rep may accept, who gets it.

    >>> Decision("assigned", "c-1", 7, "ann", "home", "default", 60.0, 90.0, 0.0, Why("owner")).assignment_id
    'c-1:7'
    """

    kind: DecisionKind
    ticket_id: str
    epoch: int
    rep_id: str | None
    pool: str | None
    queue: str
    due_at_s: float
    expires_at_s: float | None
    decided_at_s: float
    why: Why

    @property
    def assignment_id(self) -> str:
        """Unique for all time: the epoch rises even after a ticket was forgotten."""
        return f"{self.ticket_id}:{self.epoch}"
