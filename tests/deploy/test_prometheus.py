import re
import subprocess
from collections.abc import Callable

import pytest

from tests.deploy.files import ALERTMANAGER, PROMETHEUS, RULE_TESTS, RULES, read_yaml, rules

Tool = Callable[[str], str]
STAGE = {"stage": "triage", "topic": "messages.raw", "severity": "critical"}
LATE = STAGE | {"alertname": "EventTimeLagHigh"}


def run(*command: str) -> str:
    """What a program said. Fails with that if it did not succeed."""
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    said = answer.stdout + answer.stderr
    assert answer.returncode == 0, said
    return said


def test_promtool_accepts_the_rules(tool: Tool) -> None:
    assert f"{len(rules())} rules found" in run(tool("promtool"), "check", "rules", *map(str, RULES))


def test_every_alert_fires_when_it_should_and_not_otherwise(tool: Tool) -> None:
    assert run(tool("promtool"), "test", "rules", *map(str, RULE_TESTS)).count("SUCCESS") == len(RULE_TESTS)


def test_promtool_accepts_the_configuration_and_finds_the_rules_from_it(tool: Tool) -> None:
    assert f"{len(RULES)} rule files found" in run(tool("promtool"), "check", "config", str(PROMETHEUS))


def test_amtool_accepts_the_alertmanagers_configuration(tool: Tool) -> None:
    assert "2 receivers" in run(tool("amtool"), "check-config", str(ALERTMANAGER))


@pytest.mark.parametrize(("severity", "receiver"), [("critical", "page"), ("warning", "chat")])
def test_only_what_is_critical_wakes_someone(tool: Tool, severity: str, receiver: str) -> None:
    routes = ["config", "routes", "test", f"--config.file={ALERTMANAGER}"]
    said = run(tool("amtool"), *routes, "alertname=Anything", f"severity={severity}", "stage=triage")
    assert said.splitlines()[0] == receiver


def silences(source: dict[str, str], target: dict[str, str]) -> bool:
    """Whether a rule of the Alertmanager's has the second alert untold while the first one fires."""

    def fits(matchers: list[str], alert: dict[str, str]) -> bool:
        parts = [re.fullmatch(r'(\w+)=(~?)"(.*)"', matcher) for matcher in matchers]
        return all(
            part and re.fullmatch(part[3] if part[2] else re.escape(part[3]), alert.get(part[1], "")) for part in parts
        )

    return any(
        fits(rule["source_matchers"], source)
        and fits(rule["target_matchers"], target)
        and all(source.get(label, "") == target.get(label, "") for label in rule.get("equal", ()))
        for rule in read_yaml(ALERTMANAGER)["inhibit_rules"]
    )


def test_that_a_whole_stage_stands_still_explains_that_it_is_late() -> None:
    stalled = STAGE | {"alertname": "PipelineStalled", "reason": "no_progress"}
    assert silences(stalled, LATE)
    assert not silences(stalled, LATE | {"stage": "route"})
    assert not silences(LATE, stalled)


@pytest.mark.parametrize(
    "alert",
    [
        {"alertname": "PipelineStalled", "reason": "not_open"},
        {"alertname": "StageFailed", "partition": "5"},
        {"alertname": "SourceDoesNotMatchState", "partition": "5"},
    ],
    ids=lambda alert: alert["alertname"],
)
def test_trouble_with_some_partitions_silences_nothing_that_is_said_of_the_others(alert: dict[str, str]) -> None:
    assert not silences(STAGE | alert, LATE)
    assert not silences(STAGE | alert, STAGE | {"alertname": "PipelineStalled", "reason": "no_progress"})
