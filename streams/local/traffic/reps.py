"""A rep: comes and goes, says so every minute, and works on the tickets that are assigned."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from streams.contracts import Assignment, Channel, RepState, RepStatus, TicketEventKind, at, encode
from streams.local.traffic.desk import Desk, Ticket, lognormal
from streams.topics import Topic

HEARTBEAT_S: Final = 60.0

_REACTION_S: Final = 5.0
_DECLINED_SHARE: Final = 0.03
_IGNORED_SHARE: Final = 0.02
_ASKED_SHARE: Final = 0.18
_SILENCE_S: Final = 900.0
_TRANSFERRED_SHARE: Final = 0.015
_ESCALATED_SHARE: Final = 0.01
_REOPENED_SHARE: Final = 0.01
_GOODBYE_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What does not change about a rep. slowness: handling times against an average employee's."""

    rep_id: str
    pool: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    channels: tuple[Channel, ...]
    capacity_units: int
    slowness: float


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Who else has to know: of a question to the customer, and of a ticket that was resolved."""

    asked: Callable[[Ticket], None]
    resolved: Callable[[Ticket], None]


class Rep:
    """One rep. Offline until told to come."""

    def __init__(self, desk: Desk, profile: Profile, callbacks: Callbacks) -> None:
        self.profile = profile
        self.state = RepState.OFFLINE
        self._desk, self._callbacks = desk, callbacks
        self._rng: random.Random = desk.chance(f"rep/{profile.rep_id}")
        self._pace = self._rng.uniform(0.85, 1.15) * profile.slowness
        self._held: dict[str, Ticket] = {}
        self._presence = 0  # a number for each time of being there: what was planned in another one lapses

    # Coming and going

    def come(self) -> None:
        """Start, or go on after a break."""
        if self.state is RepState.OFFLINE:
            self._presence += 1
            # At its own moment, or it would fall together with what happens whole minutes after a rep came.
            first_s = self._desk.now_s + self._rng.uniform(0.5, 1.0) * HEARTBEAT_S
            self._desk.agenda.plan(first_s, partial(self._beat, self._presence))
        self._become(RepState.ONLINE)

    def pause(self) -> None:
        """Take nothing new, and go on with what is there."""
        if self.state is RepState.ONLINE:
            self._become(RepState.AWAY)

    def finish(self) -> None:
        """Take nothing new, and leave once all is done, or after a quarter of an hour."""
        if not self._held:
            self.leave()  # two statuses of one moment would leave open which is the newer
            return
        self.pause()
        self._leave_when_done(self._presence, self._desk.now_s + _GOODBYE_S)

    def leave(self) -> None:
        """Go at once; whatever is unfinished stays so until the router gives it to others."""
        if self.state is not RepState.OFFLINE:
            self._presence += 1
            self._held.clear()
            self._become(RepState.OFFLINE)

    def _leave_when_done(self, presence: int, latest_s: float) -> None:
        if presence != self._presence or self.state is not RepState.AWAY:
            return
        if not self._held or self._desk.now_s >= latest_s:
            self.leave()
        else:
            again_s = min(self._desk.now_s + 20.0, latest_s)
            self._desk.agenda.plan(again_s, partial(self._leave_when_done, presence, latest_s))

    def _become(self, state: RepState) -> None:
        self.state = state
        self._say()

    def _beat(self, presence: int) -> None:
        if presence == self._presence:
            self._say()
            self._desk.agenda.plan(self._desk.now_s + HEARTBEAT_S, partial(self._beat, presence))

    def _say(self) -> None:
        profile = self.profile
        status = RepStatus(
            rep_id=profile.rep_id,
            group=self._desk.scenario.group,
            pool=profile.pool,
            state=self.state,
            skills=profile.skills,
            languages=profile.languages,
            channels=profile.channels,
            capacity_units=profile.capacity_units,
            at=at(self._desk.now_s),
        )
        self._desk.emit(Topic.REPS_STATUS, profile.rep_id, encode(status))

    # Working

    def offered(self, assignment: Assignment) -> None:
        """The router chose this rep: accept, decline or overlook it, a few seconds later."""
        if self.state is not RepState.ONLINE:
            return
        chance, delay_s = self._rng.random(), lognormal(self._rng, _REACTION_S, 0.5)
        if chance < _IGNORED_SHARE:
            return
        react = self._decline if chance < _IGNORED_SHARE + _DECLINED_SHARE else self._accept
        self._desk.agenda.plan(self._desk.now_s + delay_s, partial(react, assignment, self._presence))

    def put_down(self, ticket: Ticket) -> None:
        """The router took it back, if it was still here."""
        self._held.pop(ticket.ticket_id, None)

    def _decline(self, assignment: Assignment, presence: int) -> None:
        if ticket := self._still_offered(assignment, presence):
            self._desk.emit_event(ticket, TicketEventKind.DECLINED, self.profile.rep_id)

    def _accept(self, assignment: Assignment, presence: int) -> None:
        ticket = self._still_offered(assignment, presence)
        if ticket is None:
            return
        self._held[ticket.ticket_id] = ticket
        ticket.state, ticket.answered, ticket.rep_id = "held", True, self.profile.rep_id
        self._desk.scorecard.accepted(ticket.ticket_id, self._desk.now_s)
        self._desk.emit_event(ticket, TicketEventKind.ACCEPTED, self.profile.rep_id)
        chance = self._rng.random()
        if ticket.channel != "voice" and chance < _ASKED_SHARE:
            self._after(ticket, 0.4, self._ask)
        elif chance > 1.0 - _TRANSFERRED_SHARE:
            self._after(ticket, 0.3, partial(self._hand_on, kind=TicketEventKind.TRANSFERRED))
        elif chance > 1.0 - _TRANSFERRED_SHARE - _ESCALATED_SHARE:
            self._after(ticket, 0.3, partial(self._hand_on, kind=TicketEventKind.ESCALATED))
        else:
            self._after(ticket, 1.0, self._resolve)

    def _still_offered(self, assignment: Assignment, presence: int) -> Ticket | None:
        ticket = self._desk.tickets[assignment.ticket_id]
        expires_at_s = assignment.expires_at_s
        in_time = expires_at_s is None or self._desk.now_s < expires_at_s
        return ticket if presence == self._presence and ticket.epoch == assignment.epoch and in_time else None

    def _after(self, ticket: Ticket, share: float, step: Callable[[Ticket], None]) -> None:
        """Do ``step`` once a share of the ticket's work is done, if it is still this rep's under the same epoch."""
        epoch = ticket.epoch

        def go_on() -> None:
            if self._held.get(ticket.ticket_id) is ticket and ticket.epoch == epoch:
                step(ticket)

        self._desk.agenda.plan(self._desk.now_s + share * ticket.work_s * self._pace, go_on)

    def _ask(self, ticket: Ticket) -> None:
        self._desk.emit_event(ticket, TicketEventKind.WAITING_ON_CUSTOMER, self.profile.rep_id)
        ticket.state = "asleep"
        epoch = ticket.epoch
        ticket.on_answer = partial(self._go_on, ticket, epoch)
        self._desk.agenda.plan(self._desk.now_s + _SILENCE_S, partial(self._give_up, ticket, epoch))
        self._callbacks.asked(ticket)

    def _go_on(self, ticket: Ticket, epoch: int) -> None:
        """The customer answered. If the router gives the ticket to someone else now, a new epoch will say so."""
        if self._held.get(ticket.ticket_id) is ticket and ticket.epoch == epoch:
            ticket.state = "held"
            self._after(ticket, 0.1, self._reply)
            self._after(ticket, 0.6, self._resolve)

    def _reply(self, ticket: Ticket) -> None:
        self._desk.emit_event(ticket, TicketEventKind.REPLIED, self.profile.rep_id)

    def _give_up(self, ticket: Ticket, epoch: int) -> None:
        """No answer comes: it is closed."""
        if self._held.get(ticket.ticket_id) is ticket and ticket.epoch == epoch and ticket.state == "asleep":
            self._resolve(ticket)

    def _hand_on(self, ticket: Ticket, kind: TicketEventKind) -> None:
        del self._held[ticket.ticket_id]
        ticket.state = "waiting"
        self._desk.emit_event(ticket, kind, self.profile.rep_id)

    def _resolve(self, ticket: Ticket) -> None:
        del self._held[ticket.ticket_id]
        ticket.state = "resolved"
        self._desk.emit_event(ticket, TicketEventKind.RESOLVED, self.profile.rep_id)
        if self._rng.random() < _REOPENED_SHARE:
            self._desk.agenda.plan(self._desk.now_s + 180.0, partial(self._reopen, ticket, ticket.epoch))
        else:
            self._callbacks.resolved(ticket)

    def _reopen(self, ticket: Ticket, epoch: int) -> None:
        """Something was forgotten."""
        if ticket.state == "resolved" and ticket.epoch == epoch:
            ticket.state, ticket.work_s = "waiting", ticket.work_s / 2
            self._desk.emit_event(ticket, TicketEventKind.REOPENED, self.profile.rep_id)
