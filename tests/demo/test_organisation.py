import pytest

from streams.app import build
from streams.demo.organisation import organisation
from streams.local.traffic.scenario import load_scenario, scenario_names

OUTAGE = load_scenario("outage-x3")


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_that_comes_with_the_program_has_an_organisation_that_can_be_built(name: str) -> None:
    scenario = load_scenario(name)
    settings = organisation(scenario)
    assert build(settings).table.prefix == "demo."
    assert settings.group_of(scenario.tenant, None) == scenario.group
    assert settings.group_of("somebody-else", None) is None


def test_tickets_are_promised_what_the_scenario_promises() -> None:
    [group] = organisation(OUTAGE).groups
    [queue] = group.queues
    assert {urgency: getattr(queue.sla_s, urgency) for urgency in OUTAGE.sla_s} == dict(OUTAGE.sla_s)


def test_the_vendor_can_be_left_out_and_nothing_else_changes() -> None:
    [with_vendor], [without] = organisation(OUTAGE).groups, organisation(OUTAGE, with_vendor=False).groups
    assert [(vendor.name, vendor.cap_seats, vendor.lead_time_s) for vendor in with_vendor.vendors] == [
        ("flexdesk", 80, 900.0)
    ]
    assert [pool.name for pool in with_vendor.pools] == ["home", "flexdesk"]
    assert (without.vendors, [pool.name for pool in without.pools]) == ((), ["home"])
    assert (without.queues, without.service) == (with_vendor.queues, with_vendor.service)


def test_at_a_speed_the_scenario_begins_at_its_own_time() -> None:
    scale = build(organisation(OUTAGE, origin_s=1_000.0, speed=60.0)).clock.scale
    assert (scale.apply(1_000.0), scale.apply(1_001.0)) == (OUTAGE.start_s, OUTAGE.start_s + 60.0)


def test_at_no_speed_time_is_the_brokers() -> None:
    assert build(organisation(OUTAGE)).clock.scale.apply(1_000.0) == 1_000.0
