"""Where the deployment's files are, and how these tests read them."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = DEPLOY / "docker" / "Dockerfile"
PROMETHEUS = DEPLOY / "prometheus" / "prometheus.yml"
RULES = sorted((DEPLOY / "prometheus" / "rules").glob("*.yml"))
RULE_TESTS = sorted((DEPLOY / "prometheus" / "tests").glob("*.yml"))
ALERTMANAGER = DEPLOY / "alertmanager" / "alertmanager.yml"
RUNBOOKS = DEPLOY / "runbooks"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "spillway.json"


def read_yaml(path: Path) -> Any:
    """A YAML file. Raises yaml.YAMLError with the line for what is none."""
    return yaml.safe_load(path.read_text())


def rules() -> list[dict[str, Any]]:
    """All rules, of all groups."""
    return [rule for path in RULES for group in read_yaml(path)["groups"] for rule in group["rules"]]
