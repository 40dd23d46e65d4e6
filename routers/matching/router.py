"""The Router of one group: commands and the passing of time in, decisions and changed rows out."""

from collections import Counter
from collections.abc import Mapping

from routers.matching.commands import Command, RepStatus, Seats, TicketEvent, TicketTriaged
from routers.matching.decisions import Decision
from routers.matching.desk import Desk
from routers.matching.expiry import expire
from routers.matching.policy import URGENCIES, Policy
from routers.matching.reps import UNIT_MILLI, Rep
from routers.matching.rows import (
    ROUTER_KEY,
    Contents,
    Progress,
    decode,
    encode_progress,
    encode_rep,
    encode_seats,
    encode_ticket,
    rep_key,
    seats_key,
    ticket_key,
)
from routers.matching.statistics import RouterStatistics, measure
from routers.matching.tickets import HELD, MESSAGES_REMEMBERED, QUEUED, Ticket


class Router:
    """Matches tickets and reps of one group. One writer, no clock: the same calls give the same decisions and rows.

    Commands take effect at ``now_s`` of ``apply``, which is the partition's time. What expires does so in ``tick``,
    whose ``now_s`` is the watermark and may lag behind: an acceptance that lies unread must not come too late.
    Decisions are dated with the later of the two.

    A command that no longer applies (an old epoch, a repeated message, an outdated status) changes nothing, and is
    counted in ``refusals`` by its reason; these counts are not part of the state.

    >>> router = Router(Policy.default())
    >>> router.apply(RepStatus("ann", "home", "online", at_s=0.0), now_s=0.0)
    []
    >>> [decision] = router.apply(TicketTriaged("c-1", "m-1", urgency="high"), now_s=1.5)
    >>> decision.kind, decision.rep_id, decision.epoch, decision.expires_at_s
    ('assigned', 'ann', 1500, 61.5)
    >>> router.apply(TicketEvent("c-1", "accepted", epoch=1500, at_s=2.0), now_s=2.0)
    []
    >>> router.counts()["accepted"]
    1
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.refusals: Counter[str] = Counter()
        self._desk = Desk(policy, Contents(Progress(policy=policy.fingerprint), {}, {}, {}))

    def apply(self, command: Command, now_s: float) -> list[Decision]:
        """Carry out one command at the partition's time, in seconds since the epoch."""
        before_s = self._begin(now_s)
        if isinstance(command, TicketTriaged):
            refusal = self._triaged(command)
        elif isinstance(command, TicketEvent):
            refusal = self._event(command)
        elif isinstance(command, RepStatus):
            refusal = self._status(command)
        else:
            refusal = self._seats(command)
        if refusal is not None:
            self.refusals[refusal] += 1
        return self._finish(before_s)

    def tick(self, now_s: float) -> list[Decision]:
        """Let expire what expires up to the watermark, in seconds since the epoch: cheap when nothing does."""
        before_s = self._begin(now_s)
        while (timer := self._desk.timers.pop_due(now_s)) is not None:
            expire(self._desk, timer)
        return self._finish(before_s)

    def counts(self) -> dict[str, int]:
        """The number of tickets in each state."""
        return dict(self._desk.counts)

    def statistics(self, now_s: float) -> RouterStatistics:
        """How the queues and pools do, and what happened since the last call: like a command, it changes a row.

        now_s: seconds since the epoch; a time before the Router's own counts as that.
        """
        desk = self._desk
        at_s = max(now_s, desk.now_s, desk.tally.since_s or 0.0)
        measured = measure(self.policy, desk.tally, desk.matcher.waiting_classes(), desk.matcher.profiles(), at_s)
        desk.tally.begin(at_s)
        desk.is_measured = True
        return measured

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The rows that changed since the last call, None for those to delete. Their format: see ``rows``."""
        desk = self._desk
        changed: dict[bytes, bytes | None] = {}
        for ticket_id in desk.changed_tickets:
            ticket = desk.tickets.get(ticket_id)
            changed[ticket_key(ticket_id)] = None if ticket is None else encode_ticket(ticket)
        for rep_id in desk.changed_reps:
            rep = desk.reps.get(rep_id)
            changed[rep_key(rep_id)] = None if rep is None else encode_rep(rep)
        for pool in desk.changed_seats:
            changed[seats_key(pool)] = encode_seats(desk.seats[pool])
        if changed or desk.is_measured:
            progress = Progress(
                desk.now_s, desk.last_seq, desk.last_assigned, self.policy.fingerprint, desk.tally.columns
            )
            changed[ROUTER_KEY] = encode_progress(progress)
        desk.is_measured = False
        desk.changed_tickets.clear()
        desk.changed_reps.clear()
        desk.changed_seats.clear()
        return changed

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up where the Router that wrote these rows stood, replacing all that this one knew.

        If they were written under another policy, its tickets find their queues under the present one, and are matched
        anew in the next call of ``apply`` or ``tick``.
        """
        self._desk = Desk(self.policy, decode(rows))

    def _begin(self, now_s: float) -> float:
        desk = self._desk
        before_s, desk.now_s, desk.decisions, desk.touched = desk.now_s, max(desk.now_s, now_s), [], False
        if desk.to_sort:
            for ticket in desk.to_sort:
                desk.enqueue(ticket)
            desk.to_sort = []
        return before_s

    def _finish(self, before_s: float) -> list[Decision]:
        desk = self._desk
        desk.match_all()
        if not desk.touched:
            # What changed nothing must leave no trace, or a restored Router would not be the same.
            desk.now_s = before_s
        return desk.decisions

    # Commands: each returns why it was refused, if it was

    def _triaged(self, command: TicketTriaged) -> str | None:
        desk, ticket = self._desk, self._desk.tickets.get(command.ticket_id)
        if ticket is None:
            desk.last_seq += 1
            desk.admit(
                Ticket(
                    command.ticket_id,
                    "waiting",
                    desk.last_seq,
                    desk.now_s,
                    command.urgency,
                    command.topic,
                    command.language,
                    command.channel,
                    round(command.effort_units * UNIT_MILLI),
                    command.owner,
                    command.due_at_s,
                    command.needs_human,
                    message_ids=[command.message_id],
                )
            )
            return None
        if command.message_id in ticket.message_ids:
            return "repeated_message"
        ticket.message_ids = [*ticket.message_ids, command.message_id][-MESSAGES_REMEMBERED:]
        ticket.needs_human = ticket.needs_human or command.needs_human
        ticket.language, ticket.owner = command.language or ticket.language, command.owner or ticket.owner
        if ticket.state == "resolved":
            ticket.urgency = command.urgency
            desk.reopen(ticket, command.due_at_s)
            return None
        ticket.urgency = max(ticket.urgency, command.urgency, key=URGENCIES.index)
        ticket.due_at_s = ticket.due_at_s if command.due_at_s is None else command.due_at_s
        desk.touch(ticket)
        if ticket.state in QUEUED:
            desk.line_up(ticket)
        elif ticket.state == "waiting_on_customer":
            desk.wake(ticket, command.due_at_s)
        elif ticket.needs_human and desk.is_with_bot(ticket):
            desk.to_people(ticket, "needs_human")
        return None

    def _status(self, command: RepStatus) -> str | None:
        desk, rep = self._desk, self._desk.reps.get(command.rep_id)
        pool = self.policy.pool(command.pool)
        if pool is None:
            return "unknown_pool"
        if rep is None:
            rep = desk.reps[command.rep_id] = Rep(command.rep_id, pool.name, "away", command.at_s, 0.0, [], [], [], 0)
        elif command.at_s <= rep.at_s:
            return "old_status"
        was_available, old_profile, old_seat = rep.available, rep.profile, rep.seat
        capacity_units = pool.capacity_units if command.capacity_units is None else command.capacity_units
        valid_for_s = self.policy.status_valid_s if command.valid_for_s is None else command.valid_for_s
        rep.pool, rep.state, rep.at_s = pool.name, command.state, command.at_s
        rep.skills = sorted(set(command.skills))
        rep.languages, rep.channels = sorted(set(command.languages)), sorted(set(command.channels))
        rep.capacity_milli = round(capacity_units * UNIT_MILLI)
        # A clock that runs ahead makes a status newer, but not valid for longer.
        rep.valid_until_s = min(command.at_s, desk.now_s) + valid_for_s
        desk.touch_rep(rep)
        if desk.matcher.place(rep):
            desk.unpark()
        if command.state == "offline":
            desk.gone(rep)
        else:
            desk.there(rep)
        if rep.seat is not None and rep.seat is not old_seat:
            desk.close_seats(rep.seat)  # one who comes with tickets needs a seat, too
        if rep.available != was_available or rep.profile is not old_profile:
            desk.matcher.changed(rep, has_more_room=True)
        if command.state == "away":
            desk.revoke_reserved(rep)
        return None

    def _seats(self, command: Seats) -> str | None:
        desk = self._desk
        if self.policy.pool(command.pool) is None:
            return "unknown_pool"
        if command.pool not in desk.seats:
            return "no_vendor"
        count = command.seats if command.until_s > desk.now_s else 0
        desk.open_seats(desk.seats[command.pool], count, command.until_s)
        return None

    def _event(self, command: TicketEvent) -> str | None:
        ticket = self._desk.tickets.get(command.ticket_id)
        if ticket is None:
            return "unknown_ticket"
        if command.epoch != ticket.epoch:
            return "stale_epoch"
        if command.rep_id not in (None, ticket.rep_id) and command.kind not in ("reopened", "transferred"):
            return "other_rep"
        return None if self._carry_out(command, ticket) else "wrong_state"

    def _carry_out(self, command: TicketEvent, ticket: Ticket) -> bool:
        """Whether the event makes sense in the ticket's state, and if so what follows from it."""
        desk, state, asleep_at_s = self._desk, ticket.state, ticket.toggled_at_s
        match command.kind:
            case "accepted" | "replied" if state == "reserved":
                desk.accept(ticket)
            case "replied":
                return state in HELD
            case "declined" if state == "reserved":
                desk.give_back(ticket)
            case "transferred" if state in HELD:
                desk.give_back(ticket, command.rep_id)
            case "escalated" if state in HELD:
                ticket.urgency, ticket.needs_human = "urgent", True
                desk.give_back(ticket)
            # Sleeping and waking leave the epoch as it is: only their time tells a repeated event from a new one.
            case "waiting_on_customer" if state in ("reserved", "accepted"):
                if asleep_at_s is not None and command.at_s <= asleep_at_s:
                    return False
                ticket.toggled_at_s = command.at_s
                desk.sleep(ticket)
            case "reopened" if state == "waiting_on_customer":
                if asleep_at_s is not None and command.at_s < asleep_at_s:
                    return False
                ticket.toggled_at_s = command.at_s
                desk.wake(ticket)
            case "reopened" if state == "resolved":
                desk.reopen(ticket)
            case "resolved" if state != "resolved":
                desk.resolve(ticket)
            case _:
                return False
        return True
