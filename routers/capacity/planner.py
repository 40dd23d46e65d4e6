"""The CapacityPlanner of one group: observations and the passing of time in, requests, open seats and rows out."""

from collections import Counter
from collections.abc import Collection, Mapping
from statistics import median_low

from routers.capacity.contract import Sla, VendorContract, check_contracts, request_name
from routers.capacity.law import Demand, service_level_with, size
from routers.capacity.lease import Ask, Lease
from routers.capacity.observation import Observation, SeatsOverride, VendorEvent
from routers.capacity.requests import ContractStatus, OpenSeats, Rule, VendorRequest, Why
from routers.capacity.rows import Contents, decode, encode

AGREEING_TICKS = 3


class CapacityPlanner:
    """Asks vendors for the seats that the next hours need, and says how many are open. One writer, no clock.

    contracts: in the order in which they are asked, all of one group. sla: what the group promises.
    spend_cap_per_day: see SpendCap, which replaces it. tick_s: how often the law is asked, besides at every change of
    a surge. hold_s: seats are kept at least so long, even where the commitment is shorter.

    More seats are asked for when the law wants more at three ticks in a row; they are given back at the end of their
    commitment, if it no longer wants them then. What nobody could measure changes nothing: seats are neither added nor
    given back. What the planner refuses is counted in ``refusals`` by its reason, which is not part of the state.

    Raises ContractError. The same calls give the same requests and rows.

    >>> flex = VendorContract("flex", "shop", lead_time_s=900, cap_seats=8, price_per_seat_hour=32)
    >>> planner = CapacityPlanner([flex], Sla(target=0.8, within_s=60))
    >>> [request] = planner.step(SeatsOverride("flex", "any", seats=2, at_s=1.0), now_s=1.0)
    >>> request.request_id, request.seats, request.needed_at_s, request.why.price
    ('shop/flex/any/1000', 2, 901.0, 64.0)
    >>> planner.step(VendorEvent(request.request_id, "active", seats=2, at_s=901.0), now_s=901.0)
    []
    >>> planner.seat_changes()
    [OpenSeats(pool='flex', seats=2, until_s=4501.0)]
    """

    def __init__(
        self,
        contracts: Collection[VendorContract],
        sla: Sla,
        *,
        spend_cap_per_day: float | None = None,
        tick_s: float = 60.0,
        hold_s: float = 3_600.0,
    ) -> None:
        check_contracts(contracts)
        self.refusals: Counter[str] = Counter()
        self._contracts, self._sla = tuple(contracts), sla
        self._spend_cap_per_day, self._tick_s, self._hold_s = spend_cap_per_day, tick_s, hold_s
        self._contents = Contents.fresh(self._contracts)
        self._written: dict[bytes, bytes] = encode(self._contents)
        self._requests: list[VendorRequest] = []
        self._seat_changes: list[OpenSeats] = []

    def step(
        self, observation: Observation | None, now_s: float, watermark_s: float | None = None
    ) -> list[VendorRequest]:
        """Take in an observation, or just the passing of time (None), and return what to ask of vendors now.

        now_s: the partition's time, in seconds since the epoch. watermark_s: up to when everything was read; what ends
        (an acknowledgement's time, a commitment) ends by it. Without it, by ``now_s``.
        """
        self._requests = []
        situation = self._contents.situation
        surging = {surge.surge_id for surge in situation.surging(now_s)}
        if observation is not None and (refusal := self._take(observation, now_s)) is not None:
            self.refusals[refusal] += 1
        for lease in self._leases:
            lost = lease.pass_time(now_s if watermark_s is None else min(watermark_s, now_s))
            if lost is not None:
                self._ask_again(lease, lost, now_s)
        due = situation.law_at_s is None or now_s >= situation.law_at_s + self._tick_s
        if situation.statistics and (due or surging != {surge.surge_id for surge in situation.surging(now_s)}):
            situation.law_at_s = now_s
            self._ask_the_law(now_s)
        self._note_open_seats(now_s)
        return self._requests

    def seat_changes(self) -> list[OpenSeats]:
        """The pools whose open seats changed since the last call, with their new totals."""
        changes, self._seat_changes = self._seat_changes, []
        return changes

    def status(self) -> list[ContractStatus]:
        """How each contract stands."""
        return [
            ContractStatus(
                lease.contract.vendor,
                lease.contract.skill,
                lease.contract.pool,
                lease.state,
                lease.promised,
                lease.opened[0] if lease.opened else 0,
                lease.epoch,
                lease.asks[-1].until_s if lease.asks else None,
                lease.override,
                lease.unanswered,
            )
            for lease in self._leases
        ]

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The rows that changed since the last call, None for those to delete. Their format: see ``rows``."""
        rows, written = encode(self._contents), self._written
        self._written = rows
        changed: dict[bytes, bytes | None] = {k: v for k, v in rows.items() if written.get(k) != v}
        changed.update(dict.fromkeys(written.keys() - rows.keys()))
        return changed

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up where the planner that wrote these rows stood, replacing all that this one knew."""
        self._contents = decode(rows, self._contracts)
        self._written = encode(self._contents)
        self._requests, self._seat_changes = [], []

    @property
    def _leases(self) -> Collection[Lease]:
        return self._contents.leases.values()

    # What it is told: each returns why it was refused, if it was

    def _take(self, observation: Observation, now_s: float) -> str | None:
        match observation:
            case VendorEvent():
                return self._take_vendor_event(observation, now_s)
            case SeatsOverride():
                return self._take_override(observation, now_s)
            case _:
                return self._contents.situation.take(observation, now_s)

    def _take_vendor_event(self, event: VendorEvent, now_s: float) -> str | None:
        name, _, epoch = event.request_id.rpartition("/")
        for lease in self._leases:
            contract = lease.contract
            if name == request_name(contract.group, contract.vendor, contract.skill) and epoch.isdecimal():
                return lease.hear(event, int(epoch), now_s)
        return "unknown_request"

    def _take_override(self, override: SeatsOverride, now_s: float) -> str | None:
        lease = self._contents.leases.get(f"{override.vendor}/{override.skill}")
        if lease is None:
            return "unknown_contract"
        if lease.override_at_s is not None and override.at_s <= lease.override_at_s:
            return "outdated"
        lease.override_at_s = override.at_s
        lease.override = None if override.seats is None else lease.contract.seats_for(override.seats)
        self._follow_override(lease, now_s)
        return None

    # What follows

    def _ask_the_law(self, now_s: float) -> None:
        measured, wished = self._contents.situation.measured(now_s), dict[str, int]()
        for lease in self._leases:
            demand = self._demand(lease, now_s, wished) if measured else None
            if demand is None:
                lease.votes = []
            else:
                wish = size(lease.contract, demand, self._sla)
                lease.votes = [*lease.votes, wish][-AGREEING_TICKS:]
                if lease.override is None and not lease.unanswered and not lease.quiet(now_s):
                    wished[lease.contract.key] = wish  # the contracts after this one are left the rest
            if lease.override is not None:
                self._follow_override(lease, now_s)
            elif not self._ask_for_more(lease, now_s) and self._ends_soon(lease, now_s):
                wish = median_low(lease.votes) if lease.votes else lease.promised
                self._ask(lease, min(wish, lease.promised), "renewal", now_s)

    def _ask_for_more(self, lease: Lease, now_s: float) -> bool:
        agreed = len(lease.votes) == AGREEING_TICKS and min(lease.votes) > lease.promised
        return agreed and self._ask(lease, median_low(lease.votes), "shortage", now_s)

    def _follow_override(self, lease: Lease, now_s: float) -> None:
        if lease.override is None:
            return
        changed = lease.override != lease.promised and self._ask(lease, lease.override, "override", now_s)
        if not changed and self._ends_soon(lease, now_s):
            self._ask(lease, min(lease.override, lease.promised), "renewal", now_s)

    def _ask_again(self, lease: Lease, lost: Ask, now_s: float) -> None:
        """After a request not acknowledged in time: the ticks agreed on it once, so the last one's word is enough."""
        wish = lease.votes[-1] if lease.votes else lost.seats
        if lease.override is not None:
            self._follow_override(lease, now_s)
        elif wish > lease.promised:
            self._ask(lease, wish, "unanswered", now_s)

    def _ends_soon(self, lease: Lease, now_s: float) -> bool:
        """Whether the newest request must be renewed now, if at all: late enough to know, early enough to be heard."""
        newest = lease.asks[-1] if lease.asks else None
        if newest is None or newest.state == "requested":
            return False
        notice_s = min(lease.contract.ack_timeout_s + self._tick_s, (newest.until_s - newest.needed_at_s) / 2)
        return now_s >= newest.until_s - notice_s

    def _ask(self, lease: Lease, seats: int, rule: Rule, now_s: float) -> bool:
        """Ask for so many seats, or for as many of them as may be paid; False if that is nothing new."""
        if self._contents.situation.killed or lease.quiet(now_s):
            return False
        fewer_now, renewal = rule == "override" and seats < lease.promised, rule == "renewal"
        least = 0 if renewal else lease.promised
        terms = lease.terms(seats, now_s, self._hold_s, at_once=fewer_now)
        budget = self._budget(lease, now_s)
        while seats > least and terms.cost > budget:
            seats -= lease.contract.step_seats
            terms = lease.terms(seats, now_s, self._hold_s)
        if seats <= least and not fewer_now:
            return False
        ask, contract = lease.ask(seats, now_s, terms), lease.contract
        why = self._why(lease, seats, rule, terms.cost, now_s)
        self._requests.append(
            VendorRequest(
                contract.group,
                contract.vendor,
                contract.skill,
                ask.epoch,
                seats,
                ask.needed_at_s,
                ask.until_s,
                ask.expires_at_s,
                why,
            )
        )
        return True

    def _budget(self, lease: Lease, now_s: float) -> float:
        cap = self._contents.situation.spend_cap
        per_day = cap.per_day if cap else self._spend_cap_per_day
        if per_day is None:
            return float("inf")
        return per_day - sum(other.spent_on(now_s) for other in self._leases) + lease.refundable(now_s)

    def _why(self, lease: Lease, seats: int, rule: Rule, price: float, now_s: float) -> Why:
        demand = self._demand(lease, now_s, {})
        if demand is None:
            return Why(rule, None, None, None, price)
        without, with_seats = (service_level_with(demand, n, self._sla) for n in (0, seats))
        return Why(rule, demand.load_erlangs, without, with_seats, price)

    def _demand(self, lease: Lease, now_s: float, wished: Mapping[str, int]) -> Demand | None:
        others = {o.contract.key: max(o.counted, wished.get(o.contract.key, 0)) for o in self._leases if o is not lease}
        there = {o.contract.key: o.opened[0] for o in self._leases if o.opened}
        return self._contents.situation.demand(lease.contract, self._contracts, others, there, now_s)

    def _note_open_seats(self, now_s: float) -> None:
        for lease in self._leases:
            opened = lease.opened
            if opened != lease.told:
                lease.told = opened
                seats, until_s = opened or (0, now_s)
                self._seat_changes.append(OpenSeats(lease.contract.pool, seats, until_s))
