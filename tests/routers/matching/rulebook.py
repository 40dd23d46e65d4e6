"""A policy with a bit of everything, and its rules said once more, over rows alone: what the properties judge by."""

from typing import Any

from routers.matching import Policy, Pool, Queue

POLICY = Policy(
    "g",
    queues=[
        Queue("cards", ["card"], skills=["cards"], priority=1),
        Queue("law", ["legal"], skills=["law"]),
        Queue("rest", ["*"]),
    ],
    pools=[
        Pool("home", capacity_units=2, channel_caps={"chat": 1.5}),
        Pool("acme", kind="vendor", skills=["cards"], channel_caps={"voice": 0}),
        Pool("robot", kind="bot"),
    ],
    reservation_s=30,
    retry_s=100,
    bot_limit_s=300,
    customer_limit_s=600,
    reopen_window_s=2_000,
)


def holdings(contents: Any, rep: Any) -> list[Any]:
    return [ticket for ticket in contents.tickets.values() if ticket.rep_id == rep.rep_id]


def needs_seat(contents: Any, rep: Any) -> bool:
    held = holdings(contents, rep)
    return any(t.state != "waiting_on_customer" or rep.gone_since_s is None for t in held)


def standing(contents: Any) -> list[Any]:
    """Tickets that could be given to someone now."""
    return [t for t in contents.tickets.values() if t.state in ("waiting", "parked") and t.until_s is None]


def could_take(contents: Any, rep: Any, ticket: Any) -> bool:
    """Whether the rep is there, can do it and has room, seats aside."""
    if rep.state != "online" or rep.gone_since_s is not None or not rep.capacity_milli:
        return False
    held = holdings(contents, rep)
    loaded = [t for t in held if t.state != "waiting_on_customer"]
    used = sum(t.charge_milli for t in loaded)
    reserve = 1_000 if len(loaded) < len(held) else 0
    cap = cap_milli(rep, ticket.channel)
    charge = min(ticket.effort_milli, rep.capacity_milli, cap)
    in_channel = sum(t.charge_milli for t in loaded if t.channel == ticket.channel)
    has_room = (not used or used + reserve + charge <= rep.capacity_milli) and in_channel + charge <= cap
    return has_room and can_take(ticket, rep)


def cap_milli(rep: Any, channel: str) -> float:
    return POLICY.pool(rep.pool).channel_caps.get(channel, float("inf")) * 1_000


def skills_asked_for(rep: Any) -> tuple[str, ...]:
    skills = {*rep.skills, *POLICY.pool(rep.pool).skills}
    return tuple(sorted(skill for skill in skills if any(skill in queue.skills for queue in POLICY.queues)))


def can_take(ticket: Any, rep: Any) -> bool:
    pool = POLICY.pool(rep.pool)
    return (
        set(POLICY.queue_for(ticket.topic).skills) <= {*rep.skills, *pool.skills}
        and (not rep.languages or ticket.language is None or ticket.language in rep.languages)
        and (not rep.channels or ticket.channel in rep.channels)
        and cap_milli(rep, ticket.channel) > 0
        and not (ticket.needs_human and pool.kind == "bot")
        and rep.rep_id not in ticket.excluded
    )


def alike(other: Any, ticket: Any) -> bool:
    """Whether ``other`` waits in the class that ``ticket`` was taken from."""
    names = ("topic", "urgency", "language", "channel", "effort_milli", "needs_human", "excluded")
    waits = other.state in ("waiting", "parked") and other.until_s is None
    return waits and all(getattr(other, name) == getattr(ticket, name) for name in names)


def place(ticket: Any) -> tuple[float, int]:
    start_s = ticket.since_s
    if ticket.due_at_s is not None:
        start_s = ticket.due_at_s - POLICY.queue_for(ticket.topic).sla_s[ticket.urgency]
    return (start_s, ticket.seq)
