from pathlib import Path

import pytest

from streams.local.traffic.scenario import ScenarioError, Segment, load_scenario, read_scenario, scenario_names
from tests.local.traffic.support import SMALL, small, with_more

SEGMENT = "[[segments]]\nfrom_min = {}\nto_min = {}\nfactor = 3\nramp_up_min = {}\n"


def test_the_scenarios_that_come_with_the_program_can_all_be_read() -> None:
    assert scenario_names() == ["normal-day", "outage-x3", "short-blip", "sick-evening", "slow-growth"]
    assert [load_scenario(name).name for name in scenario_names()] == scenario_names()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (SMALL.replace("peak_per_min = 4", ""), "traffic.peak_per_min: is missing"),
        (SMALL.replace("peak_per_min = 4", "peak_per_minute = 4"), "traffic.peak_per_min"),
        (SMALL.replace("peak_per_min = 4", "peak_per_min = 0"), "traffic.peak_per_min: expected"),
        (SMALL.replace("count = 3", 'count = "3"'), "teams[0].count: expected `int`"),
        (SMALL.replace('"fa"]', '"it"]'), "teams[0].languages"),
        (SMALL.replace("12:00:00Z", "12:00:00"), "start: expected `datetime` with a timezone"),
        (SMALL + "colour = 7\n", "vendor.colour: is unknown"),
        (SMALL.replace('name = "helpers"', 'name = "home"'), "vendor.name: home is the pool of the employees"),
        (SMALL + SEGMENT.format(20, 20, 0), "segments[0].to_min: must be after from_min"),
        (SMALL + SEGMENT.format(20, 30, 11), "segments[0].ramp_up_min"),
        (SMALL + "[sla_s]\nlow = 9\nnormal = 8\nhigh = 7\n", "sla_s.urgent: is missing"),
        (SMALL + "[traffic.topics]\n", "traffic.topics: must not be empty"),
        (SMALL + '[[teams]]\nname = "all"\ncount = 1\nlanguages = ["en"]\n', "teams[1].name: all appears twice"),
    ],
)
def test_an_error_names_the_file_and_the_field(text: str, field: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text, "small.toml")

    assert str(caught.value).startswith(f"small.toml: {field}")


def test_a_file_that_is_no_toml_is_refused_by_its_name_and_line(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text("name = \n")

    with pytest.raises(ScenarioError, match=r"odd\.toml: .*line 1"):
        load_scenario(path)


def test_an_unknown_scenario_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(ScenarioError, match="there are normal-day, outage-x3"):
        load_scenario("outage-x4")


def test_a_file_that_is_not_there_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path / "none.toml")


def test_the_incident_spans_all_segments() -> None:
    scenario = with_more(SEGMENT.format(20, 30, 0) + SEGMENT.format(25, 50, 0))

    assert scenario.incident == (scenario.start_s + 1200, scenario.start_s + 3000)


def test_sickness_lasts_to_the_end() -> None:
    scenario = with_more("[[sickness]]\nfrom_min = 60\nshare = 0.3\n")

    assert scenario.incident == (scenario.start_s + 3600, scenario.end_s)


def test_a_normal_day_has_no_incident() -> None:
    assert small().incident is None


def test_a_calm_day_is_the_same_day_without_the_incident() -> None:
    calm = load_scenario("outage-x3").calm()

    assert calm.incident is None
    assert (calm.start, calm.traffic, calm.teams) == (
        load_scenario("outage-x3").start,
        load_scenario("outage-x3").traffic,
        load_scenario("outage-x3").teams,
    )


def test_a_ramp_rises_and_falls_on_a_straight_line() -> None:
    segment = Segment(10, 30, factor=5, ramp_up_min=4, ramp_down_min=8)

    assert [segment.factor_at(minute) for minute in (9.9, 10, 11, 14, 22, 26, 29, 30)] == [1, 1, 2, 5, 5, 3, 1.5, 1]
