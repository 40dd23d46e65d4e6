import json
import re

from prometheus_client import REGISTRY

from streams import metrics
from streams.contracts import Reason
from streams.stages.join import join_spec
from tests.deploy.files import DASHBOARD, RULE_TESTS, RULES


def declared() -> set[str]:
    """The names of all samples that our metrics can give, whether or not they have given any."""
    assert metrics.RECORDS
    return {name for name in REGISTRY._names_to_collectors if name.startswith("spillway_")}


def used(text: str) -> set[str]:
    return set(re.findall(r"\bspillway_[a-z_]+\b", text))


def test_rules_and_board_use_only_metrics_that_exist() -> None:
    queries = [
        target["expr"] for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel.get("targets", ())
    ]
    asked = used("\n".join(queries)).union(*(used(path.read_text()) for path in RULES + RULE_TESTS))
    assert len(asked) > 10
    assert asked <= declared()


def test_events_that_a_rule_watches_are_those_that_their_stage_shows_from_the_start() -> None:
    watched = [re.findall(r'stage="(\w+)",event=~"([^"]+)"', path.read_text()) for path in RULES]
    [(stage, pattern)] = [each for found in watched for each in found]
    spec = join_spec()
    assert stage == spec.name
    assert set(spec.alerted) == {reason for reason in Reason if re.fullmatch(pattern, reason)} != set()
