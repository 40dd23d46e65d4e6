from streams.demo.simulate import simulate
from streams.local.traffic.scenario import load_scenario


def test_a_sick_evening_is_no_surge_although_people_ask_again() -> None:
    # With each of their messages counted, this seed has two.
    assert simulate(load_scenario("sick-evening"), 2, with_vendor=False).surges == []


def test_a_short_blip_is_one_short_surge() -> None:
    said = simulate(load_scenario("short-blip"), 2, with_vendor=True).surges
    assert len({surge.surge_id for surge in said}) == 1
    assert (said[0].state, said[-1].state) == ("onset", "cleared")
    assert (said[-1].at - said[0].onset_at).total_seconds() < 20 * 60
    assert {surge.kind for surge in said} == {"volume"}
