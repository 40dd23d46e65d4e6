"""All that a Router remembers: tickets, reps, classes, timers and counts, kept in agreement."""

from routers.matching.decisions import Decision, DecisionKind, Why
from routers.matching.matcher import Matcher
from routers.matching.policy import Policy
from routers.matching.reps import Rep
from routers.matching.rows import Contents
from routers.matching.seats import VendorSeats
from routers.matching.tally import Tally
from routers.matching.tickets import HELD, STATES, State, Ticket
from routers.matching.timers import TimerKind, Timers


class Ledger:
    """What rows hold and what follows from it, and the changes that every step is made of: see ``Desk`` for those."""

    def __init__(self, policy: Policy, contents: Contents) -> None:
        self.policy = policy
        self.now_s, self.last_seq, self.last_assigned, written_under, tally = contents.progress
        self.tally = Tally(policy, tally)
        self.tickets, self.reps = contents.tickets, contents.reps
        self.counts: dict[str, int] = dict.fromkeys(STATES, 0)
        self.decisions: list[Decision] = []
        self.changed_tickets: dict[str, None] = {}
        self.changed_reps: dict[str, None] = {}
        self.changed_seats: dict[str, None] = {}
        self.touched = self.is_measured = False
        vendors = [pool.name for pool in policy.pools if pool.kind == "vendor"]
        self.seats = {name: contents.seats.get(name) or VendorSeats(name) for name in vendors}
        self.matcher = Matcher(policy, self.tickets, self.reps, self.seats)
        self.timers = Timers()
        self.to_sort: list[Ticket] = []
        """Tickets that were queued under another policy."""
        self._link(same_policy=written_under == policy.fingerprint)

    def _link(self, *, same_policy: bool) -> None:
        """Derive from the rows what they do not hold: loads, classes, timers, counts."""
        for seats in self.seats.values():
            if seats.seats:
                self.timers.set(seats.until_s, "seats", seats.pool)
        for rep in self.reps.values():
            if self.policy.pool(rep.pool) is not None:
                self.matcher.place(rep)
            elif rep.gone_since_s is None:
                rep.gone_since_s = self.now_s  # its pool is gone: so is the rep, until it says it is elsewhere
                self.touch_rep(rep)
            if rep.gone_since_s is None:
                self.watch(rep)
            self.miss(rep)
        for ticket in self.tickets.values():
            self.counts[ticket.state] += 1
            for _, until_s in ticket.missed_by:
                self.timers.set(until_s, "retry", ticket.ticket_id)
            if ticket.state in HELD:
                self._link_to_rep(ticket)
            elif ticket.state == "resolved":
                self._set_timer(ticket, "forget")
            elif not same_policy:
                self.to_sort.append(ticket)
            elif ticket.until_s is not None:
                self._set_timer(ticket, "due")
            else:
                self._stand(ticket)
        for rep in self.reps.values():
            self.matcher.seat(rep)
            self.matcher.changed(rep, has_more_room=False)
        self.matcher.settle()
        self.to_sort.sort(key=lambda t: t.seq)

    def _link_to_rep(self, ticket: Ticket) -> None:
        rep = self.reps[ticket.rep_id or ""]
        rep.tickets[ticket.ticket_id] = ticket
        if ticket.state != "reserved" and ticket.until_s is not None:
            self._set_timer(ticket, "bot")
        if ticket.state == "waiting_on_customer":
            rep.sleeping += 1
            if ticket.asleep_s is None:  # a row of before there was a limit
                ticket.asleep_s = self.now_s
                self.touch(ticket)
            self.watch_silence(ticket)
            return
        rep.carry(ticket)
        if ticket.state == "reserved":
            self._set_timer(ticket, "reservation")
        elif rep.gone_since_s is not None:
            self._set_absence_timer(rep, ticket)

    # Change

    def touch(self, ticket: Ticket) -> None:
        """The ticket's row is to be written."""
        self.changed_tickets[ticket.ticket_id] = None
        self.touched = True

    def touch_rep(self, rep: Rep) -> None:
        """The rep's row is to be written."""
        self.changed_reps[rep.rep_id] = None
        self.touched = True

    def _set_state(self, ticket: Ticket, state: State) -> None:
        self.counts[ticket.state] -= 1
        self.counts[state] += 1
        ticket.state = state
        self.touch(ticket)

    def _decide(self, kind: DecisionKind, ticket: Ticket, rep: Rep | None, why: Why) -> None:
        ticket.epoch = max(ticket.epoch + 1, int(self.now_s * 1000))
        queue = self.policy.queue_for(ticket.topic)
        self.decisions.append(
            Decision(
                kind,
                ticket.ticket_id,
                ticket.epoch,
                None if rep is None else rep.rep_id,
                None if rep is None else rep.pool,
                queue.name,
                ticket.due_by_s(queue),
                ticket.until_s if ticket.state == "reserved" else None,
                self.now_s,
                why,
            )
        )
        self.touch(ticket)

    # The line

    def line_up(self, ticket: Ticket) -> None:
        """(Re-)enter the class that fits the ticket now; a callback whose time has not come stands nowhere yet.

        What no pool could take is parked, which is said once.
        """
        self.matcher.leave(ticket)
        ticket.until_s = None
        if ticket.due_at_s is not None and (start_s := self._start_s(ticket)) > self.now_s:
            ticket.until_s = start_s
            self._set_timer(ticket, "due")
        else:
            self._stand(ticket)
        self.touch(ticket)
        if ticket.state == "parked" or ticket.waits_in is None or ticket.waits_in.profiles:
            return
        if why := self.matcher.out_of_reach(ticket, self.policy.queue_for(ticket.topic)):
            self._set_state(ticket, "parked")
            self._decide("parked", ticket, None, why)

    def _stand(self, ticket: Ticket) -> None:
        ticket.start_s = self._start_s(ticket)
        self.matcher.enter(ticket, self.policy.queue_for(ticket.topic))

    def _start_s(self, ticket: Ticket) -> float:
        """What its place in line counts from: a callback is served as if its SLA ended at the promised time."""
        if ticket.due_at_s is None:
            return ticket.since_s
        return ticket.due_at_s - self.policy.queue_for(ticket.topic).sla_s[ticket.urgency]

    # Timers

    def watch(self, rep: Rep) -> None:
        """See to it that the end of the status is noticed: one timer a rep, however often it says that it is there."""
        if rep.timer_s is None or rep.valid_until_s < rep.timer_s:
            rep.timer_s = rep.valid_until_s
            self.timers.set(rep.timer_s, "status", rep.rep_id)

    def miss(self, rep: Rep) -> None:
        """See to it that someone who stays away is forgotten: one timer a rep, however often it comes and goes."""
        if rep.gone_since_s is not None and not rep.has_gone_timer:
            rep.has_gone_timer = True
            self.timers.set(rep.gone_since_s + self.policy.reopen_window_s, "gone", rep.rep_id)

    def _set_timer(self, ticket: Ticket, kind: TimerKind) -> None:
        assert ticket.until_s is not None
        self.timers.set(ticket.until_s, kind, ticket.ticket_id)

    def silent_until_s(self, ticket: Ticket) -> float:
        """Until when the ticket may wait on its customer."""
        assert ticket.asleep_s is not None
        return ticket.asleep_s + self.policy.customer_limit_s

    def watch_silence(self, ticket: Ticket) -> None:
        """See to it that a customer who stays silent is noticed: one timer a ticket, however often it falls asleep."""
        if ticket.silent_timer_s is None:
            ticket.silent_timer_s = self.silent_until_s(ticket)
            self.timers.set(ticket.silent_timer_s, "silent", ticket.ticket_id)

    def _set_absence_timer(self, rep: Rep, ticket: Ticket) -> None:
        assert rep.gone_since_s is not None
        self.timers.set(rep.gone_since_s + self.policy.grace_s(ticket.channel), "absence", ticket.ticket_id)
