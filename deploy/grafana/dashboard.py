"""The Grafana board as code: ``python deploy/grafana/dashboard.py`` writes deploy/grafana/dashboards/spillway.json.

A panel is a title, a unit, a sentence for whoever reads it at night, and its queries. Standard library only.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).parent / "dashboards" / "spillway.json"
COLUMNS, WIDTH, HEIGHT = 3, 8, 7
DATASOURCE = {"type": "prometheus", "uid": "prometheus"}


class Panel(NamedTuple):
    """One graph: ``queries`` maps a legend, in Grafana's words, to PromQL."""

    title: str
    unit: str
    says: str
    queries: dict[str, str]


ROWS: dict[str, list[Panel]] = {
    "Customers": [
        Panel(
            "Messages a minute",
            "short",
            "Messages that triage has used up.",
            {"messages": '60 * sum(rate(spillway_records_total{stage="triage"}[1m]))'},
        ),
        Panel(
            "Surge",
            "short",
            "Conversations that begin a minute, counted and expected, and follow-ups; a line at 1 while a surge, "
            "anger or a stop lasts.",
            {
                "{{group}} {{kind}}": "max by (group, kind) (spillway_volume_per_minute)",
                "surge: {{group}} {{series}}": "max by (group, series) (spillway_surge_active) == 1",
                "anger: {{group}} {{series}}": "max by (group, series) (spillway_sentiment_surge_active) == 1",
                "stopped: {{group}} {{series}}": "max by (group, series) (spillway_messages_stopped) == 1",
            },
        ),
        Panel(
            "Buckets not measured",
            "short",
            "Newest buckets in a row that could not be counted. At 3 somebody is paged.",
            {"{{group}}": "max by (group) (spillway_volume_unmeasured_buckets)"},
        ),
        Panel(
            "Backlog",
            "short",
            "Tickets that wait for a rep.",
            {"{{group}}/{{queue}}": "max by (group, queue) (spillway_backlog_tickets)"},
        ),
        Panel(
            "Backlog at risk",
            "short",
            "Waiting tickets that miss their deadline, or soon will.",
            {"{{group}}/{{queue}}": "max by (group, queue) (spillway_backlog_at_risk_tickets)"},
        ),
        Panel(
            "Seats",
            "short",
            "Vendor seats: wanted, open.",
            {"{{group}} {{vendor}}/{{skill}} {{state}}": "max by (group, vendor, skill, state) (spillway_seats)"},
        ),
    ],
    "Pipeline": [
        Panel(
            "Lag",
            "short",
            "Records not used up yet. It may be high in a flood; it must come down.",
            {"{{stage}} {{topic}}": "sum by (stage, topic) (spillway_lag_records)"},
        ),
        Panel(
            "Event time lag",
            "s",
            "How old the record at hand is, at worst. This is what customers feel.",
            {"{{stage}} {{topic}}": "max by (stage, topic) (spillway_event_time_lag_seconds)"},
        ),
        Panel(
            "Dead letters a minute",
            "short",
            "Records that a stage could not use.",
            {"{{stage}} {{topic}}": "60 * sum by (stage, topic) (rate(spillway_dead_letters_total[5m]))"},
        ),
        Panel(
            "Transactions a second",
            "short",
            "Committed chunks, ticks and claims (a claim is a partition that is opened).",
            {"{{stage}} {{kind}}": "sum by (stage, kind) (rate(spillway_transactions_total[1m]))"},
        ),
        Panel(
            "Transaction time, 99th percentile",
            "s",
            "From beginning a transaction to its commit. Usually some 10 ms; a slow broker shows here first.",
            {
                "{{stage}}": "histogram_quantile(0.99, sum by (stage, le) "
                "(rate(spillway_transaction_seconds_bucket[5m])))"
            },
        ),
        Panel(
            "Time in the stages' own code",
            "percentunit",
            "Seconds of work a second, of all workers. One worker has one thread: at 1 each it is full.",
            {"{{stage}}": "sum by (stage) (rate(spillway_process_seconds_total[1m]))"},
        ),
        Panel(
            "Workers",
            "short",
            "1: answers, and is ready.",
            {"{{instance}} up": 'up{job="spillway"}', "{{instance}} ready": "spillway_ready"},
        ),
        Panel(
            "Partitions closed or stopped",
            "short",
            "Closed: thrown away and reopened, which is harmless now and then. Stopped: an operator must act.",
            {
                "closed {{stage}} {{cause}}": "sum by (stage, cause) (increase(spillway_partition_closed_total[5m]))",
                "stopped {{stage}} {{cause}}": "sum by (stage, cause) (spillway_partition_stopped)",
            },
        ),
        Panel(
            "Stages' own events a minute",
            "short",
            "Duplicates dropped, tickets assigned, commands refused and the like.",
            {"{{stage}} {{event}}": "60 * sum by (stage, event) (rate(spillway_stage_events_total[5m]))"},
        ),
    ],
    "Models": [
        Panel(
            "Macro-F1",
            "percentunit",
            "How well triage tells labels apart, by the last labels that came in, each judged before it was learned.",
            {"{{task}} {{language}}": "max by (task, language) (spillway_model_macro_f1)"},
        ),
        Panel(
            "Calibration error",
            "percentunit",
            "How far the models' confidence is from how often they are right.",
            {"{{task}} {{language}}": "max by (task, language) (spillway_model_calibration_error)"},
        ),
        Panel(
            "Log-loss",
            "short",
            "Mean surprise at the right label: lower is better.",
            {"{{task}} {{language}}": "max by (task, language) (spillway_model_log_loss)"},
        ),
        Panel(
            "Drift alarms",
            "short",
            "A step up: errors have become more frequent for good.",
            {"{{task}}": "max by (task) (spillway_model_drift_alarms)"},
        ),
        Panel(
            "Examples learned, by worker",
            "short",
            "The next record of learning.examples of each worker's models: the lines should lie on each other.",
            {"{{instance}}": "spillway_models_offset"},
        ),
        Panel(
            "Feedback, a minute",
            "short",
            "What became of labels in the stage join.",
            {"{{event}}": '60 * sum by (event) (rate(spillway_stage_events_total{stage="join"}[5m]))'},
        ),
    ],
}


def dashboard() -> dict[str, Any]:
    """The board as Grafana takes it: rows of three panels."""
    panels: list[dict[str, Any]] = []
    y = 0
    for row, members in ROWS.items():
        place = {"x": 0, "y": y, "w": COLUMNS * WIDTH, "h": 1}
        panels.append({"id": len(panels) + 1, "type": "row", "title": row, "collapsed": False, "gridPos": place})
        y += 1
        for number, panel in enumerate(members):
            x = number % COLUMNS * WIDTH
            panels.append(_graph(panel, len(panels) + 1, {"x": x, "y": y, "w": WIDTH, "h": HEIGHT}))
            if x == (COLUMNS - 1) * WIDTH:
                y += HEIGHT
    return {
        "uid": "spillway",
        "title": "Spillway",
        "tags": ["spillway"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "10s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": [_alerts()]},
        "panels": panels,
    }


def _graph(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.says,
        "datasource": DATASOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": DATASOURCE, "expr": query, "legendFormat": legend}
            for index, (legend, query) in enumerate(panel.queries.items())
        ],
    }


def _alerts() -> dict[str, Any]:
    """Alerts that fire, marked on every graph."""
    return {
        "name": "Alerts",
        "enable": True,
        "iconColor": "red",
        "datasource": DATASOURCE,
        "expr": 'ALERTS{alertstate="firing"}',
        "titleFormat": "{{alertname}}",
        "step": "30s",
    }


def text() -> str:
    """The board as its file holds it."""
    return json.dumps(dashboard(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
