"""How long a ticket was worked on: from being accepted to being resolved, less what waited on the customer."""

from typing import Final, NamedTuple

LEAST_S: Final = 1.0
MOST_S: Final = 86_400.0

_STOPS: Final = frozenset({"waiting_on_customer", "transferred", "escalated"})


class Handling(NamedTuple):
    """The clock of one ticket.

    ``since_s``: since when it has been worked on, None while it is not. ``spent_s``: how long it was before that.
    ``waits``: for the customer.

    >>> clock = Handling().after("accepted", 100.0).after("waiting_on_customer", 160.0).customer_wrote(900.0)
    >>> clock.resolved(930.0)
    90.0
    """

    since_s: float | None = None
    spent_s: float = 0.0
    waits: bool = False

    def after(self, kind: str, at_s: float) -> "Handling":
        """The clock after an event of the ticket; other kinds than accepted and those that stop work change nothing."""
        if kind == "accepted" and self.since_s is None:
            return Handling(at_s, self.spent_s)
        if kind in _STOPS and self.since_s is not None:
            return Handling(None, self.spent_s + max(0.0, at_s - self.since_s), kind == "waiting_on_customer")
        return self

    def customer_wrote(self, at_s: float) -> "Handling":
        """The clock after a message of the customer: what waited for it goes on."""
        return Handling(at_s, self.spent_s) if self.waits else self

    def resolved(self, at_s: float) -> float | None:
        """The handling time in seconds; None where it is not known, or no time a person takes (1 s to a day)."""
        running_s = 0.0 if self.since_s is None else max(0.0, at_s - self.since_s)
        total_s = self.spent_s + running_s
        return total_s if LEAST_S <= total_s <= MOST_S else None
