"""The control law: how many seats of one contract the next hours need. It knows nothing of requests and their life.

This one plans for a single future, the present rate going on, and buys whatever keeps the promised service level. The
planner around it needs no more than ``size``: another law can take its place.
"""

from dataclasses import dataclass
from math import ceil, floor

from routers.capacity.contract import Sla, VendorContract
from routers.capacity.erlang import servers_needed, service_level


@dataclass(frozen=True, slots=True)
class Demand:
    """What one contract could help with, forecast over [lead time, lead time + commitment] from now.

    waiting: tickets that wait now. own_slots: how many tickets the group's own reps handle at once.
    other_slots: the same for the seats of other contracts, on their way or there, in slots of own reps.
    open_slots: what vendors, this one too, give now. slots_per_seat: of one seat, at the own reps' speed.
    """

    arrivals_per_s: float
    handling_s: float
    waiting: float
    own_slots: float
    other_slots: float
    open_slots: float
    slots_per_seat: float

    @property
    def load_erlangs(self) -> float:
        """The tickets that would be handled at once if none had to wait."""
        return self.arrivals_per_s * self.handling_s


def size(contract: VendorContract, demand: Demand, sla: Sla) -> int:
    """The seats wanted in all: a multiple of the contract's step, from 0 to its cap.

    Enough for the service level (Erlang C; A if customers lose patience), for the occupancy, and for the backlog that
    will stand when the seats come, to be worked off within the SLA's horizon.

    >>> demand = Demand(10 / 180, 180.0, waiting=0, own_slots=9, other_slots=0, open_slots=0, slots_per_seat=1)
    >>> size(VendorContract("flex", "shop", lead_time_s=0), demand, Sla(target=0.8, within_s=20))
    5
    """
    load = demand.load_erlangs
    needed = max(
        servers_needed(sla.target, load, demand.handling_s, sla.within_s, sla.patience_s),
        ceil(load / sla.occupancy_cap),
        load + backlog(demand, contract.lead_time_s, sla) * demand.handling_s / sla.horizon_s,
    )
    return contract.seats_for((needed - demand.own_slots - demand.other_slots) / demand.slots_per_seat)


def backlog(demand: Demand, in_s: float, sla: Sla) -> float:
    """Tickets waiting ``in_s`` seconds from now, as a fluid: what comes less what can be done meanwhile."""
    growth_per_s = demand.arrivals_per_s - (demand.own_slots + demand.open_slots) / demand.handling_s
    grown = max(demand.waiting + growth_per_s * in_s, 0.0)
    if sla.patience_s is None:
        return grown
    # Where people give up, a queue grows only until as many leave as come.
    return min(grown, max(demand.waiting, growth_per_s * sla.patience_s))


def service_level_with(demand: Demand, seats: int, sla: Sla) -> float:
    """The share of customers answered in time with so many seats in all of this contract."""
    slots = demand.own_slots + demand.other_slots + seats * demand.slots_per_seat
    return service_level(floor(slots + 1e-6), demand.load_erlangs, demand.handling_s, sla.within_s, sla.patience_s)
