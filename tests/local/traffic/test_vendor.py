from streams.contracts import CapacityRequest, RepState, RepStatus, VendorEvent, decode
from streams.local.traffic.records import TimedRecord
from streams.local.traffic.simulation import World
from tests.local.traffic.support import of, small
from tests.local.traffic.support import request as request_until

SCENARIO = small(length_min="180")
START_S = SCENARIO.start_s
MINUTE_S = 60.0


def request(epoch: int, seats: int, until_min: float = 100, skill: str = "general") -> CapacityRequest:
    return request_until(epoch, seats, START_S + until_min * MINUTE_S, skill=skill)


class Outsourcing:
    """A world whose vendor is asked, and what it said: (minute, kind, seats)."""

    def __init__(self) -> None:
        self.world = World(SCENARIO, 1)
        self.states: dict[str, RepState] = {}
        self.first_seen_s: dict[str, float] = {}

    def ask(self, minute: float, wanted: CapacityRequest) -> None:
        self.world.on_capacity_request(wanted, START_S + minute * MINUTE_S)

    def until(self, minute: float) -> list[tuple[str, int]]:
        records = self.world.step_until(START_S + minute * MINUTE_S)
        self._note(records)
        said = [decode(VendorEvent, record.value) for record in of(records, "vendors.events")]
        return [(event.kind.value, event.seats) for event in said]

    @property
    def online(self) -> int:
        return sum(state is RepState.ONLINE for state in self.states.values())

    def _note(self, records: list[TimedRecord]) -> None:
        for record in of(records, "reps.status"):
            status = decode(RepStatus, record.value)
            if status.pool == "helpers":
                self.states[status.rep_id] = status.state
                self.first_seen_s.setdefault(status.rep_id, record.time_s)


def test_a_request_is_acknowledged_after_a_minute_or_so_and_opens_after_the_lead_time() -> None:
    vendor = Outsourcing()
    vendor.ask(5, request(1, seats=4))

    assert vendor.until(5.6) == []
    assert vendor.until(6.4) == [("acknowledged", 4)]
    assert vendor.until(14.9) == []
    assert vendor.online == 0
    assert vendor.until(17.5) == [("active", 4)]
    assert vendor.online == 4
    assert min(vendor.first_seen_s.values()) >= START_S + 15 * MINUTE_S


def test_seats_close_when_their_time_is_over() -> None:
    vendor = Outsourcing()
    vendor.ask(5, request(1, seats=4, until_min=60))
    vendor.until(59.9)
    assert vendor.online == 4

    assert vendor.until(61) == [("draining", 0), ("released", 0)]
    assert vendor.online == 0


def test_a_later_end_keeps_them() -> None:
    vendor = Outsourcing()
    vendor.ask(5, request(1, seats=4, until_min=60))
    vendor.ask(50, request(2, seats=4, until_min=90))
    vendor.until(80)

    assert vendor.online == 4


def test_a_larger_total_opens_the_difference_after_a_lead_time_of_its_own() -> None:
    vendor = Outsourcing()
    vendor.ask(5, request(1, seats=4))
    vendor.ask(30, request(2, seats=7))
    vendor.until(39.5)
    assert vendor.online == 4

    vendor.until(43)
    assert vendor.online == 7


def test_a_smaller_total_lets_the_others_go() -> None:
    vendor = Outsourcing()
    vendor.ask(5, request(1, seats=7))
    vendor.ask(30, request(2, seats=2))
    vendor.until(35)

    assert vendor.online == 2


def test_seats_that_were_cancelled_on_their_way_do_not_open() -> None:
    vendor = Outsourcing()
    vendor.ask(5, request(1, seats=7))
    vendor.ask(8, request(2, seats=0))
    vendor.until(40)

    assert not vendor.states


def test_repeating_a_request_every_minute_does_not_put_off_its_seats() -> None:
    vendor = Outsourcing()
    for minute in range(40):
        vendor.ask(5 + minute, request(minute + 1, seats=3))
    vendor.until(20)

    assert vendor.online == 3


def test_an_older_epoch_is_ignored() -> None:
    vendor = Outsourcing()
    vendor.ask(5, request(7, seats=3))
    vendor.ask(20, request(6, seats=9))
    vendor.until(50)

    assert vendor.online == 3


def test_no_more_seats_open_than_the_vendor_has_over_all_skills() -> None:
    vendor = Outsourcing()
    vendor.ask(5, request(1, seats=8, skill="billing"))
    vendor.ask(10, request(2, seats=8, skill="technical"))
    vendor.ask(30, request(3, seats=9, skill="technical"))

    assert ("rejected", 2) in vendor.until(50)
    assert vendor.online == 10


def test_a_request_for_two_skills_gets_reps_who_have_both() -> None:
    world = World(SCENARIO, 1)
    world.on_capacity_request(request(1, seats=1, skill="billing+french"), START_S)
    found = [decode(RepStatus, record.value) for record in of(world.step_until(START_S + 1200.0), "reps.status")]

    assert {status.skills for status in found if status.pool == "helpers"} == {("billing", "french")}
