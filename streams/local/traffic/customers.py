"""The customers: they begin conversations, lose patience, answer questions, say thanks or come back."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final

from streams.contracts import Channel, Message, at, encode
from streams.local.traffic.arrivals import Arrival, Rates, arrivals
from streams.local.traffic.desk import Desk, Ticket, lognormal, work_s
from streams.local.traffic.malformed import broken
from streams.local.traffic.messages import Draft, answer, opening, relapse, reminder, thanks
from streams.local.traffic.records import Labels, Truth
from streams.local.traffic.scenario import MINUTE_S
from streams.topics import Topic

_PATIENCE_S: Final = {"urgent": 240.0, "high": 420.0, "normal": 1_200.0, "low": 4_500.0}
_REMINDERS: Final = 3
_REPLY_S: Final = {"email": 240.0, "chat": 45.0, "sms": 90.0, "social": 120.0, "voice": 15.0, "form": 240.0}
_SILENT_SHARE: Final = 0.1
_THANKS_SHARE: Final = 0.08
_RELAPSE_SHARE: Final = 0.03
_THANKS_WORK_S: Final = 15.0
_CUSTOMERS: Final = 40_000


Say = Callable[[Random, str, str, Labels], Draft]
"""How a customer words something, as in ``messages``."""


class Customers:
    """All of them. Each conversation has a chance of its own, so it runs alike however the desk treats the others."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rates = Rates(desk.scenario)
        self._plan_minute(desk.scenario.start_s)

    def ask(self, ticket: Ticket) -> None:
        """A rep asked something: most answer after a while."""
        if ticket.rng.random() >= _SILENT_SHARE:
            delay_s = lognormal(ticket.rng, _REPLY_S[ticket.channel], 0.7)
            self._desk.agenda.plan(self._desk.now_s + delay_s, partial(self._answer, ticket, ticket.epoch))

    def told_resolved(self, ticket: Ticket) -> None:
        """A rep is done: some say thanks, some find that it is not solved."""
        chance, delay_s = ticket.rng.random(), lognormal(ticket.rng, 120.0, 0.8)
        now_s, epoch = self._desk.now_s, ticket.epoch
        if chance < _THANKS_SHARE:
            step = partial(self._come_back, ticket, epoch, thanks, _THANKS_WORK_S)
            self._desk.agenda.plan(now_s + delay_s, step)
        elif chance < _THANKS_SHARE + _RELAPSE_SHARE:
            step = partial(self._come_back, ticket, epoch, relapse, ticket.work_s)
            self._desk.agenda.plan(now_s + 3 * delay_s, step)

    # Beginnings

    def _plan_minute(self, minute_s: float) -> None:
        """One minute is drawn at its start, which plans the next one."""
        agenda = self._desk.agenda
        for number, arrival in enumerate(arrivals(self._rates, self._desk.seed, minute_s)):
            ticket_id = (
                f"c-{self._desk.tag}-{round((minute_s - self._desk.scenario.start_s) / MINUTE_S):05d}-{number:03d}"
            )
            agenda.plan(arrival.time_s, partial(self._open, arrival, ticket_id))
        agenda.plan(minute_s + MINUTE_S, partial(self._plan_minute, minute_s + MINUTE_S))

    def _open(self, arrival: Arrival, ticket_id: str) -> None:
        desk, rng = self._desk, self._desk.chance(ticket_id)
        draft = opening(rng, arrival.language, arrival.channel, arrival.topic)
        ticket = Ticket(
            ticket_id,
            rng,
            arrival.channel,
            arrival.language,
            draft.labels,
            desk.now_s,
            customer_id=f"cust-{rng.randrange(_CUSTOMERS):05d}",
            first_message_id=f"{ticket_id}-1",
            work_s=work_s(rng, arrival.topic, arrival.channel),
        )
        if rng.random() < desk.scenario.traffic.malformed_share:
            desk.emit(Topic.MESSAGES_RAW, ticket_id, broken(rng, self._encode(ticket, draft)))
            desk.scorecard.malformed(desk.now_s)
            return
        desk.tickets[ticket_id] = ticket
        desk.scorecard.opened(ticket_id, draft.labels.urgency, desk.now_s)
        self._write(ticket, draft)
        self._plan_reminder(ticket, 0)

    # What follows

    def _plan_reminder(self, ticket: Ticket, before: int) -> None:
        if before < _REMINDERS:
            delay_s = lognormal(ticket.rng, _PATIENCE_S[ticket.labels.urgency], 0.5)
            self._desk.agenda.plan(self._desk.now_s + delay_s, partial(self._remind, ticket, before))

    def _remind(self, ticket: Ticket, before: int) -> None:
        if not ticket.answered:
            self._write(ticket, reminder(ticket.rng, ticket.language, ticket.channel, ticket.labels, before))
            self._plan_reminder(ticket, before + 1)

    def _answer(self, ticket: Ticket, epoch: int) -> None:
        if ticket.state == "asleep" and ticket.epoch == epoch:
            self._write(ticket, answer(ticket.rng, ticket.language, ticket.channel, ticket.labels))
            if ticket.on_answer is not None:
                ticket.on_answer()

    def _come_back(self, ticket: Ticket, epoch: int, say: Say, work_s: float) -> None:
        """As the helpdesk sees it, whatever a customer writes after the end is work again."""
        if ticket.state == "resolved" and ticket.epoch == epoch:
            ticket.state, ticket.work_s = "waiting", work_s
            self._write(ticket, say(ticket.rng, ticket.language, ticket.channel, ticket.labels))

    # Writing

    def _write(self, ticket: Ticket, draft: Draft) -> None:
        desk = self._desk
        value = self._encode(ticket, draft)
        ticket.messages += 1
        truth = Truth(
            f"{ticket.ticket_id}-{ticket.messages}",
            ticket.ticket_id,
            ticket.channel,
            ticket.language,
            draft.labels,
            opens=ticket.messages == 1,
        )
        desk.emit(Topic.MESSAGES_RAW, ticket.ticket_id, value, truth)
        desk.scorecard.message(desk.now_s)
        if ticket.rng.random() < desk.scenario.traffic.duplicate_share:
            desk.agenda.plan(desk.now_s + ticket.rng.uniform(0.2, 90.0), partial(self._repeat, ticket.ticket_id, value))

    def _repeat(self, ticket_id: str, value: bytes) -> None:
        """The channel was not sure whether it had delivered."""
        self._desk.emit(Topic.MESSAGES_RAW, ticket_id, value)
        self._desk.scorecard.duplicate(self._desk.now_s)

    def _encode(self, ticket: Ticket, draft: Draft) -> bytes:
        return encode(
            Message(
                message_id=f"{ticket.ticket_id}-{ticket.messages + 1}",
                conversation_id=ticket.ticket_id,
                tenant=self._desk.scenario.tenant,
                channel=Channel(ticket.channel),
                body=draft.body,
                subject=draft.subject,
                sent_at=at(self._desk.now_s),
                customer_id=ticket.customer_id,
                customer_tier=_tier(ticket.customer_id),
                language=ticket.language if ticket.channel in ("form", "voice") else None,
            )
        )


def _tier(customer_id: str) -> str:
    """A customer's tier, the same each time: of a hundred, 85 standard, 12 plus, 3 premium."""
    place = int(customer_id[-2:])
    return "standard" if place < 85 else "plus" if place < 97 else "premium"
