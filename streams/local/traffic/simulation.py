"""A support organisation in one object: time goes in, and what others decide; timed records come out."""

from streams.contracts import Assignment, AssignmentKind, CapacityRequest
from streams.local.traffic.customers import Customers
from streams.local.traffic.desk import Desk, Ticket
from streams.local.traffic.employees import Employees
from streams.local.traffic.helpdesk import Helpdesk
from streams.local.traffic.records import TimedRecord
from streams.local.traffic.reps import Callbacks, Profile, Rep
from streams.local.traffic.scenario import Scenario
from streams.local.traffic.scorecard import Scorecard
from streams.local.traffic.vendor import VendorDesk


class World:
    """Customers, reps, a vendor and a helpdesk. It knows no Kafka and no clock.

    The same scenario, seed and inputs give the same records, however finely time is stepped. Each customer and each
    rep has a chance of its own: two worlds of one seed, treated differently, see the same customers come.

    >>> from streams.local.traffic.scenario import load_scenario
    >>> scenario = load_scenario("outage-x3")
    >>> world = World(scenario, seed=1)
    >>> records = world.step_until(scenario.start_s + 60.0)
    >>> sorted({str(record.topic) for record in records})
    ['messages.raw', 'reps.status']
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._desk = Desk(scenario, seed)
        self._helpdesk = Helpdesk(self._desk)
        self._customers = Customers(self._desk)
        self._reps: dict[str, Rep] = {}
        self._callbacks = Callbacks(asked=self._customers.ask, resolved=self._resolved)
        Employees(self._desk, self._hire)
        vendor = scenario.vendor
        self._vendor = None if vendor is None else VendorDesk(self._desk, vendor, self._hire)

    @property
    def now_s(self) -> float:
        """How far the world has been stepped, in seconds since the epoch."""
        return self._desk.now_s

    @property
    def scorecard(self) -> Scorecard:
        """How customers were served so far."""
        return self._desk.scorecard

    def step_until(self, time_s: float) -> list[TimedRecord]:
        """Everything that happens up to and at a time, in order; nothing if that has passed."""
        self._desk.agenda.run_until(time_s)
        return self._desk.take_out()

    def on_assignment(self, assignment: Assignment, at_s: float) -> None:
        """The router decided. It is heard at ``at_s``, or now if that has passed; decisions out of date are ignored."""
        self._desk.agenda.plan(at_s, lambda: self._assigned(assignment), from_outside=True)

    def on_capacity_request(self, request: CapacityRequest, at_s: float) -> None:
        """Seats are asked for. It is heard at ``at_s``, or now if that has passed; other vendors' are ignored."""
        vendor = self._vendor
        if vendor is not None and request.vendor == vendor.name:
            self._desk.agenda.plan(at_s, lambda: vendor.asked(request), from_outside=True)

    def _assigned(self, assignment: Assignment) -> None:
        ticket = self._desk.tickets.get(assignment.ticket_id)
        if ticket is None or assignment.epoch <= ticket.epoch:
            return
        ticket.epoch = assignment.epoch
        if holder := self._reps.get(ticket.rep_id):
            holder.put_down(ticket)
        ticket.state = "waiting"
        rep = self._reps.get(assignment.rep_id or "")
        if rep is not None and assignment.kind in (AssignmentKind.ASSIGNED, AssignmentKind.OVERFLOWED):
            rep.offered(assignment)

    def _resolved(self, ticket: Ticket) -> None:
        self._customers.told_resolved(ticket)
        self._helpdesk.told_resolved(ticket)

    def _hire(self, profile: Profile) -> Rep:
        rep = self._reps[profile.rep_id] = Rep(self._desk, profile, self._callbacks)
        return rep
