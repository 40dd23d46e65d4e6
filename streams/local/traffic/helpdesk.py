"""The helpdesk's quality team: it looks at some tickets, later, and says what they really were about."""

from functools import partial
from typing import Final

from streams.contracts import Feedback, at, encode
from streams.local.traffic.desk import Desk, Ticket, lognormal
from streams.local.traffic.scenario import MINUTE_S
from streams.topics import Topic

_CHECKERS: Final = ("lead-1", "lead-2", "lead-3")


class Helpdesk:
    """Labels the first message of a share of the tickets, once each, some time after they were resolved."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: set[str] = set()

    def told_resolved(self, ticket: Ticket) -> None:
        """A ticket was resolved: it may be looked at."""
        if ticket.ticket_id in self._seen:
            return
        self._seen.add(ticket.ticket_id)
        corrections = self._desk.scenario.corrections
        rng = self._desk.chance(f"feedback/{ticket.ticket_id}")
        if rng.random() < corrections.share:
            delay_s = lognormal(rng, corrections.delay_min * MINUTE_S, 0.6)
            by = rng.choice(_CHECKERS)
            self._desk.agenda.plan(self._desk.now_s + delay_s, partial(self._correct, ticket, by))

    def _correct(self, ticket: Ticket, by: str) -> None:
        labels = ticket.labels
        feedback = Feedback(
            ticket_id=ticket.ticket_id,
            tenant=self._desk.scenario.tenant,
            message_id=ticket.first_message_id,
            urgency=labels.urgency,
            sentiment=labels.sentiment,
            topic=labels.topic,
            by=by,
            at=at(self._desk.now_s),
        )
        self._desk.emit(Topic.FEEDBACK, ticket.ticket_id, encode(feedback))
