"""Waiting tickets that any rep could either all take or not at all, in the order of their arrival."""

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import TypeAlias

from routers.matching.policy import Queue, Urgency
from routers.matching.reps import UNIT_MILLI, Profile
from routers.matching.tickets import Ticket

ClassKey: TypeAlias = tuple[str, Urgency, str | None, str, int, bool, frozenset[str]]
Pressure: TypeAlias = tuple[float, int, float, int]
"""(index, priority, -start_s, -seq): the larger is served first. No two tickets have the same."""


def class_key(queue: Queue, ticket: Ticket) -> ClassKey:
    """All that decides who can take the ticket and how fast its index grows."""
    return (
        queue.name,
        ticket.urgency,
        ticket.language,
        ticket.channel,
        ticket.effort_milli,
        ticket.needs_human,
        ticket.excluded,
    )


class WaitingClass:
    """A FIFO heap of tickets of one class, ordered by (start_s, seq).

    The index of its first ticket is the generalised c-mu rule's: with a cost of waiting of (wait / target)^2 the next
    second costs 2 wait / target^2, and serving it takes the effort 1 / mu, so that

        index = 2 * wait_s / target_s^2 / effort_units

    Serving the largest index first is asymptotically optimal in heavy traffic.

    Source: J. A. van Mieghem, Dynamic scheduling with convex delay costs: the generalized c-mu rule, Ann. Appl. Probab.
    5 (1995); A. Mandelbaum, A. Stolyar, Scheduling flexible servers with convex delay costs, Oper. Res. 52 (2004).

    growth: the index gained with each second of waiting. first_start_s: since when the first ticket waits. Both are
    plain attributes, because a rep that looks for its next ticket compares all classes. entered_ms: the sum of when its
    tickets' waits began.
    """

    def __init__(self, queue: Queue, key: ClassKey, tickets: Mapping[str, Ticket]) -> None:
        _, urgency, self.language, self.channel, self.effort_milli, self.needs_human, self.excluded = key
        self.key = key
        self.queue = queue.name
        self.skills = frozenset(queue.skills)
        self.priority = queue.priority
        self.profiles: list[Profile] = []
        self.count = self.entered_ms = 0
        self.growth = 2.0 / queue.sla_s[urgency] ** 2 / (self.effort_milli / UNIT_MILLI)
        self.sla_s = queue.sla_s[urgency]
        self.first_start_s = 0.0
        self._tickets = tickets
        self._heap: list[tuple[float, int, str]] = []

    def can_be_served_by(self, profile: Profile) -> bool:
        """Whether reps of this profile can take such tickets when they have room."""
        return (
            self.skills <= profile.skills
            and (not profile.languages or self.language is None or self.language in profile.languages)
            and (not profile.channels or self.channel in profile.channels)
            and profile.charge(self.effort_milli, self.channel) > 0
            and not (self.needs_human and profile.pool.kind == "bot")
        )

    def due_by(self, time_s: float) -> int:
        """How many tickets are due by then. Costs a step for each of them: a heap's oldest are at its top."""
        latest_s, places = time_s - self.sla_s, [0]
        found = set()  # a ticket that left and came back stands in the heap twice
        while places:
            place = places.pop()
            if place < len(self._heap) and self._heap[place][0] <= latest_s:
                if self._stands(self._heap[place]):
                    found.add(self._heap[place])
                places += (2 * place + 1, 2 * place + 2)
        return len(found)

    def add(self, ticket: Ticket) -> None:
        """Put the ticket in its place: a ticket that comes back stands where its age puts it."""
        ticket.waits_in = self
        self.count += 1
        self.entered_ms += ticket.entered_ms
        heappush(self._heap, (ticket.start_s, ticket.seq, ticket.ticket_id))
        self.first_start_s = self._heap[0][0]

    def remove(self, ticket: Ticket) -> None:
        """Take the ticket out, wherever it stands."""
        ticket.waits_in = None
        self.count -= 1
        self.entered_ms -= ticket.entered_ms
        while self._heap and not self._stands(self._heap[0]):
            heappop(self._heap)
        if len(self._heap) > 64 + 4 * self.count:
            self._heap = sorted({entry for entry in self._heap if self._stands(entry)})  # sorted is a heap, too
        if self._heap:
            self.first_start_s = self._heap[0][0]

    def _stands(self, entry: tuple[float, int, str]) -> bool:
        ticket = self._tickets.get(entry[2])
        return ticket is not None and ticket.waits_in is self and ticket.seq == entry[1] and ticket.start_s == entry[0]

    def first(self) -> Ticket:
        """The ticket that has waited longest. The class must not be empty."""
        return self._tickets[self._heap[0][2]]

    def index(self, now_s: float) -> float:
        """How fast the cost of the first ticket's wait grows, for each unit of effort: its claim to be served next."""
        return self.growth * (now_s - self.first_start_s)

    def pressure(self, now_s: float) -> Pressure:
        """The index with what breaks ties."""
        start_s, seq, _ = self._heap[0]
        return (self.index(now_s), self.priority, -start_s, -seq)

    def waiting(self) -> list[Ticket]:
        """All tickets of the class, in order."""
        return [self._tickets[entry[2]] for entry in sorted(set(self._heap)) if self._stands(entry)]
