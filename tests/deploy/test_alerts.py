import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from routers.capacity import SeatsOverride
from streams.cli.main import app
from streams.stages.capacity_inbox import read_capacity
from streams.topics import Topic
from tests.deploy.files import RULE_TESTS, RUNBOOKS, read_yaml, rules

ALERTS = sorted({rule["alert"] for rule in rules()})
NEEDED = {
    "PipelineStalled",
    "EventTimeLagHigh",
    "WorkerDown",
    "DeadLetterRateHigh",
    "SurgeActive",
    "SentimentSurgeActive",
    "MessagesStopped",
    "BacklogDeadlineRisk",
    "VendorAckTimeout",
    "SourceDoesNotMatchState",
    "StageFailed",
    "ClockSkew",
    "VolumeNotMeasured",
    "ModelDrift",
    "ModelsLearnNoMore",
    "SourceOverLimit",
}
PARTS = [
    "What it means for customers",
    "First look",
    "Likely causes",
    "What to do",
    "When to escalate",
]


def commands(command: Any, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Every command of the command line, with those above it."""
    below = getattr(command, "commands", None)
    return {path} if below is None else set().union(*(commands(each, (*path, name)) for name, each in below.items()))


def test_the_alerts_that_operations_counts_on_are_there() -> None:
    assert set(ALERTS) >= NEEDED


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule['alert']}-{rule['labels'].get('reason', '')}")
def test_an_alert_says_how_bad_it_is_for_how_long_and_what_to_read(rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+[sm]", rule["for"])
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook_url"] == f"deploy/runbooks/{rule['alert']}.md"


def test_every_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    fires, quiet = set(), set()
    for path in RULE_TESTS:
        for group in read_yaml(path)["tests"]:
            for case in group["alert_rule_test"]:
                for alert in case["exp_alerts"]:
                    labels = alert["exp_labels"]
                    fires.add((case["alertname"], labels["severity"], labels.get("reason")))
                if not case["exp_alerts"]:
                    quiet.add(case["alertname"])
    assert fires == {(rule["alert"], rule["labels"]["severity"], rule["labels"].get("reason")) for rule in rules()}
    assert quiet == set(ALERTS)


def test_every_runbook_has_an_alert_and_every_alert_a_runbook() -> None:
    assert sorted(path.stem for path in RUNBOOKS.glob("*.md") if path.stem != "README") == ALERTS


@pytest.mark.parametrize("alert", ALERTS)
def test_a_runbook_has_the_five_parts_in_order_and_fits_on_a_screen(alert: str) -> None:
    text = (RUNBOOKS / f"{alert}.md").read_text()
    assert text.startswith(f"# {alert}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert len(text.splitlines()) <= 50


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("*.md")), ids=lambda page: page.stem)
def test_a_runbook_names_only_commands_and_pages_that_exist(page: Path) -> None:
    text = page.read_text()
    known = commands(typer.main.get_command(app))
    for code in re.findall(r"`([^`]+)`|^ {4,}(\S.*)$", text, re.MULTILINE):
        said = re.search(r"\bspillway ((?:[a-z]+\b ?)+)", "".join(code))
        if said is None:
            continue
        words = tuple(said[1].split())
        assert words[:1] in known or words[:2] in known, f"no command: spillway {' '.join(words)}"
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (page.parent / link).is_file(), link


@pytest.mark.parametrize("alert", ["SurgeActive", "SentimentSurgeActive", "MessagesStopped", "VolumeNotMeasured"])
def test_who_is_told_of_surges_is_told_how_to_list_them(alert: str) -> None:
    assert "`spillway surges list`" in (RUNBOOKS / f"{alert}.md").read_text()


@pytest.mark.parametrize("alert", ["SurgeActive", "MessagesStopped", "VolumeNotMeasured"])
def test_who_is_told_of_counts_is_told_how_to_see_them(alert: str) -> None:
    assert re.search(r"spillway surges explain \S+ --group GROUP --at ", (RUNBOOKS / f"{alert}.md").read_text())


def test_seats_are_asked_for_by_hand_with_a_record_that_plan_takes() -> None:
    text = (RUNBOOKS / "VolumeNotMeasured.md").read_text()
    [record] = re.findall(r"echo 'GROUP\|(\{.*\})'", text)
    for placeholder, value in (("VENDOR", "flexdesk"), ("SKILL", "payments"), ("'$(date +%s)'", "1773144000")):
        record = record.replace(placeholder, value)
    assert read_capacity(record.encode())[1] == SeatsOverride("flexdesk", "payments", 10, 1773144000.0)
    assert f"--topic spillway.{Topic.CAPACITY_INBOX} " in text
