"""Who should handle it: matches tickets with reps. See ``Router``."""

from routers.matching.commands import Command, CommandError, RepStatus, Seats, TicketEvent, TicketTriaged
from routers.matching.decisions import Decision, Why
from routers.matching.policy import Policy, PolicyError, Pool, Queue
from routers.matching.router import Router
from routers.matching.rows import count_rows
from routers.matching.statistics import QueueStatistics, RepStatistics, RouterStatistics

__all__ = [
    "Command",
    "CommandError",
    "Decision",
    "Policy",
    "PolicyError",
    "Pool",
    "Queue",
    "QueueStatistics",
    "RepStatistics",
    "RepStatus",
    "Router",
    "RouterStatistics",
    "Seats",
    "TicketEvent",
    "TicketTriaged",
    "Why",
    "count_rows",
]
