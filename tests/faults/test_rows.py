"""Rows that another version of a stage wrote: a newer format is refused, clearly; an older one is read."""

import random
from collections.abc import Callable

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.pipeline import POLICY, Pipeline, Traffic
from tests.flow.deployment import Deployment, eventually

STATE = "route.routing.inbox.state"
ADDED_LATER = 3
"""How many of the last columns of a ticket's row an older version did not have: those with a default that holds."""


@pytest.fixture(scope="module")
def spillway(deploy: Callable[..., Deployment]) -> Deployment:
    deployment = deploy(POLICY)
    deployment.start_worker().until_ready()
    return deployment


def _rewrite(spillway: Deployment, change: Callable[[list[object]], list[object]]) -> int:
    """Rewrite the rows of resolved tickets, as another version would have; on how many partitions."""
    newest = {(record.partition(), record.key()): record.value() for record in spillway.read(STATE)}
    rewritten = set()
    for (partition, key), value in newest.items():
        if value is not None and b"/ticket/" in key and (row := orjson.loads(value))[1] == "resolved":
            spillway.producer.produce(spillway.prefix + STATE, orjson.dumps(change(row)), key, partition)
            rewritten.add(partition)
    spillway.flush()
    return len(rewritten)


def test_rows_of_a_newer_format_are_refused_and_those_of_an_older_one_are_read(
    spillway: Deployment, dice: random.Random
) -> None:
    pipeline = Pipeline(spillway)
    with Traffic(spillway, dice):
        pipeline.until_progress()
    sent = pipeline.check()
    assert spillway.workers[-1].stop() == 0
    partitions = _rewrite(spillway, lambda row: [*row, "a column of tomorrow"])
    assert partitions > 0

    worker = spillway.start_worker("--stages", "route")

    def stopped() -> int:
        samples = [
            sample
            for family in text_string_to_metric_families(worker.metrics())
            for sample in family.samples
            if sample.name == "spillway_partition_stopped" and sample.labels["cause"] == "StageFailed"
        ]
        return sum(sample.value == 1 and sample.labels["topic"] == "routing.inbox" for sample in samples)

    eventually(lambda: stopped() == partitions, 40, "the metric names every partition with such rows")
    said = [orjson.loads(line) for line in worker.log.read_bytes().splitlines()]
    details = {line["detail"] for line in said if line["message"] == "partition stopped"}
    assert len(details) == partitions
    assert all(
        detail.startswith("route routing.inbox/") and detail.endswith(" restore: NewerRowError") for detail in details
    )
    assert not worker.ready()
    assert worker.stop() == 0

    assert _rewrite(spillway, lambda row: row[:-1]) == partitions  # yesterday's tomorrow is gone again
    assert _rewrite(spillway, lambda row: row[:-ADDED_LATER]) == partitions
    worker = spillway.start_worker()
    worker.until_ready()
    with Traffic(spillway, dice):
        pipeline.until_progress()
    eventually(lambda: spillway.status()["lag"] == 0, 60, "nothing is unread anywhere")
    status = spillway.status()
    assert sum(status["tickets"].values()) > 0
    assert len(spillway.read("messages.raw")) > sent
