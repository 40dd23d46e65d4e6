"""A rep as the Router knows it, and the profile of reps who can do the same things."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from routers.matching.commands import Presence
from routers.matching.policy import POOL_KINDS, Pool
from routers.matching.seats import VendorSeats
from routers.matching.tickets import Ticket

UNIT_MILLI = 1000

Entry: TypeAlias = tuple[int, int, str]
"""(thousandths of a unit taken, number of the last assignment, rep_id): the lower goes first."""


@dataclass(slots=True)
class Rep:
    """One rep. The first fields, in this order, are the columns of its row (see ``rows``).

    valid_until_s: when the status stops counting. gone_since_s: since when the rep is offline or silent, if so.
    last_assigned: number of the rep's last assignment among all of the group's.
    """

    rep_id: str
    pool: str
    state: Presence
    at_s: float
    valid_until_s: float
    skills: list[str]
    languages: list[str]
    channels: list[str]
    capacity_milli: int
    gone_since_s: float | None = None
    last_assigned: int = 0
    # Derived from the tickets and the policy, not in the row. ``used_milli`` ends the columns.
    used_milli: int = 0
    used_by_channel: dict[str, int] = field(default_factory=dict)
    sleeping: int = 0
    tickets: dict[str, Ticket] = field(default_factory=dict)
    profile: "Profile | None" = None
    seats: VendorSeats | None = None
    entry: Entry | None = None
    timer_s: float | None = None
    has_gone_timer: bool = False

    @property
    def available(self) -> bool:
        """Whether new tickets may be offered at all, room and seats aside."""
        return self.state == "online" and self.gone_since_s is None and self.capacity_milli > 0

    @property
    def has_room(self) -> bool:
        """Whether the rep could take a ticket, if only a small one."""
        return (
            self.available
            and (not self.used_milli or self.taken_milli < self.capacity_milli)
            and (self.seats is None or self.seats.admits(self.rep_id))
        )

    @property
    def seat(self) -> VendorSeats | None:
        """The seats of which the rep takes one, if it does."""
        return self.seats if self.seats is not None and self.rep_id in self.seats.holders else None

    @property
    def needs_seat(self) -> bool:
        """Whether the rep takes a seat of its pool, if that is a vendor's."""
        return len(self.tickets) > (0 if self.gone_since_s is None else self.sleeping)

    @property
    def taken_milli(self) -> int:
        """What the rep carries, and one unit kept free as long as any ticket waits on its customer."""
        return self.used_milli + (UNIT_MILLI if self.sleeping else 0)

    def carry(self, ticket: Ticket) -> None:
        """Count the ticket's charge as load."""
        self.used_milli += ticket.charge_milli
        used = self.used_by_channel
        used[ticket.channel] = used.get(ticket.channel, 0) + ticket.charge_milli

    def put_down(self, ticket: Ticket) -> None:
        """No longer count the ticket's charge."""
        self.used_milli -= ticket.charge_milli
        self.used_by_channel[ticket.channel] -= ticket.charge_milli

    def fits(self, charge_milli: int, channel: str, cap_milli: int | None, *, waking: bool = False) -> bool:
        """Whether there is room for one ticket more.

        A rep who carries nothing can always take one, so that the unit kept free strands no ticket. A ticket that
        wakes may use that unit: it is what it was kept for, and needs no seat: it was started long ago.
        """
        if self.seats is not None and not waking and not self.seats.admits(self.rep_id):
            return False
        taken_milli = self.used_milli if waking else self.taken_milli
        if self.used_milli and taken_milli + charge_milli > self.capacity_milli:
            return False
        return cap_milli is None or self.used_by_channel.get(channel, 0) + charge_milli <= cap_milli


ProfileKey: TypeAlias = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], int]


def profile_key(rep: Rep) -> ProfileKey:
    """What makes two reps interchangeable, load and habits aside."""
    return (rep.pool, tuple(rep.skills), tuple(rep.languages), tuple(rep.channels), rep.capacity_milli)


class Profile:
    """Reps of one pool with the same skills, languages, channels and capacity, the least loaded on top.

    Those who have no ticket stand in a heap of their own, since none of them can take one when a vendor's seats are
    taken. The same capacity makes the order by load one by room, too: where the top has too little, so have the others,
    and a search among a thousand full reps ends at the first.

    online: reps who are available.
    """

    def __init__(self, key: ProfileKey, pool: Pool, seats: VendorSeats | None = None) -> None:
        _, skills, languages, channels, self.capacity_milli = key
        self.key = key
        self.pool = pool
        self.seats = seats
        self.online = 0
        self.rank = POOL_KINDS.index(pool.kind)
        self.skills = frozenset(skills).union(pool.skills)
        self.languages = frozenset(languages)
        self.channels = frozenset(channels)
        self.caps_milli: Mapping[str, int] = {c: round(cap * UNIT_MILLI) for c, cap in pool.channel_caps.items()}
        self.reps: dict[str, Rep] = {}
        self._idle: list[Entry] = []
        self._busy: list[Entry] = []

    def charge(self, effort_milli: int, channel: str) -> int:
        """What a ticket takes of these reps: one too large for any of them takes a rep's whole capacity, or cap."""
        charge_milli = min(effort_milli, self.capacity_milli)
        return min(charge_milli, self.caps_milli.get(channel, charge_milli)) if self.caps_milli else charge_milli

    def put(self, rep: Rep) -> None:
        """Note the rep's present load and whether it is available; its older entry counts no more."""
        self.online += rep.available - (rep.entry is not None)
        if not rep.available:
            rep.entry = None
            return
        rep.entry = (rep.taken_milli, rep.last_assigned, rep.rep_id)
        heap = self._busy if rep.tickets else self._idle
        heappush(heap, rep.entry)
        if len(heap) > 64 + 4 * len(self.reps):
            is_busy = heap is self._busy
            heap[:] = [r.entry for r in self.reps.values() if r.entry is not None and bool(r.tickets) is is_busy]
            heapify(heap)

    def remove(self, rep: Rep) -> None:
        """The rep is of another profile from now on."""
        self.online -= rep.entry is not None
        rep.entry = None
        del self.reps[rep.rep_id]

    def least_loaded(self, effort_milli: int, channel: str, excluded: frozenset[str], count: int = 1) -> list[Rep]:
        """The first ``count`` reps with room for such a ticket, the least loaded first."""
        found: list[Rep] = []
        if self.seats is None or self.seats.has_free:
            self._search(self._idle, effort_milli, channel, excluded, count, found)
        if len(found) < count:
            self._search(self._busy, effort_milli, channel, excluded, count, found)
        return found

    def _search(
        self, heap: list[Entry], effort_milli: int, channel: str, excluded: frozenset[str], count: int, found: list[Rep]
    ) -> None:
        aside = []
        charge_milli = self.charge(effort_milli, channel)
        cap_milli = self.caps_milli.get(channel)
        while heap:
            entry = heap[0]
            rep = self.reps.get(entry[2])
            if rep is None or rep.entry is not entry:
                heappop(heap)
                continue
            if entry[0] > UNIT_MILLI and entry[0] + charge_milli > self.capacity_milli:
                break  # those below carry more; only a rep who carries nothing may exceed, and takes a unit at most
            if rep.fits(charge_milli, channel, cap_milli) and rep.rep_id not in excluded:
                found.append(rep)
                if len(found) == count:
                    break
            aside.append(heappop(heap))
        for entry in aside:
            heappush(heap, entry)
