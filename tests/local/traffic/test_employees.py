from streams.contracts import RepState, RepStatus, decode
from streams.local.traffic.records import TimedRecord
from streams.local.traffic.scenario import Scenario, load_scenario, read_scenario
from streams.local.traffic.simulation import World
from tests.local.traffic.support import SMALL, of, with_more

HOUR_S = 3_600.0


def state_of_all(records: list[TimedRecord], state: dict[str, RepState]) -> dict[str, RepState]:
    for record in of(records, "reps.status"):
        status = decode(RepStatus, record.value)
        state[status.rep_id] = status.state
    return state


def there(world: World, scenario: Scenario, after_s: float) -> int:
    """How many are online or on a break, some time after the start."""
    state = state_of_all(world.step_until(scenario.start_s + after_s), {})
    return sum(own is not RepState.OFFLINE for own in state.values())


def test_reps_with_a_shift_come_and_go_with_it() -> None:
    text = SMALL.replace('"fa"]', '"fa"]\nshift = { begins = 12:30:00, ends = 13:15:00 }')
    scenario = read_scenario(text, "small.toml")

    assert there(World(scenario, 1), scenario, 20 * 60.0) == 0
    assert there(World(scenario, 1), scenario, 40 * 60.0) == 3
    assert there(World(scenario, 1), scenario, 100 * 60.0) == 0


def test_a_shift_may_go_on_past_midnight_and_have_begun_before_the_scenario() -> None:
    text = SMALL.replace('"fa"]', '"fa"]\nshift = { begins = 22:00:00, ends = 12:30:00 }')
    scenario = read_scenario(text, "small.toml")

    assert there(World(scenario, 1), scenario, 60.0) == 3
    assert there(World(scenario, 1), scenario, 50 * 60.0) == 0


def test_on_a_sick_evening_a_third_of_the_people_leave_for_good() -> None:
    scenario = load_scenario("sick-evening")
    world, state = World(scenario, 1), {}
    state_of_all(world.step_until(scenario.start_s + HOUR_S), state)
    assert len(state) == 30
    state_of_all(world.step_until(scenario.end_s), state)

    assert list(state.values()).count(RepState.OFFLINE) == 10


def test_who_is_ill_does_not_come_to_a_later_shift() -> None:
    scenario = with_more("[[sickness]]\nfrom_min = 10\nshare = 1\nwithin_min = 1\n")

    assert there(World(scenario, 1), scenario, 90 * 60.0) == 0
