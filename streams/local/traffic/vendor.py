"""A vendor: acknowledges a request for seats, opens them after its lead time, and closes them when they are not wanted
or paid for any more."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from streams.contracts import CapacityRequest, Channel, RepState, VendorEvent, VendorEventKind, at, encode
from streams.local.traffic.desk import Desk
from streams.local.traffic.reps import Profile, Rep
from streams.local.traffic.scenario import MINUTE_S, Vendor
from streams.topics import Topic

_ARRIVE_WITHIN_S: Final = 60.0
_LOOK_S: Final = 20.0


@dataclass(slots=True, eq=False)
class _Line:
    """The seats of one skill. request: the newest that was acknowledged. ordered: open or on their way."""

    request: CapacityRequest
    ordered: int = 0
    open: int = 0
    reps: list[Rep] = field(default_factory=list)


class VendorDesk:
    """One vendor. Its reps are ``VENDOR-SKILL-001`` and so on, in the pool of the vendor's name."""

    def __init__(self, desk: Desk, vendor: Vendor, hire: Callable[[Profile], Rep]) -> None:
        self._desk, self._vendor, self._hire = desk, vendor, hire
        self._rng = desk.chance(f"vendor/{vendor.name}")
        self._lines: dict[str, _Line] = {}
        self.name = vendor.name

    def asked(self, request: CapacityRequest) -> None:
        """A request came. Once one has been acknowledged, older epochs are ignored."""
        delay_s = self._vendor.acknowledges_after_s * self._rng.uniform(0.7, 1.3)
        lead_s = self._vendor.lead_time_min * MINUTE_S * self._rng.uniform(1.0, 1.1)
        now_s = self._desk.now_s
        self._desk.agenda.plan(now_s + delay_s, partial(self._acknowledge, request, now_s + lead_s))

    def _acknowledge(self, request: CapacityRequest, opens_s: float) -> None:
        line = self._lines.get(request.skill)
        if line is None:
            line = self._lines[request.skill] = _Line(request)
        elif request.epoch <= line.request.epoch:
            return
        line.request = request
        self._desk.agenda.plan(request.until.timestamp(), partial(self._run_out, line, request))
        others = sum(other.ordered for other in self._lines.values() if other is not line)
        possible = self._vendor.seats_max - others
        if request.seats > possible and possible <= line.ordered:
            self._say(VendorEventKind.REJECTED, line.open, line)
            return
        seats = min(request.seats, possible)
        self._say(VendorEventKind.ACKNOWLEDGED, seats, line)
        if seats > line.ordered:
            line.ordered, more = seats, seats - line.ordered
            self._desk.agenda.plan(opens_s, partial(self._open, line, more))
        elif seats < line.ordered:
            line.ordered = seats
            self._shrink(line)

    def _open(self, line: _Line, seats: int) -> None:
        """What was ordered a lead time ago is ready, unless it has been cancelled since."""
        target = min(line.open + seats, line.ordered)
        if target <= line.open:
            return
        for number in range(line.open, target):
            if number == len(line.reps):
                line.reps.append(self._hire(self._profile(line.request.skill, number + 1)))
            arrives_s = self._desk.now_s + self._rng.uniform(0.0, _ARRIVE_WITHIN_S)
            self._desk.agenda.plan(arrives_s, partial(self._arrive, line, number))
        line.open = target
        self._say(VendorEventKind.ACTIVE, line.open, line)

    def _arrive(self, line: _Line, number: int) -> None:
        if number < line.open:
            line.reps[number].come()

    def _shrink(self, line: _Line) -> None:
        """Seats beyond those ordered finish what they hold."""
        if line.open <= line.ordered:
            return
        for rep in line.reps[line.ordered : line.open]:
            if rep.state is not RepState.OFFLINE:
                rep.finish()
        line.open = line.ordered
        self._say(VendorEventKind.DRAINING, line.open, line)
        self._release_when_done(line, line.request)

    def _release_when_done(self, line: _Line, request: CapacityRequest) -> None:
        """Say so once the last of them has gone, unless another request came in between."""
        if line.request is not request:
            return
        if all(rep.state is RepState.OFFLINE for rep in line.reps[line.open :]):
            self._say(VendorEventKind.RELEASED, line.open, line)
        else:
            self._desk.agenda.plan(self._desk.now_s + _LOOK_S, partial(self._release_when_done, line, request))

    def _run_out(self, line: _Line, request: CapacityRequest) -> None:
        """The time that was asked for is over, and nobody asked for more."""
        if line.request is request:
            line.ordered = 0
            self._shrink(line)

    def _say(self, kind: VendorEventKind, seats: int, line: _Line) -> None:
        request = line.request
        event = VendorEvent(
            request_id=request.request_id, group=request.group, kind=kind, seats=seats, at=at(self._desk.now_s)
        )
        self._desk.emit(Topic.VENDORS_EVENTS, request.request_id, encode(event))

    def _profile(self, skill: str, number: int) -> Profile:
        vendor = self._vendor
        return Profile(
            rep_id=f"{vendor.name}-{skill}-{number:03d}",
            pool=vendor.name,
            skills=tuple(skill.split("+")),
            languages=vendor.languages,
            channels=tuple(Channel),
            capacity_units=vendor.capacity_units,
            slowness=vendor.slowness,
        )
