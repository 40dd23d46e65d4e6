"""The steps of a ticket's life, each of which keeps tickets, reps, classes, timers and counts in agreement.

    waiting -> reserved -> accepted <-> waiting_on_customer -> resolved -> forgotten
       ^          |            |                  |               |
       +----------+------------+------------------+---------------+

A ticket goes back to waiting when it is declined, not accepted in time, transferred, escalated, loses its rep, wakes
when its rep has no room, or is reopened. It is parked, rather than waiting, when no pool could ever take it.
"""

from routers.matching.decisions import Rule, Why
from routers.matching.ledger import Ledger
from routers.matching.reps import Rep
from routers.matching.seats import VendorSeats
from routers.matching.tickets import HELD, QUEUED, Ticket


class Desk(Ledger):
    """The steps. They never match: ``match_all`` does, after them."""

    # Waiting

    def admit(self, ticket: Ticket) -> None:
        """A ticket that was not known before."""
        self.tickets[ticket.ticket_id] = ticket
        self.counts[ticket.state] += 1
        self.tally.arrived(ticket)
        self.enqueue(ticket)

    def enqueue(self, ticket: Ticket) -> None:
        """The one way in: whatever made the ticket wait, it stands in its class, and matching goes on from there."""
        self._set_state(ticket, "waiting")
        self.line_up(ticket)

    def restart_wait(self, ticket: Ticket, due_at_s: float | None = None) -> None:
        """A new wait begins now, with anyone: the one before has been served, and what was promised with it."""
        self.last_seq += 1
        ticket.seq, ticket.since_s, ticket.due_at_s = self.last_seq, self.now_s, due_at_s
        ticket.refused_by, ticket.missed_by, ticket.is_answered = [], [], False
        self.tally.arrived(ticket)
        self.enqueue(ticket)

    def reopen(self, ticket: Ticket, due_at_s: float | None = None) -> None:
        """The customer comes back about what was resolved: no bot gets a second contact about the same thing."""
        ticket.needs_human = True
        self.restart_wait(ticket, due_at_s)

    def unpark(self) -> None:
        """Reps of a new kind are there: what they can take is no longer beyond every pool."""
        for waiting_class in self.matcher.waiting_classes():
            if len(waiting_class.profiles) == 1:  # with the first one, all its tickets were let go
                for ticket in waiting_class.waiting():
                    if ticket.state == "parked":
                        self._set_state(ticket, "waiting")

    # With a rep

    def match_all(self) -> None:
        """Bring together all who can be, best first."""
        while not self.matcher.is_settled and (pair := self.matcher.next_pair(self.now_s)) is not None:
            self._assign(pair.ticket, pair.rep, pair.why)

    def _assign(self, ticket: Ticket, rep: Rep, why: Why) -> None:
        assert rep.profile is not None
        self.matcher.leave(ticket)
        self.last_assigned += 1
        rep.last_assigned = self.last_assigned
        ticket.rep_id = rep.rep_id
        ticket.charge_milli = rep.profile.charge(ticket.effort_milli, ticket.channel)
        ticket.until_s = self.now_s + self.policy.reservation_s
        self._set_timer(ticket, "reservation")
        rep.tickets[ticket.ticket_id] = ticket
        rep.carry(ticket)
        self.matcher.seat(rep)
        self.matcher.changed(rep, has_more_room=False)
        self._set_state(ticket, "reserved")
        self.touch_rep(rep)
        self._decide("overflowed" if rep.profile.pool.kind == "vendor" else "assigned", ticket, rep, why)

    def accept(self, ticket: Ticket) -> None:
        """The rep has taken the reserved ticket on."""
        self._taken_on(ticket)
        ticket.busy_since_s = self.now_s
        self._set_state(ticket, "accepted")

    def _taken_on(self, ticket: Ticket) -> None:
        self.tally.answered(ticket, self.now_s)
        if ticket.state != "reserved":
            return
        ticket.until_s = None
        if self.is_with_bot(ticket):
            ticket.until_s = self.now_s + self.policy.bot_limit_s
            self._set_timer(ticket, "bot")

    def is_with_bot(self, ticket: Ticket) -> bool:
        """Whether the rep who has the ticket is a bot."""
        profile = self.reps[ticket.rep_id or ""].profile
        return profile is not None and profile.pool.kind == "bot"

    def to_people(self, ticket: Ticket, rule: Rule) -> None:
        """Take it from the bot that has it: it waits with its age, for people alone."""
        ticket.needs_human = True
        if ticket.state != "reserved":
            self.tally.handled(ticket, self.now_s)
            self.tally.arrived(ticket)
        self.revoke(ticket, Why(rule))
        self.enqueue(ticket)

    def take_away(self, ticket: Ticket) -> Rep:
        """The rep no longer has the ticket, and may have room for another. The caller says what becomes of it."""
        assert ticket.rep_id is not None
        rep = self.reps[ticket.rep_id]
        del rep.tickets[ticket.ticket_id]
        if ticket.state == "waiting_on_customer":
            rep.sleeping -= 1
        else:
            rep.put_down(ticket)
        self.matcher.seat(rep)
        if not rep.tickets:
            self.miss(rep)  # with this ticket it could not be forgotten
        ticket.rep_id, ticket.last_rep_id, ticket.charge_milli, ticket.until_s = None, rep.rep_id, 0, None
        ticket.busy_since_s, ticket.handled_s, ticket.asleep_s = None, 0.0, None
        self.matcher.changed(rep, has_more_room=True)
        return rep

    def revoke(self, ticket: Ticket, why: Why) -> Rep:
        """Take the ticket away, and say so: the rep may not know."""
        rep = self.take_away(ticket)
        self._decide("revoked", ticket, rep, why)
        return rep

    def sleep(self, ticket: Ticket) -> None:
        """It waits on the customer: no load now, but its rep keeps a unit free."""
        rep = self.reps[ticket.rep_id or ""]
        self._taken_on(ticket)
        ticket.pause(self.now_s)
        rep.put_down(ticket)
        rep.sleeping += 1
        self.matcher.seat(rep)
        ticket.asleep_s = self.now_s
        self.watch_silence(ticket)
        self._set_state(ticket, "waiting_on_customer")
        self.matcher.changed(rep, has_more_room=True)

    def wake(self, ticket: Ticket, due_at_s: float | None = None) -> None:
        """The customer answered: the rep goes on with it if there is room, else it waits anew, for that rep first.

        A bot does not go on with what needs a person, nor beyond its limit; nor does it take over from a person.
        """
        rep, with_bot = self.reps[ticket.rep_id or ""], self.is_with_bot(ticket)
        rule: Rule = "no_room" if rep.available else "absent"
        if with_bot and ticket.needs_human:
            rule = "needs_human"
        elif with_bot and ticket.until_s is not None and ticket.until_s <= self.now_s:
            rule, ticket.needs_human = "bot_limit", True
        elif rep.available and rep.profile is not None:
            charge_milli = rep.profile.charge(ticket.effort_milli, ticket.channel)
            if rep.fits(charge_milli, ticket.channel, rep.profile.caps_milli.get(ticket.channel), waking=True):
                ticket.charge_milli, ticket.busy_since_s, ticket.asleep_s = charge_milli, self.now_s, None
                rep.sleeping -= 1
                rep.carry(ticket)
                self._set_state(ticket, "accepted")
                self.matcher.changed(rep, has_more_room=True)
                return
        self.tally.handled(ticket, self.now_s)
        ticket.needs_human = ticket.needs_human or not with_bot
        self.revoke(ticket, Why(rule))
        self.restart_wait(ticket, due_at_s)

    def give_back(self, ticket: Ticket, to_rep_id: str | None = None) -> None:
        """The rep does not want it (any more): it waits with its age, for anyone else; once taken on, for people.

        Whom it is given to is asked first, even if that rep had it once and passed it on.
        """
        if ticket.state != "reserved":
            ticket.needs_human = True
            self.tally.handled(ticket, self.now_s)
            self.tally.arrived(ticket)
        rep = self.take_away(ticket)
        ticket.last_rep_id = to_rep_id or rep.rep_id
        ticket.missed_by = [(rep_id, until_s) for rep_id, until_s in ticket.missed_by if rep_id != to_rep_id]
        ticket.refused_by = [*(rep_id for rep_id in ticket.refused_by if rep_id != to_rep_id), rep.rep_id]
        self.enqueue(ticket)

    def not_accepted(self, ticket: Ticket) -> None:
        """The reservation is over: it waits with its age, for others first."""
        rep = self.revoke(ticket, Why("not_accepted"))
        again_at_s = self.now_s + self.policy.retry_s
        ticket.missed_by = [*ticket.missed_by, (rep.rep_id, again_at_s)]
        self.timers.set(again_at_s, "retry", ticket.ticket_id)
        self.enqueue(ticket)

    def retry(self, ticket: Ticket, at_s: float) -> None:
        """Those who let it pass a while ago may be asked again, lest a ticket that all missed be stranded."""
        ticket.missed_by = [(rep_id, until_s) for rep_id, until_s in ticket.missed_by if until_s > at_s]
        self.touch(ticket)
        if ticket.state in QUEUED and ticket.until_s is None:
            self.line_up(ticket)

    def resolve(self, ticket: Ticket) -> None:
        """It is done, and remembered for the reopen window."""
        if ticket.state in HELD:
            self.tally.answered(ticket, self.now_s)
            self.tally.handled(ticket, self.now_s)
            self.take_away(ticket)
        self._close(ticket)

    def close_silent(self, ticket: Ticket) -> None:
        """Its customer has not answered: it keeps no room with its rep any more. Who answers yet reopens it."""
        self.tally.handled(ticket, self.now_s)
        self.revoke(ticket, Why("customer_silent"))
        self._close(ticket)

    def _close(self, ticket: Ticket) -> None:
        self.matcher.leave(ticket)
        ticket.until_s = self.now_s + self.policy.reopen_window_s
        self._set_timer(ticket, "forget")
        self._set_state(ticket, "resolved")

    def forget(self, ticket: Ticket) -> None:
        """Its row goes, too."""
        self.counts[ticket.state] -= 1
        self.touch(ticket)
        del self.tickets[ticket.ticket_id]

    # Presence

    def there(self, rep: Rep) -> None:
        """Online or away."""
        rep.gone_since_s = None
        self.watch(rep)
        self.matcher.seat(rep)

    def gone(self, rep: Rep) -> None:
        """Offline or silent: others get at once what is reserved, and after a grace what was accepted."""
        if rep.gone_since_s is not None:
            return
        rep.gone_since_s = self.now_s
        self.miss(rep)
        self.touch_rep(rep)
        self.matcher.seat(rep)
        self.matcher.changed(rep, has_more_room=False)
        for ticket in rep.tickets.values():
            if ticket.state == "accepted":
                self._set_absence_timer(rep, ticket)
        self.revoke_reserved(rep)

    def still_gone(self, rep: Rep, at_s: float) -> None:
        """Forget the rep and its row, if that is due; who comes back later is a new rep."""
        rep.has_gone_timer = False
        if rep.gone_since_s is None:
            return
        if rep.gone_since_s + self.policy.reopen_window_s > at_s:
            self.miss(rep)  # it was back in between
        elif not rep.tickets:
            self.matcher.remove(rep)
            self.touch_rep(rep)
            del self.reps[rep.rep_id]

    def revoke_reserved(self, rep: Rep, rule: Rule = "absent") -> None:
        """Offer to others what the rep has not accepted."""
        reserved = [ticket for ticket in rep.tickets.values() if ticket.state == "reserved"]
        for ticket in sorted(reserved, key=lambda t: t.seq):
            self.revoke(ticket, Why(rule))
            self.enqueue(ticket)

    # Seats

    def open_seats(self, seats: VendorSeats, count: int, until_s: float) -> None:
        """From now on there are so many; what is reserved for those who have lost theirs is offered to others."""
        if (count, until_s) == (seats.seats, seats.until_s) or not (count or seats.seats):
            return
        seats.seats, seats.until_s = count, until_s
        self.changed_seats[seats.pool] = None
        self.touched = True
        if count:
            self.timers.set(until_s, "seats", seats.pool)
        self.close_seats(seats)
        self.matcher.offer_seats(seats)

    def close_seats(self, seats: VendorSeats) -> None:
        """See to it that nobody without a seat has a reservation; who has nothing else loses a seat first."""
        for rep_id in sorted(seats.holders, reverse=True):
            tickets = self.reps[rep_id].tickets.values()
            if len(seats.holders) > seats.seats and all(ticket.state == "reserved" for ticket in tickets):
                self.revoke_reserved(self.reps[rep_id], "seats_closed")
        for rep_id in sorted(seats.holders):
            if not seats.admits(rep_id):
                self.revoke_reserved(self.reps[rep_id], "seats_closed")
