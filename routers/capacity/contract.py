"""What a vendor sells, and what service the group promises: the two things that seats are sized by.

Both are values: frozen, checked when they are built, so that sizing never meets an impossible number.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

NO_SKILL = "any"
"""How a contract that asks for no skill is named where its skills are."""
ID_CHARS = 200
"""As much as vendors must be able to keep of a request's id, or of the name of its skills."""

_EPOCH_CHARS = 16
_NAME = re.compile(r"[a-z0-9_-]+")
_INFINITY = float("inf")


class ContractError(ValueError):
    """A contract or a target that cannot work. ``field`` names the value at fault."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


def request_name(group: str, vendor: str, skill: str) -> str:
    """What the ids of all requests under one contract begin with, and no other's; an epoch is added to it."""
    return _shortened(f"{group}/{vendor}/{skill}", ID_CHARS - len("/") - _EPOCH_CHARS)


def _shortened(text: str, chars: int) -> str:
    """What is too long ends in 64 bits of blake2b of the whole, after a sign that no name has.

    >>> _shortened("cards+law", 20), _shortened("billing+cards+chargebacks+law", 20)
    ('cards+law', 'bil~c6c01a0554171f0f')
    """
    return text if len(text) <= chars else f"{text[: chars - 17]}~{blake2b(text.encode(), digest_size=8).hexdigest()}"


def check_name(field: str, name: object) -> None:
    """Raises ContractError for what may not name a vendor, group, pool, skill or language."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ContractError(field, f"{name!r} must match [a-z0-9_-]+")


def check_number(field: str, number: object, *, above: float | None = None, least: float | None = None) -> None:
    """Raises ContractError for what is no finite number, or not within the bounds."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not -_INFINITY < number < _INFINITY:
        raise ContractError(field, f"{number!r} must be a finite number")
    if above is not None and not number > above:
        raise ContractError(field, f"{number!r} must be above {above:g}")
    if least is not None and not number >= least:
        raise ContractError(field, f"{number!r} must be {least:g} or more")


def check_seats(field: str, seats: object, least: int) -> None:
    """Raises ContractError for what is no whole number of seats, or too few."""
    if isinstance(seats, bool) or not isinstance(seats, int):
        raise ContractError(field, f"{seats!r} must be a whole number")
    check_number(field, seats, least=least)


def _names(field: str, names: Collection[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise ContractError(field, "must be a list of names, not one text")
    for name in names:
        check_name(field, name)
    return tuple(sorted(set(names)))


@dataclass(frozen=True, slots=True)
class VendorContract:
    """Seats of one vendor for one group, all with the same skills.

    skills: what each of its reps can do; it serves the queues that need no other.
    languages: what its reps speak; none listed means all.
    lead_time_s: from asking to the seats being there. commitment_s: for how long they must be paid, at least.
    step_seats: they come in multiples of this. cap_seats: the most there can be, a multiple too.
    price_per_seat_hour: in the currency of all contracts and of the spend cap.
    aht_multiplier: how much longer than the group's own reps they take for a ticket.
    ack_timeout_s: how long the vendor may take to acknowledge a request.
    pool: the routers' pool of these reps; named like the vendor if left out.
    slots_per_seat: how many tickets one of its reps handles at once; as many as the group's own if left out.

    Raises ContractError.

    >>> flex = VendorContract("flex", "shop", lead_time_s=900, commitment_s=3600, cap_seats=40, price_per_seat_hour=32)
    >>> flex.pool, flex.skill, flex.seats_for(7.2)
    ('flex', 'any', 8)
    >>> VendorContract("flex", "shop", lead_time_s=-1, commitment_s=3600, cap_seats=40, price_per_seat_hour=32)
    Traceback (most recent call last):
    routers.capacity.contract.ContractError: lead_time_s: -1 must be 0 or more
    """

    vendor: str
    group: str
    skills: Collection[str] = ()
    languages: Collection[str] = ()
    lead_time_s: float = 900.0
    commitment_s: float = 3_600.0
    step_seats: int = 1
    cap_seats: int = 10
    price_per_seat_hour: float = 0.0
    aht_multiplier: float = 1.0
    ack_timeout_s: float = 300.0
    pool: str = ""
    slots_per_seat: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "pool", self.pool or self.vendor)
        for name in ("vendor", "group", "pool"):
            check_name(name, getattr(self, name))
        for name in ("skills", "languages"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        check_number("lead_time_s", self.lead_time_s, least=0)
        check_number("price_per_seat_hour", self.price_per_seat_hour, least=0)
        for name in ("commitment_s", "aht_multiplier", "ack_timeout_s"):
            check_number(name, getattr(self, name), above=0)
        if self.slots_per_seat is not None:
            check_number("slots_per_seat", self.slots_per_seat, above=0)
        check_seats("step_seats", self.step_seats, least=1)
        check_seats("cap_seats", self.cap_seats, least=self.step_seats)
        if self.cap_seats % self.step_seats:
            raise ContractError("cap_seats", f"{self.cap_seats} must be a multiple of step_seats, {self.step_seats}")

    @property
    def skill(self) -> str:
        """The skills as one word, the part of a request's id that tells contracts of one vendor apart."""
        return _shortened("+".join(self.skills) or NO_SKILL, ID_CHARS)

    @property
    def key(self) -> str:
        """VENDOR/SKILL: unique within a group."""
        return f"{self.vendor}/{self.skill}"

    def seats_for(self, seats: float) -> int:
        """The number of seats that can be asked for when this many are wanted: whole steps, at most the cap.

        >>> VendorContract("bpo", "shop", step_seats=5, cap_seats=20).seats_for(5.5)
        10
        """
        # A need of 5.000000001 seats is one of 5 and a rounding error.
        steps = -int(-(max(seats, 0.0) - 1e-6) // self.step_seats)
        return min(max(steps, 0) * self.step_seats, self.cap_seats)

    def price(self, seats: int, time_s: float) -> float:
        """What so many seats cost for so long."""
        return seats * self.price_per_seat_hour * time_s / 3_600.0


@dataclass(frozen=True, slots=True)
class Sla:
    """The service that a group promises: a share ``target`` of its tickets finds someone within ``within_s``.

    patience_s: how long customers wait on average before they give up; None for those who never do (e-mail).
    recover_s: within this, or within ``within_s`` if that is longer, a backlog is to be worked off.
    occupancy_cap: the share of their time that reps may be busy, lest a long ``within_s`` plan for no rest at all.

    Raises ContractError.

    >>> Sla(target=1.2)
    Traceback (most recent call last):
    routers.capacity.contract.ContractError: target: 1.2 must be below 1
    """

    target: float = 0.8
    within_s: float = 60.0
    patience_s: float | None = None
    recover_s: float = 1_800.0
    occupancy_cap: float = 0.95

    def __post_init__(self) -> None:
        for name in ("target", "recover_s", "occupancy_cap"):
            check_number(name, getattr(self, name), above=0)
        check_number("within_s", self.within_s, least=0)
        if self.target >= 1:
            raise ContractError("target", f"{self.target!r} must be below 1")
        if self.occupancy_cap > 1:
            raise ContractError("occupancy_cap", f"{self.occupancy_cap!r} must be at most 1")
        if self.patience_s is not None:
            check_number("patience_s", self.patience_s, above=0)

    @property
    def horizon_s(self) -> float:
        """Within this a backlog is to be worked off."""
        return max(self.within_s, self.recover_s)


def check_contracts(contracts: Collection[VendorContract]) -> None:
    """Raises ContractError unless these can be planned together: one group, no two of one vendor and skill, or pool."""
    if len({contract.group for contract in contracts}) > 1:
        raise ContractError("group", "contracts of two groups cannot be planned together")
    for field, values in (("skills", [c.key for c in contracts]), ("pool", [c.pool for c in contracts])):
        for one, other in pairwise(sorted(values)):
            if one == other:
                raise ContractError(field, f"two contracts have {one!r}")
