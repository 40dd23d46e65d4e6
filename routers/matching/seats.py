"""How many reps of a vendor's pool may have tickets, and which."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class VendorSeats:
    """The seats of one vendor's pool: a rep who has any ticket, waiting on its customer or not, takes one.

    One who is gone takes none for what waits on its customer: that may take for ever, and the seat is paid.
    The first fields, in this order, are the columns of the row (see ``rows``). holders: the reps who take a seat.

    When seats shrink there may be more holders than seats. Then the first of them by rep_id go on, and the others only
    finish what they have: a choice that depends on nothing else, so that it is not another one after every ticket.

    >>> seats = VendorSeats("acme", seats=1, until_s=60.0)
    >>> seats.admits("ann"), seats.admits("bob")
    (True, True)
    >>> seats.holders |= {"bob", "cem"}
    >>> seats.admits("ann"), seats.admits("bob"), seats.admits("cem")
    (False, True, False)
    """

    pool: str
    seats: int = 0
    until_s: float = 0.0
    # Derived from tickets and reps, not in the row. ``holders`` ends the columns.
    holders: set[str] = field(default_factory=set)

    @property
    def has_free(self) -> bool:
        """Whether a rep who has no ticket may start one."""
        return len(self.holders) < self.seats

    def admits(self, rep_id: str) -> bool:
        """Whether the rep may start a ticket."""
        if len(self.holders) < self.seats:
            return True
        if rep_id not in self.holders:
            return False
        return len(self.holders) == self.seats or sum(other < rep_id for other in self.holders) < self.seats
