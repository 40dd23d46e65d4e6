"""Who gets what: pairs waiting tickets with reps who have room.

Between calls one invariant holds: no waiting ticket could be taken by any available rep with room. So only what changed
must be looked at: a rep who has room again (it picks among the classes), and a class that became non-empty (its first
ticket picks among the reps). A ticket that joins others of its class waits without a search: those could not be
taken either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

from routers.matching.classes import ClassKey, Pressure, WaitingClass, class_key
from routers.matching.decisions import Why
from routers.matching.policy import Policy, Queue
from routers.matching.reps import Profile, ProfileKey, Rep, profile_key
from routers.matching.seats import VendorSeats
from routers.matching.tickets import Ticket

CLASSES_KEPT = 1000
"""Classes stay when they are empty, since they fill again soon; not those beyond, nor those that exclude someone."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A ticket and the rep who is to get it."""

    ticket: Ticket
    rep: Rep
    why: Why


def _claim(rep: Rep, profile: Profile) -> tuple[int, float, int, str]:
    """What reps with room are compared by: the lowest gets the ticket."""
    return (profile.rank, rep.taken_milli / rep.capacity_milli, rep.last_assigned, rep.rep_id)


class Matcher:
    """The waiting classes and the profiles of reps of one group."""

    def __init__(
        self, policy: Policy, tickets: dict[str, Ticket], reps: dict[str, Rep], seats: dict[str, VendorSeats]
    ) -> None:
        self._policy = policy
        self._tickets = tickets
        self._reps = reps
        self._seats = seats
        self._classes: dict[ClassKey, WaitingClass] = {}
        self._waiting: dict[ClassKey, WaitingClass] = {}
        self._profiles: dict[ProfileKey, Profile] = {}
        self._served: dict[ProfileKey, set[WaitingClass]] = {}
        self._unmatched: dict[ClassKey, WaitingClass] = {}
        self._free_reps: list[tuple[int, float, int, str]] = []
        self._again: Rep | None = None

    # Tickets

    def enter(self, ticket: Ticket, queue: Queue) -> None:
        """The ticket waits from now on, in the place of its age."""
        key = class_key(queue, ticket)
        waiting_class = self._classes.get(key) or self._add_class(queue, key)
        if not waiting_class.count:
            self._waiting[key] = self._unmatched[key] = waiting_class
        waiting_class.add(ticket)

    def leave(self, ticket: Ticket) -> None:
        """The ticket waits no more. One that is not waiting is left alone."""
        waiting_class = ticket.waits_in
        if waiting_class is None:
            return
        waiting_class.remove(ticket)
        if not waiting_class.count:
            key = waiting_class.key
            del self._waiting[key]
            self._unmatched.pop(key, None)
            if waiting_class.excluded or len(self._classes) > CLASSES_KEPT:
                del self._classes[key]
                for profile in waiting_class.profiles:
                    self._served[profile.key].discard(waiting_class)

    def _add_class(self, queue: Queue, key: ClassKey) -> WaitingClass:
        waiting_class = self._classes[key] = WaitingClass(queue, key, self._tickets)
        for profile in self._profiles.values():
            if waiting_class.can_be_served_by(profile):
                waiting_class.profiles.append(profile)
                self._served[profile.key].add(waiting_class)
        return waiting_class

    def out_of_reach(self, ticket: Ticket, queue: Queue) -> Why | None:
        """Why no pool could take the ticket, were all its reps online and free; None if one could.

        A pool has the skills that the policy gives it, and those of any of its reps. What is missing is what the
        best-suited pool lacks.
        """
        pools = [pool for pool in self._policy.pools if not (ticket.needs_human and pool.kind == "bot")]
        if not pools:
            return Why("no_person")
        pools = [pool for pool in pools if pool.channel_caps.get(ticket.channel) != 0]
        if not pools:
            return Why("no_channel", missing=(ticket.channel,))
        able = [frozenset(pool.skills) for pool in pools]
        able += [profile.skills for profile in self._profiles.values() if profile.pool in pools]
        lacks = [tuple(sorted(frozenset(queue.skills) - skills)) for skills in able]
        missing = min(lacks, key=lambda skills: (len(skills), skills))
        return Why("no_skill", missing=missing) if missing else None

    # Reps

    def place(self, rep: Rep) -> bool:
        """Put the rep where its status says; whether that brought a kind of rep that was not there before."""
        key = profile_key(rep)
        if rep.profile is not None and rep.profile.key == key:
            return False
        self.remove(rep)
        profile = self._profiles.get(key)
        is_new = profile is None
        if profile is None:
            pool = self._policy.pool(rep.pool)
            assert pool is not None, "the Router takes in no rep of an unknown pool"
            profile = self._profiles[key] = Profile(key, pool, self._seats.get(pool.name))
            served = self._served[key] = {c for c in self._classes.values() if c.can_be_served_by(profile)}
            for waiting_class in served:
                waiting_class.profiles.append(profile)
        rep.profile, rep.seats = profile, profile.seats
        profile.reps[rep.rep_id] = rep
        self.seat(rep)
        return is_new

    def remove(self, rep: Rep) -> None:
        """The rep is nowhere, until it is placed again."""
        profile, rep.profile = rep.profile, None
        if profile is None:
            return
        profile.remove(rep)
        if not profile.reps:
            del self._profiles[profile.key]
            for waiting_class in self._served.pop(profile.key):
                waiting_class.profiles.remove(profile)
        self._leave_seat(rep)

    def changed(self, rep: Rep, *, has_more_room: bool) -> None:
        """The rep's load or presence is another now; with more room it may pick a ticket."""
        if rep.profile is None:
            return
        rep.profile.put(rep)
        if has_more_room and rep.has_room:
            self._push_free(rep)

    def seat(self, rep: Rep) -> None:
        """What the rep has, or whether it is gone, is another now: see whether it takes a seat of its pool."""
        if not rep.needs_seat:
            self._leave_seat(rep)
        elif rep.seats is not None:
            rep.seats.holders.add(rep.rep_id)

    def _leave_seat(self, rep: Rep) -> None:
        seats = rep.seat
        if seats is None:
            return
        was_full = not seats.has_free
        seats.holders.discard(rep.rep_id)
        if was_full:
            self.offer_seats(seats)

    def offer_seats(self, seats: VendorSeats) -> None:
        """Whoever of the pool has a seat now and could not start a ticket before may pick one."""
        if not self._waiting:
            return  # a ticket that comes later looks for a rep itself
        for profile in self._profiles.values():
            if profile.seats is seats:
                for rep in profile.reps.values():
                    if rep.has_room:
                        self._push_free(rep)

    def _push_free(self, rep: Rep) -> None:
        assert rep.profile is not None
        heappush(self._free_reps, _claim(rep, rep.profile))

    def waiting_classes(self) -> Iterable[WaitingClass]:
        """The classes with tickets in them."""
        return self._waiting.values()

    def profiles(self) -> Iterable[Profile]:
        """All profiles that reps have."""
        return self._profiles.values()

    # Matching

    @property
    def is_settled(self) -> bool:
        """Whether nothing changed since the last pair was looked for."""
        return not self._unmatched and not self._free_reps and self._again is None

    def settle(self) -> None:
        """Take the present state for one in which no pair is left, as it is after restoring."""
        self._unmatched.clear()
        self._free_reps.clear()

    def next_pair(self, now_s: float) -> Pair | None:
        """The next ticket and rep to bring together, or None when no pair is left.

        The caller assigns the pair before it asks again. Vendors and bots pick last: what has just begun to wait may be
        for an employee.
        """
        if self._again is not None:  # it has just got a ticket, and may have room for another
            again, self._again = self._again, None
            if again.has_room:
                self._push_free(again)
        while self._free_reps and (self._free_reps[0][0] == 0 or not self._unmatched):
            rep = self._reps[heappop(self._free_reps)[3]]
            pair = self._most_pressing_for(rep, now_s) if rep.has_room else None
            if pair is not None:
                self._again = rep
                return pair
        while self._unmatched:
            waiting_class = self._first_unmatched(now_s)
            pair = self._rep_for(waiting_class)
            if pair is not None:
                return pair
            del self._unmatched[waiting_class.key]
        return self.next_pair(now_s) if self._free_reps else None

    def _first_unmatched(self, now_s: float) -> WaitingClass:
        if len(self._unmatched) == 1:
            return next(iter(self._unmatched.values()))
        return max(self._unmatched.values(), key=lambda c: c.pressure(now_s))

    def _most_pressing_for(self, rep: Rep, now_s: float) -> Pair | None:
        """The ticket with the largest index among those that the rep can take."""
        profile = rep.profile
        assert profile is not None
        served, caps_milli = self._served[profile.key], profile.caps_milli
        best: WaitingClass | None = None
        second: WaitingClass | None = None
        best_pressure: Pressure = (-1.0, 0, 0.0, 0)
        second_pressure = best_pressure
        second_index = -1.0
        for candidate in self._waiting.values():
            # The index, written out: this loop is most of the cost of a decision.
            if candidate.growth * (now_s - candidate.first_start_s) < second_index or candidate not in served:
                continue
            channel = candidate.channel
            charge_milli = profile.charge(candidate.effort_milli, channel)
            if rep.rep_id in candidate.excluded or not rep.fits(charge_milli, channel, caps_milli.get(channel)):
                continue
            pressure = candidate.pressure(now_s)
            if best is None or pressure > best_pressure:
                second, second_pressure = best, best_pressure
                best, best_pressure = candidate, pressure
            elif second is None or pressure > second_pressure:
                second, second_pressure = candidate, pressure
            second_index = second_pressure[0]
        if best is None:
            return None
        scores = {"index": best_pressure[0]}
        if second is None:
            return Pair(best.first(), rep, Why("most_pressing", None, scores))
        scores["runner_up"] = second_pressure[0]
        return Pair(best.first(), rep, Why("most_pressing", second.first().ticket_id, scores))

    def _rep_for(self, waiting_class: WaitingClass) -> Pair | None:
        """Who gets the first ticket: who knows the customer, else home first, least loaded, longest idle."""
        ticket = waiting_class.first()
        effort_milli, channel, excluded = waiting_class.effort_milli, waiting_class.channel, waiting_class.excluded
        if ticket.owner is not None and (rep := self._knows(ticket.owner, waiting_class)) is not None:
            return Pair(ticket, rep, Why("owner", None, {"load": rep.taken_milli / rep.capacity_milli}))
        if ticket.last_rep_id is not None and (rep := self._knows(ticket.last_rep_id, waiting_class)) is not None:
            return Pair(ticket, rep, Why("last_rep", None, {"load": rep.taken_milli / rep.capacity_milli}))
        found = [
            _claim(first, profile)
            for profile in waiting_class.profiles
            for first in profile.least_loaded(effort_milli, channel, excluded)
        ]
        if not found:
            return None
        best = min(found)
        rep = self._reps[best[3]]
        # The runner-up is the first of another profile, or the second of the same.
        found.remove(best)
        assert rep.profile is not None
        seconds = rep.profile.least_loaded(effort_milli, channel, excluded, count=2)[1:]
        found.extend(_claim(second, rep.profile) for second in seconds)
        if not found:
            return Pair(ticket, rep, Why("least_loaded", None, {"load": best[1]}))
        runner_up = min(found)
        return Pair(ticket, rep, Why("least_loaded", runner_up[3], {"load": best[1], "runner_up": runner_up[1]}))

    def _knows(self, rep_id: str, waiting_class: WaitingClass) -> Rep | None:
        """That rep, if it can take the ticket now."""
        rep = self._reps.get(rep_id)
        if rep is None or rep.profile is None or not rep.available or rep_id in waiting_class.excluded:
            return None
        if waiting_class not in self._served[rep.profile.key]:
            return None
        charge_milli = rep.profile.charge(waiting_class.effort_milli, waiting_class.channel)
        fits = rep.fits(charge_milli, waiting_class.channel, rep.profile.caps_milli.get(waiting_class.channel))
        return rep if fits else None
