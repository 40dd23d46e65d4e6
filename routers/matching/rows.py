"""What a Router keeps in its state topic: one small JSON array for each ticket and rep, and each vendor's pool, and one
for itself.

| key             | value |
|-----------------|-------|
| ``ticket/ID``   | the fields of ``Ticket`` from ``ticket_id`` to ``asleep_s``, in that order |
| ``rep/ID``      | the fields of ``Rep`` from ``rep_id`` to ``last_assigned``, in that order |
| ``seats/POOL``  | the fields of ``VendorSeats`` from ``pool`` to ``until_s``; no row while none is open |
| ``router``      | [now_s, numbers of the last ticket and assignment, fingerprint of the policy, ``Tally.columns``] |

Times are seconds since the epoch. A column is only ever added at the end, with a default: older rows stay readable. A
row with more columns than this version knows is refused: to drop what they say would lose it with the next write.
Other keys are ignored, so that the stage can keep rows of its own beside these.
"""

from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from routers.matching.reps import Rep
from routers.matching.seats import VendorSeats
from routers.matching.tickets import STATES, Ticket

ROUTER_KEY = b"router"
TICKET_PREFIX = b"ticket/"
REP_PREFIX = b"rep/"
SEATS_PREFIX = b"seats/"


def _columns(record: type[Ticket] | type[Rep], end: str) -> list[str]:
    names = [field.name for field in fields(record)]
    return names[: names.index(end)]


TICKET_COLUMNS = _columns(Ticket, end="waits_in")
REP_COLUMNS = _columns(Rep, end="used_milli")
_STATE = TICKET_COLUMNS.index("state")
_ticket_values = attrgetter(*TICKET_COLUMNS)
_rep_values = attrgetter(*REP_COLUMNS)


class Progress(NamedTuple):
    """The Router's own row."""

    now_s: float = 0.0
    last_seq: int = 0
    last_assigned: int = 0
    policy: str = ""
    tally: tuple[Any, ...] = ()


class Contents(NamedTuple):
    """All that rows hold."""

    progress: Progress
    tickets: dict[str, Ticket]
    reps: dict[str, Rep]
    seats: dict[str, VendorSeats]


def ticket_key(ticket_id: str) -> bytes:
    """The key of a ticket's row."""
    return TICKET_PREFIX + ticket_id.encode()


def rep_key(rep_id: str) -> bytes:
    """The key of a rep's row."""
    return REP_PREFIX + rep_id.encode()


def seats_key(pool: str) -> bytes:
    """The key of the row of a vendor's pool."""
    return SEATS_PREFIX + pool.encode()


def encode_ticket(ticket: Ticket) -> bytes:
    """The ticket's row."""
    return orjson.dumps(_ticket_values(ticket))


def encode_rep(rep: Rep) -> bytes:
    """The rep's row."""
    return orjson.dumps(_rep_values(rep))


def encode_seats(seats: VendorSeats) -> bytes | None:
    """The row of a vendor's pool; None, to be deleted, while no seat is open."""
    return orjson.dumps((seats.pool, seats.seats, seats.until_s)) if seats.seats else None


def encode_progress(progress: Progress) -> bytes:
    """The Router's own row."""
    return orjson.dumps(tuple(progress))


class NewerRowError(ValueError):
    """A row that a newer version wrote."""

    def __init__(self) -> None:
        super().__init__("a row with more columns than this version knows")


def _values(row: bytes, columns: list[str]) -> list[Any]:
    values: list[Any] = orjson.loads(row)
    if len(values) > len(columns):
        raise NewerRowError
    return values


def decode(rows: Mapping[bytes, bytes]) -> Contents:
    """What the rows hold, not yet linked to one another. Raises NewerRowError."""
    progress, tickets, reps, seats = Progress(), {}, {}, {}
    for key, value in rows.items():
        if key.startswith(TICKET_PREFIX):
            ticket = Ticket(*_values(value, TICKET_COLUMNS))
            tickets[ticket.ticket_id] = ticket
        elif key.startswith(REP_PREFIX):
            rep = Rep(*_values(value, REP_COLUMNS))
            reps[rep.rep_id] = rep
        elif key.startswith(SEATS_PREFIX):
            open_seats = VendorSeats(*orjson.loads(value))
            seats[open_seats.pool] = open_seats
        elif key == ROUTER_KEY:
            progress = Progress(*orjson.loads(value))
    return Contents(progress, tickets, reps, seats)


def count_rows(rows: Mapping[bytes, bytes]) -> dict[str, int]:
    """How many tickets are in each state: what ``Router.counts()`` says, without building a Router.

    >>> count_rows({b"ticket/c-1": b'["c-1","waiting"]', b"router": b"[0.0,1,0,\\"\\"]"})["waiting"]
    1
    """
    counts: dict[str, int] = dict.fromkeys(STATES, 0)
    for key, value in rows.items():
        if key.startswith(TICKET_PREFIX):
            columns: list[Any] = orjson.loads(value)
            counts[columns[_STATE]] += 1
    return counts
