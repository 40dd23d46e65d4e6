"""What a CapacityPlanner answers: what it asks of vendors, and how many of their seats are open."""

from dataclasses import dataclass
from typing import Literal

from routers.capacity.contract import request_name

Rule = Literal[
    "shortage",  # the law wanted more seats at several ticks in a row
    "renewal",  # the commitment ends, and seats are still wanted
    "unanswered",  # the vendor did not acknowledge the request before
    "override",  # an operator said so
]


@dataclass(frozen=True, slots=True)
class Why:
    """The reason of a request, enough to check it by hand. None: nothing was measured yet.

    load_erlangs: the forecast. service_level_without, service_level_with: the share of customers answered in time
    with none of these seats, and with all. price: of the seats until ``until_s``, less what was due anyway.
    """

    rule: Rule
    load_erlangs: float | None
    service_level_without: float | None
    service_level_with: float | None
    price: float


@dataclass(frozen=True, slots=True)
class VendorRequest:
    """Seats asked of a vendor. Of two with the same group, vendor and skill the higher epoch replaces the other.

    seats: the total wanted, never a difference; 0 gives all back. Not acknowledged by ``expires_at_s``, it is void.

    >>> why = Why("override", None, None, None, price=64.0)
    >>> VendorRequest("shop", "flex", "any", 7, 2, 900.0, 4500.0, 300.0, why).request_id
    'shop/flex/any/7'
    """

    group: str
    vendor: str
    skill: str
    epoch: int
    seats: int
    needed_at_s: float
    until_s: float
    expires_at_s: float
    why: Why

    @property
    def request_id(self) -> str:
        """Unique for all time: the epoch only rises."""
        return f"{request_name(self.group, self.vendor, self.skill)}/{self.epoch}"


@dataclass(frozen=True, slots=True)
class OpenSeats:
    """For the Router: so many reps of a vendor's pool may hold tickets until then, in all; 0: none from now on."""

    pool: str
    seats: int
    until_s: float


@dataclass(frozen=True, slots=True)
class ContractStatus:
    """How one contract stands, for people to look at.

    state: of the newest request, "none" before the first. asked, open: seats promised or asked for, and seats there.
    unanswered: requests in a row that the vendor did not acknowledge in time; above 0 is worth a page.
    """

    vendor: str
    skill: str
    pool: str
    state: str
    asked: int
    open: int
    epoch: int
    until_s: float | None
    override: int | None
    unanswered: int
