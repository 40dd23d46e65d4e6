"""From what the Router and the surge detectors say of a whole group to what one contract could help with."""

from collections.abc import Collection, Mapping, Sequence

from routers.capacity.contract import VendorContract
from routers.capacity.law import Demand
from routers.capacity.nowcast import Level
from routers.capacity.observation import QueueStatistics, RepStatistics, Statistics, SurgeReport

DEFAULT_HANDLING_S = 600.0
"""Until a ticket was handled from end to end."""


def share_of(contract: VendorContract, queue: QueueStatistics) -> float:
    """The share of a queue's tickets that the contract's reps can handle.

    >>> contract = VendorContract("flex", "shop", skills=["cards"], languages=["de"])
    >>> share_of(contract, QueueStatistics("cards", 0.1, skills=["cards"], language_shares={"de": 0.25, "en": 0.75}))
    0.25
    >>> share_of(contract, QueueStatistics("law", 0.1, skills=["law"]))
    0.0
    """
    if not set(queue.skills) <= set(contract.skills):
        return 0.0
    if not contract.languages or not queue.language_shares:
        return 1.0
    return sum(queue.language_shares.get(language, 0.0) for language in contract.languages)


def forecast(levels: Mapping[str, Level], surges: Collection[SurgeReport], from_s: float) -> dict[str, float]:
    """Queue -> arrivals per second expected from ``from_s`` on.

    The surges' extra arrivals are spread over the queues like the present ones, which are those of the surge.
    """
    if not surges:
        return {name: level.rate_per_s for name, level in levels.items()}
    lasting = [surge for surge in surges if surge.expected_end_s is None or surge.expected_end_s > from_s]
    if not lasting:
        return {name: level.slow.mean for name, level in levels.items()}
    extra_per_s = sum(surge.extra_per_s for surge in lasting)
    total = sum(level.short.mean for level in levels.values()) or 1.0
    return {name: level.surge_rate_per_s(extra_per_s * level.short.mean / total) for name, level in levels.items()}


def slots_per_rep(reps: Sequence[RepStatistics]) -> float:
    """How many tickets a rep handles at once, on average; 1 while nobody is there to tell."""
    online, slots = sum(group.online for group in reps), sum(group.slots for group in reps)
    return slots / online if online and slots else 1.0


def demand_for(
    contract: VendorContract,
    statistics: Statistics,
    levels: Mapping[str, Level],
    rates_per_s: Mapping[str, float],
    own_reps: Sequence[RepStatistics],
    other_seats: Sequence[RepStatistics],
    open_seats: Sequence[RepStatistics],
) -> Demand:
    """What the contract could help with. The seats of vendors are given as reps: see ``as_reps``.

    Reps who serve other queues as well count by the share of their load that is the contract's: they cannot be in two
    places.
    """
    loads = {q.queue: rates_per_s[q.queue] * _handling_s(levels[q.queue]) for q in statistics.queues}
    shares = {q.queue: share_of(contract, q) for q in statistics.queues}

    def slots(reps: Sequence[RepStatistics]) -> float:
        return sum(group.slots * part(group) for group in reps)

    def part(reps: RepStatistics) -> float:
        served = [q.queue for q in statistics.queues if set(q.skills) <= set(reps.skills)]
        load = sum(loads[name] for name in served)
        if load == 0:
            return 1.0 if any(shares[name] for name in served) else 0.0
        return sum(loads[name] * shares[name] for name in served) / load

    arrivals_per_s = sum(rates_per_s[name] * share for name, share in shares.items())
    load = sum(loads[name] * share for name, share in shares.items())
    return Demand(
        arrivals_per_s=arrivals_per_s,
        handling_s=load / arrivals_per_s if arrivals_per_s else DEFAULT_HANDLING_S,
        waiting=sum(q.waiting * shares[q.queue] for q in statistics.queues),
        own_slots=slots(own_reps),
        other_slots=slots(other_seats),
        open_slots=slots(open_seats),
        slots_per_seat=as_reps(contract, 1, own_reps).slots,
    )


def as_reps(contract: VendorContract, seats: int, own_reps: Sequence[RepStatistics]) -> RepStatistics:
    """Seats as reps, in slots of the group's own: slower reps are worth less."""
    slots = seats * (contract.slots_per_seat or slots_per_rep(own_reps)) / contract.aht_multiplier
    return RepStatistics(contract.pool, seats, slots, contract.skills)


def _handling_s(level: Level) -> float:
    return level.handling.mean or DEFAULT_HANDLING_S
