"""Who should handle it: matches tickets with reps. See ``Router``."""

from routers.matching.commands import Command, CommandError, RepStatus, TicketEvent, TicketTriaged
from routers.matching.decisions import Decision, Why
from routers.matching.policy import Policy, PolicyError, Pool, Queue
from routers.matching.router import Router
from routers.matching.rows import count_rows

__all__ = [
    "Command",
    "CommandError",
    "Decision",
    "Policy",
    "PolicyError",
    "Pool",
    "Queue",
    "RepStatus",
    "Router",
    "TicketEvent",
    "TicketTriaged",
    "Why",
    "count_rows",
]
