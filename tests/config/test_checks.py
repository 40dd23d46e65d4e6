"""Checks of what fits together, where a whole file would not get that far."""

from streams.config import Group, QueueSettings, Settings
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
