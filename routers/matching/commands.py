"""What a Router is told: a ticket was triaged, a rep is there, something happened to a ticket, seats are open.

Commands are checked when they are built, so that applying one never fails halfway.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from routers.matching.policy import UNITS_MAX, URGENCIES, Urgency

Presence = Literal["online", "away", "offline"]
EventKind = Literal[
    "accepted", "declined", "replied", "waiting_on_customer", "reopened", "resolved", "transferred", "escalated"
]
PRESENCES: frozenset[str] = frozenset(get_args(Presence))
EVENT_KINDS: frozenset[str] = frozenset(get_args(EventKind))
_INFINITY = float("inf")


class CommandError(ValueError):
    """A command that makes no sense. ``field`` names the value at fault."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


@dataclass(frozen=True, slots=True)
class TicketTriaged:
    """A message was triaged: it opens its ticket, or is another message of it.

    language: what its rep must speak; None if it is not known. A later message that says one corrects it.
    effort_units: how much of a rep's capacity the ticket takes.
    owner: rep_id of the customer's relationship manager. due_at_s: a promised callback.
    needs_human: never to be given to a bot.

    Raises CommandError.

    >>> TicketTriaged("c-1", "m-1", urgency="soon")
    Traceback (most recent call last):
    routers.matching.commands.CommandError: urgency: must be one of low, normal, high, urgent
    """

    ticket_id: str
    message_id: str
    urgency: Urgency = "normal"
    topic: str = ""
    sentiment: str = ""
    language: str | None = None
    channel: str = "email"
    effort_units: float = 1.0
    customer_tier: str | None = None
    owner: str | None = None
    due_at_s: float | None = None
    needs_human: bool = False

    def __post_init__(self) -> None:
        if not self.ticket_id:
            raise CommandError("ticket_id", "must not be empty")
        if self.urgency not in URGENCIES:
            raise CommandError("urgency", f"must be one of {', '.join(URGENCIES)}")
        if not 0.001 <= self.effort_units <= UNITS_MAX:
            raise CommandError("effort_units", f"must be 0.001 to {UNITS_MAX:,}")
        if self.due_at_s is not None and not -_INFINITY < self.due_at_s < _INFINITY:
            raise CommandError("due_at_s", "must be a finite time")


@dataclass(frozen=True, slots=True)
class RepStatus:
    """A rep's heartbeat. The newest ``at_s`` wins; it counts for ``valid_for_s``, then the rep is taken to be gone.

    No languages or no channels listed: all of them. Without ``capacity_units`` or ``valid_for_s`` the policy decides.

    Raises CommandError.

    >>> RepStatus("ann", "home", "online", at_s=0.0).languages
    ()
    """

    rep_id: str
    pool: str
    state: Presence
    at_s: float
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    capacity_units: float | None = None
    valid_for_s: float | None = None

    def __post_init__(self) -> None:
        if not self.rep_id:
            raise CommandError("rep_id", "must not be empty")
        if self.state not in PRESENCES:
            raise CommandError("state", f"must be one of {', '.join(sorted(PRESENCES))}")
        if not -_INFINITY < self.at_s < _INFINITY:
            raise CommandError("at_s", "must be a finite time")
        if self.capacity_units is not None and not 0 <= self.capacity_units <= UNITS_MAX:
            raise CommandError("capacity_units", f"must be 0 to {UNITS_MAX:,}")
        if self.valid_for_s is not None and not 0 < self.valid_for_s < _INFINITY:
            raise CommandError("valid_for_s", "must be above 0")


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """What became of an assignment. ``epoch`` is that of the ticket's last decision: another one is out of date.

    rep_id: who did it, which must be the rep who has the ticket, but for ``reopened``; of ``transferred`` it may be
    the rep it was transferred to, who is then asked first, as the last rep of a ticket is.

    Raises CommandError.

    >>> TicketEvent("c-1", "accepted", epoch=7, at_s=1.0, rep_id="ann").kind
    'accepted'
    """

    ticket_id: str
    kind: EventKind
    epoch: int
    at_s: float
    rep_id: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            raise CommandError("kind", f"must be one of {', '.join(sorted(EVENT_KINDS))}")


@dataclass(frozen=True, slots=True)
class Seats:
    """So many reps of a vendor's pool may have tickets until then, in all; 0: none from now on. The last told counts.

    Raises CommandError.

    >>> Seats("acme", 5, until_s=3600.0).seats
    5
    """

    pool: str
    seats: int
    until_s: float

    def __post_init__(self) -> None:
        if not self.pool:
            raise CommandError("pool", "must not be empty")
        if self.seats < 0:
            raise CommandError("seats", "must be 0 or more")
        if not -_INFINITY < self.until_s < _INFINITY:
            raise CommandError("until_s", "must be a finite time")


Command: TypeAlias = TicketTriaged | RepStatus | TicketEvent | Seats
