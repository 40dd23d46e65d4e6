import importlib.util
import json
import subprocess
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.files import DASHBOARD, DEPLOY, read_yaml

GRAFANA = DEPLOY / "grafana"


def panels() -> list[dict[str, Any]]:
    return [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]


def test_the_board_is_what_its_code_writes() -> None:
    spec = importlib.util.spec_from_file_location("dashboard", GRAFANA / "dashboard.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert DASHBOARD.read_text() == module.text(), "run: python deploy/grafana/dashboard.py"


def test_the_board_shows_what_operators_ask_first() -> None:
    titles = " | ".join(panel["title"] for panel in panels())
    for wanted in (
        "Messages a minute",
        "Dead letters",
        "Lag",
        "Event time lag",
        "Transactions",
        "Surge",
        "Backlog",
        "Seats",
    ):
        assert wanted in titles


def test_the_board_shows_what_lasts_of_each_kind() -> None:
    queries = " | ".join(target["expr"] for panel in panels() for target in panel["targets"])
    for gauge in ("spillway_surge_active", "spillway_sentiment_surge_active", "spillway_messages_stopped"):
        assert gauge in queries


def test_every_panel_says_what_it_shows() -> None:
    assert all(panel["description"].endswith(".") and panel["targets"] for panel in panels())


def test_panels_do_not_overlap() -> None:
    places = [panel["gridPos"] for panel in json.loads(DASHBOARD.read_text())["panels"]]
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert beside or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    assert all(place["x"] + place["w"] <= 24 for place in places)


def test_prometheus_understands_every_query(tool: Callable[[str], str], tmp_path: Path) -> None:
    queries = [target["expr"] for panel in panels() for target in panel["targets"]]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))
    answer = subprocess.run([tool("promtool"), "check", "rules", str(file)], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_board_asks_the_data_source_that_is_provisioned() -> None:
    (source,) = read_yaml(GRAFANA / "provisioning" / "datasources" / "prometheus.yml")["datasources"]
    assert {panel["datasource"]["uid"] for panel in panels()} == {source["uid"]}
