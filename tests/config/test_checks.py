"""Checks of what fits together, where a whole file would not get that far."""

from pathlib import Path

import pytest

from detectors.surge.calendar import Planned
from streams.config import ConfigError, Group, QueueSettings, Settings, load
from streams.config.checks import check
from streams.config.reading import Reading


def test_the_routers_own_policy_has_the_last_word() -> None:
    reading = Reading({})
    group = Group("default", queues=(QueueSettings("q", topics=("refund",)),))
    reading.made[("groups", 0)] = group
    check(Settings(groups=(group,)), reading)
    assert reading.problems == [
        (
            ("groups", 0),
            "makes no policy: queues: exactly one queue must list '*', for topics that no other lists",
        )
    ]


def test_defaults_fit_together() -> None:
    reading = Reading({})
    check(reading.read(Settings, {}), reading)
    assert reading.problems == []


def campaign(
    starts_at: str = "2026-11-27T08:00:00Z", ends_at: str = "2026-11-27T20:00:00+01:00", slices: str = "all"
) -> str:
    return f"""
[[groups]]
name = "default"
[[groups.campaigns]]
starts_at = "{starts_at}"
ends_at = "{ends_at}"
factor = 2.5
slices = ["{slices}"]
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "spillway.toml"
    file.write_text(text, encoding="utf-8")
    try:
        load(file)
    except ConfigError as error:
        return [line.partition("spillway.toml:")[2] for line in str(error).splitlines()]
    return []


def test_a_campaign_is_planned_for_the_series_that_it_names(tmp_path: Path) -> None:
    file = tmp_path / "spillway.toml"
    file.write_text(campaign(slices="topic:billing"), encoding="utf-8")
    [group] = load(file).groups
    assert group.planned() == {"topic:billing": [Planned(1_795_766_400.0, 1_795_806_000.0, 2.5)]}


@pytest.mark.parametrize(
    ("changes", "line", "said"),
    [
        ({"starts_at": "2026-11-27T08:00:00"}, 5, "needs a zone"),
        ({"starts_at": "2026-13-27T08:00:00Z"}, 5, "is no time"),
        ({"ends_at": "2026-11-27T08:00:00Z"}, 6, "is not after starts_at"),
        ({"slices": "topic"}, 8, "must be text like all, channel:chat"),
    ],
)
def test_a_campaign_that_makes_no_sense_is_told_with_its_line(
    changes: dict[str, str], line: int, said: str, tmp_path: Path
) -> None:
    [problem] = problems(tmp_path, campaign(**changes))
    assert problem.startswith(f"{line}: groups[0].campaigns[0]")
    assert said in problem


def test_holidays_are_days_and_zones_are_known(tmp_path: Path) -> None:
    told = problems(tmp_path, '[surges]\nholidays = ["2026-12-25", "2026-02-30"]\ntimezone = "Europe/Berln"\n')
    assert told == [
        "2: surges.holidays[1]: '2026-02-30' is no day",
        "3: surges.timezone: 'Europe/Berln' is not known; did you mean 'Europe/Berlin'?",
    ]


def test_countries_whose_holidays_nobody_knows_are_told(tmp_path: Path) -> None:
    told = problems(tmp_path, '[surges]\nholidays_of = ["DE-BY", "BV", "DE-BYY"]\n')
    assert told[0].startswith("2: surges.holidays_of[1]: 'BV' is not known")
    assert told[1:] == ["2: surges.holidays_of[2]: 'DE-BYY' is not known; did you mean 'DE-BY'?"]
