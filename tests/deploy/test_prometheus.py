import subprocess
from collections.abc import Callable

import pytest

from tests.deploy.files import ALERTMANAGER, PROMETHEUS, RULE_TESTS, RULES, rules

Tool = Callable[[str], str]


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
