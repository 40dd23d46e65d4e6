"""The life of the requests made under one contract.

    requested -> acknowledged -> active -> draining -> released
        |             |
        |             +-> rejected
        +-> rejected, or expired: not acknowledged in time

A request that replaces another runs beside it until its own seats are there: the older one's seats stay open meanwhile.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from routers.capacity.contract import VendorContract
from routers.capacity.observation import VendorEvent

State = Literal["none", "requested", "acknowledged", "active", "draining", "released", "rejected", "expired"]
REJECTION_PAUSE_S = 900.0
"""How long a vendor who said no is left alone."""
_DAY_S = 86_400.0


@dataclass(slots=True)
class Ask:
    """One request that still stands. cost: what it added to the spending of its day. open_seats: those there now."""

    epoch: int
    seats: int
    asked_at_s: float
    needed_at_s: float
    until_s: float
    expires_at_s: float
    cost: float
    state: State = "requested"
    open_seats: int = 0
    heard_at_s: float | None = None


class Terms(NamedTuple):
    """From when to when seats would be paid, and what that adds to what is paid already."""

    needed_at_s: float
    until_s: float
    cost: float


@dataclass(slots=True)
class Lease:
    """What was asked under one contract and what became of it.

    asks: those that stand, oldest first; only the newest can be without an acknowledgement.
    state: of the newest, whether it stands or not. epoch: the last one given. votes: what the law wanted at its last
    ticks. override: an operator's number. told: the open seats and their end as last told to the Router.
    """

    contract: VendorContract
    asks: list[Ask] = field(default_factory=list)
    state: State = "none"
    epoch: int = 0
    votes: list[int] = field(default_factory=list)
    unanswered: int = 0
    quiet_until_s: float | None = None
    override: int | None = None
    override_at_s: float | None = None
    told: tuple[int, float] | None = None
    day: int = 0
    spent: float = 0.0

    @property
    def promised(self) -> int:
        """Seats asked for, on their way or there, as of the newest request."""
        return self.asks[-1].seats if self.asks else 0

    @property
    def firm(self) -> Ask | None:
        """The newest request that the vendor has acknowledged."""
        return next((ask for ask in reversed(self.asks) if ask.state != "requested"), None)

    @property
    def counted(self) -> int:
        """Seats that others may count on: nothing unacknowledged of a vendor who let a request pass."""
        firm = self.firm
        return (firm.seats if firm else 0) if self.unanswered else self.promised

    @property
    def active(self) -> Ask | None:
        """The request whose seats are there."""
        return next((ask for ask in self.asks if ask.state == "active"), None)

    @property
    def opened(self) -> tuple[int, float] | None:
        """The seats that the Router may use, and until when.

        Those that go on do so from the vendor's acknowledgement: told when the old end comes, the Router might have
        closed them by then. Where fewer go on, the others start nothing more, and have until the old end to finish.
        """
        active = self.active
        seats, until_s = (active.open_seats, active.until_s) if active else (0, 0.0)
        match self.asks:
            case [_, Ask(state="acknowledged") as follower, *_] if follower.needed_at_s <= until_s:
                seats, until_s = min(seats, follower.seats), follower.until_s
        return (seats, until_s) if seats else None

    def quiet(self, now_s: float) -> bool:
        """Whether the vendor said no a short while ago."""
        return self.quiet_until_s is not None and now_s < self.quiet_until_s

    # Asking

    def terms(self, seats: int, now_s: float, at_least_s: float, *, at_once: bool = False) -> Terms:
        """What asking for so many seats would mean, of which more ones are kept ``at_least_s`` or the commitment.

        More seats than now: all of them from the lead time on, for a whole commitment. As many or fewer: for another
        one when the present one ends, or, ``at_once``, from now to its end, which is paid in any case.
        """
        contract, firm, paid_s = self.contract, self.firm, max(self.contract.commitment_s, at_least_s)
        if firm is None:
            needed_at_s = now_s + contract.lead_time_s
            return Terms(needed_at_s, needed_at_s + paid_s, contract.price(seats, paid_s))
        end_s = max(firm.until_s, now_s)
        if seats > firm.seats:
            # Not later than the present ones end, or these would leave before the new ones come.
            needed_at_s = min(now_s + contract.lead_time_s, end_s)
            until_s = max(needed_at_s + paid_s, firm.until_s)
        elif at_once:
            return Terms(now_s, firm.until_s, 0.0)
        else:
            needed_at_s, until_s = end_s, end_s + paid_s
        paid_already = contract.price(firm.seats, end_s - max(needed_at_s, firm.needed_at_s))
        return Terms(needed_at_s, until_s, contract.price(seats, until_s - needed_at_s) - paid_already)

    def ask(self, seats: int, now_s: float, terms: Terms) -> Ask:
        """Ask for so many seats in all, in place of a request not acknowledged yet."""
        self.withdraw(now_s)
        if (active := self.active) is not None and terms.needed_at_s <= now_s:
            active.open_seats = min(active.open_seats, seats)
        self.epoch = max(self.epoch + 1, int(now_s * 1000))
        ask = Ask(self.epoch, seats, now_s, *terms[:2], now_s + self.contract.ack_timeout_s, terms.cost)
        self.asks.append(ask)
        self.state, self.votes = ask.state, []
        self._book(ask.cost, now_s)
        return ask

    def withdraw(self, now_s: float) -> None:
        """Forget the newest request if it was not acknowledged."""
        if self.asks and self.asks[-1].state == "requested":
            self._refund(self.asks.pop(), now_s)

    # What vendors say, and what they do not

    def hear(self, event: VendorEvent, epoch: int, now_s: float) -> str | None:
        """Take in what the vendor says of one request; returns why it was not taken, if so."""
        place = next((i for i, ask in enumerate(self.asks) if ask.epoch == epoch), None)
        if place is None:
            if epoch == self.epoch and (event.kind, self.state) == ("released", "draining"):
                self.state = "released"
                return None
            return "unknown_request"
        ask = self.asks[place]
        if ask.heard_at_s is not None and event.at_s < ask.heard_at_s:
            return "outdated"
        match event.kind:
            case "acknowledged" if ask.state == "requested":
                ask.state = "acknowledged"
            case "active" if ask.state != "active" or ask.open_seats != min(event.seats, ask.seats):
                ask.state, ask.open_seats = "active", min(event.seats, ask.seats)
                del self.asks[:place]
            case "rejected" if ask.state != "active":
                ask.state = "rejected"
                self.quiet_until_s = now_s + REJECTION_PAUSE_S
                self._refund(self.asks.pop(place), now_s)
            case "draining" | "released":
                was, ask.state = ask.state, event.kind
                del self.asks[: place + 1]
                if was == "active":
                    self._follow(ask)
            case _:
                return "changes_nothing"
        ask.heard_at_s, self.unanswered = event.at_s, 0
        if ask.epoch == self.epoch:
            self.state = ask.state
        return None

    def pass_time(self, now_s: float) -> Ask | None:
        """Let end what ends by then. Returns the request that was not acknowledged in time, if there is one."""
        newest, lost = self.asks[-1] if self.asks else None, None
        if newest is not None and newest.state == "requested" and newest.expires_at_s <= now_s:
            lost = newest
            self.withdraw(now_s)
            self.unanswered += 1
            self.state = "expired"
        while self.asks and self.asks[0].until_s <= now_s:
            ended = self.asks.pop(0)
            if ended.state == "active":
                self._follow(ended)
            if ended.epoch == self.epoch:
                self.state = "draining" if ended.state == "active" else "expired"
        return lost

    def _follow(self, ended: Ask) -> None:
        """The vendor agreed to go on, or to send more: the seats that are there stay, unless there is a gap."""
        match self.asks:
            case [Ask(state="acknowledged") as follower, *_] if follower.needed_at_s <= ended.until_s:
                follower.state, follower.open_seats = "active", min(ended.open_seats, follower.seats)
                if follower.epoch == self.epoch:
                    self.state = "active"

    # Money

    def spent_on(self, now_s: float) -> float:
        """What the requests of that day cost."""
        return self.spent if self.day == int(now_s // _DAY_S) else 0.0

    def refundable(self, now_s: float) -> float:
        """What withdrawing a request that was not acknowledged would give back of that day's spending."""
        newest = self.asks[-1] if self.asks else None
        if newest is None or newest.state != "requested" or newest.asked_at_s // _DAY_S != now_s // _DAY_S:
            return 0.0
        return newest.cost

    def _book(self, cost: float, now_s: float) -> None:
        self.spent = self.spent_on(now_s) + cost
        self.day = int(now_s // _DAY_S)

    def _refund(self, ask: Ask, now_s: float) -> None:
        if ask.asked_at_s // _DAY_S == now_s // _DAY_S:
            self._book(-ask.cost, now_s)
