"""All Prometheus metrics, declared once. They are counted per chunk, never per record, and their labels are bounded.

Labels: stage (seven at most), topic and partition (of a source), kind (chunk, tick, claim), event (a stage's own
names), cause (a class of error), task and language (of the models: three, and seven with "other" and "all"). Nothing
that a customer wrote is ever a label.
"""

import contextlib
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from detectors.text.quality import Quality

PARTITION = ("stage", "topic", "partition")

RECORDS = Counter("spillway_records_total", "Source records used up by committed transactions.", ("stage", "topic"))
DEAD_LETTERS = Counter("spillway_dead_letters_total", "Records that became dead letters.", ("stage", "topic"))
EVENTS = Counter("spillway_stage_events_total", "A stage's own events, such as duplicates dropped.", ("stage", "event"))
TRANSACTIONS = Counter("spillway_transactions_total", "Committed transactions.", ("stage", "kind"))
TRANSACTION_S = Histogram(
    "spillway_transaction_seconds",
    "From beginning a transaction to its commit.",
    ("stage",),
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
PROCESS_S = Counter("spillway_process_seconds_total", "Time spent in the stage's own code.", ("stage",))
CLOSED = Counter("spillway_partition_closed_total", "Partitions thrown away and reopened.", ("stage", "cause"))
OPEN = Gauge(
    "spillway_partition_open",
    "1 while the partition is open on this worker, 0 while it is its own but not open.",
    PARTITION,
)
STOPPED = Gauge(
    "spillway_partition_stopped", "1 when the partition stopped and needs an operator.", (*PARTITION, "cause")
)
LAG = Gauge("spillway_lag_records", "Records of the source that are not used up yet, by position.", PARTITION)
EVENT_TIME_LAG_S = Gauge("spillway_event_time_lag_seconds", "The clock minus the partition's time.", PARTITION)
CLOCK_SKEW_S = Gauge("spillway_clock_skew_seconds", "How far the broker's clock is ahead of this machine's.")
READY = Gauge("spillway_ready", "1 when every partition of this worker is open and makes progress.")

MODELS_STOPPED = Gauge("spillway_models_stopped", "1 when this process's models learn no more, after an error.")
MODELS_WAITING = Gauge("spillway_models_waiting", "1 while this process's models wait to turn to another version.")
MODELS_OFFSET = Gauge(
    "spillway_models_offset", "The next record of learning.examples that this process's models read; 0 without models."
)
SNAPSHOTS_REFUSED = Counter("spillway_snapshots_refused_total", "Snapshots that could not be taken.", ("cause",))

# What stages say of the business, by the names that they use in ``Output.gauges``. Labels: group, series, queue, vendor
# and skill are names of the policy and of models.
BUSINESS = {
    "surge_active": Gauge("spillway_surge_active", "1 while a surge of volume lasts.", ("group", "series")),
    "sentiment_surge_active": Gauge(
        "spillway_sentiment_surge_active", "1 while far more messages are angry than usual.", ("group", "series")
    ),
    "messages_stopped": Gauge(
        "spillway_messages_stopped", "1 while hardly any new conversations come.", ("group", "series")
    ),
    "volume_per_minute": Gauge(
        "spillway_volume_per_minute",
        "Messages a minute: observed and expected, one of each conversation, and the follow_ups beside them.",
        ("group", "kind"),
    ),
    "volume_unmeasured_buckets": Gauge(
        "spillway_volume_unmeasured_buckets", "Newest buckets in a row that could not be measured.", ("group",)
    ),
    "backlog_tickets": Gauge("spillway_backlog_tickets", "Tickets that wait for a rep.", ("group", "queue")),
    "backlog_at_risk_tickets": Gauge(
        "spillway_backlog_at_risk_tickets",
        "Tickets that wait and have missed, or will miss, their SLA.",
        ("group", "queue"),
    ),
    "seats": Gauge("spillway_seats", "Vendor seats: wanted, open.", ("group", "vendor", "skill", "state")),
    "vendor_unanswered_requests": Gauge(
        "spillway_vendor_unanswered_requests",
        "Requests in a row that the vendor did not acknowledge in time.",
        ("group", "vendor", "skill"),
    ),
    "model_macro_f1": Gauge(
        "spillway_model_macro_f1", "Mean F1 over the labels, of the last labels that came in.", ("task", "language")
    ),
    "model_log_loss": Gauge(
        "spillway_model_log_loss", "Mean -ln(probability of the right label), of the last ones.", ("task", "language")
    ),
    "model_calibration_error": Gauge(
        "spillway_model_calibration_error",
        "How far the models' confidence is from how often they are right, of the last labels.",
        ("task", "language"),
    ),
    "model_labels": Gauge("spillway_model_labels", "Labels that a model was judged by.", ("task", "language")),
    "model_drift_alarms": Gauge(
        "spillway_model_drift_alarms", "How often a model's errors have risen for good.", ("task",)
    ),
}


def model_gauges(quality: "Quality") -> dict[tuple[str, ...], float]:
    """What was measured of the models, by task and language, as `Output.gauges` has it."""
    gauges: dict[tuple[str, ...], float] = {
        ("model_drift_alarms", task): float(alarms) for task, alarms in quality.alarms.items()
    }
    for task, language, measured in quality.measured():
        values = {
            "model_macro_f1": measured.macro_f1(),
            "model_log_loss": measured.log_loss(),
            "model_calibration_error": measured.ece(),
            "model_labels": float(measured.labels_seen),
        }
        gauges |= {(name, task, language): value for name, value in values.items() if not math.isnan(value)}
    return gauges


def drop(gauge: Gauge, *labels: str) -> None:
    """Show this value no more: it is somebody else's now."""
    with contextlib.suppress(KeyError):
        gauge.remove(*labels)


class StageGauges:
    """The business gauges of one partition on this worker; they go when it goes."""

    def __init__(self) -> None:
        self._shown: set[tuple[str, ...]] = set()

    def show(self, gauges: Mapping[tuple[str, ...], float]) -> None:
        """Show these values, and no others that were shown before."""
        for name, *labels in self._shown - gauges.keys():
            drop(BUSINESS[name], *labels)
        for (name, *labels), value in gauges.items():
            BUSINESS[name].labels(*labels).set(value)
        self._shown = set(gauges)
