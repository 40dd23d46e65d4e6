"""What happens by itself when time has passed. A timer does something only if what it was set for still holds.

It looks at its own time, not at how far the clock has come: one that stays behind when what it was set for has changed
would else act in the place of the right one, and a restored Router, which has only the right ones, in another order.
"""

from routers.matching.decisions import Why
from routers.matching.desk import Desk
from routers.matching.tickets import QUEUED, Ticket
from routers.matching.timers import Timer


def expire(desk: Desk, timer: Timer) -> None:
    """The timer's time has come."""
    if timer.kind == "seats":
        _seats_end(desk, timer)
    elif timer.kind == "status":
        _status_ends(desk, timer)
    elif timer.kind == "gone":
        desk.still_gone(desk.reps[timer.name], timer.at_s)
    elif (ticket := desk.tickets.get(timer.name)) is not None:
        _fire(desk, ticket, timer)


def _seats_end(desk: Desk, timer: Timer) -> None:
    seats = desk.seats[timer.name]
    if seats.until_s == timer.at_s:
        desk.open_seats(seats, 0, seats.until_s)


def _status_ends(desk: Desk, timer: Timer) -> None:
    rep = desk.reps.get(timer.name)
    if rep is None or rep.timer_s != timer.at_s:
        return
    rep.timer_s = None
    if rep.valid_until_s <= timer.at_s:
        desk.gone(rep)
    elif rep.gone_since_s is None:
        desk.watch(rep)


def _fire(desk: Desk, ticket: Ticket, timer: Timer) -> None:
    holds = ticket.until_s == timer.at_s
    match timer.kind:
        case "reservation" if holds and ticket.state == "reserved":
            desk.not_accepted(ticket)
        case "bot" if holds and ticket.state == "accepted" and desk.is_with_bot(ticket):
            desk.to_people(ticket, "bot_limit")
        case "silent" if ticket.silent_timer_s == timer.at_s:
            ticket.silent_timer_s = None
            if ticket.state == "waiting_on_customer":
                if desk.silent_until_s(ticket) <= timer.at_s:
                    desk.close_silent(ticket)
                else:
                    desk.watch_silence(ticket)
        case "forget" if holds and ticket.state == "resolved":
            desk.forget(ticket)
        case "due" if holds and ticket.state in QUEUED:
            desk.enqueue(ticket)
        case "retry" if any(until_s <= timer.at_s for _, until_s in ticket.missed_by):
            desk.retry(ticket, timer.at_s)
        case "absence" if ticket.state == "accepted":
            gone_since_s = desk.reps[ticket.rep_id or ""].gone_since_s
            if gone_since_s is not None and gone_since_s + desk.policy.grace_s(ticket.channel) <= timer.at_s:
                ticket.needs_human = True
                desk.revoke(ticket, Why("absent"))
                desk.enqueue(ticket)
