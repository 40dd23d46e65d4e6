"""The scenarios do to a real Router what they are there to show."""

from routers.matching import Seats
from streams.local.traffic.scenario import load_scenario
from tests.local.traffic.routed import Routed
from tests.local.traffic.support import request

OUTAGE = load_scenario("outage-x3")
MINUTE_S = 60.0


def levels(routed: Routed) -> dict[str, float]:
    periods = routed.world.scorecard.periods(routed.world.now_s)
    return {name: service.service_level or 0.0 for name, service in periods.items()}


def test_an_outage_ruins_the_service_level_and_it_does_not_recover_by_itself() -> None:
    routed = Routed(OUTAGE, seed=1)
    routed.run_until(OUTAGE.end_s)
    level = levels(routed)

    assert level["before"] > 0.8
    assert level["during"] < 0.55
    assert level["after"] < 0.55


def test_with_enough_seats_of_the_vendor_it_recovers() -> None:
    routed = Routed(OUTAGE, seed=1)
    routed.run_until(OUTAGE.start_s + 65 * MINUTE_S)
    wanted = request(1, 55, OUTAGE.start_s + 170 * MINUTE_S, vendor="flexdesk", skill="support")
    routed.world.on_capacity_request(wanted, routed.world.now_s)
    routed.router.apply(Seats("flexdesk", 55, wanted.until.timestamp()), routed.world.now_s)
    routed.run_until(OUTAGE.end_s)

    assert levels(routed)["after"] > 0.9


def test_the_router_understands_what_the_world_tells_it() -> None:
    routed = Routed(OUTAGE, seed=2)
    routed.run_until(OUTAGE.start_s + 60 * MINUTE_S)

    # An answer that crosses a decision is out of date; nothing else that the world says may be refused.
    assert set(routed.router.refusals) <= {"stale_epoch"}
    assert routed.router.refusals["stale_epoch"] < 20


def test_a_sick_evening_ruins_the_service_level_of_ordinary_traffic() -> None:
    scenario = load_scenario("sick-evening")
    routed = Routed(scenario, seed=1)
    routed.run_until(scenario.end_s)
    level = levels(routed)

    assert level["before"] > 0.8
    assert level["during"] < 0.75
