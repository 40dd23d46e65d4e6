"""Rows that another version of a stage wrote: a newer format is refused, clearly; an older one is read."""

import random
from collections.abc import Callable

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.pipeline import POLICY, WITHIN_S, Pipeline, Traffic
from tests.flow.deployment import Deployment, Worker, eventually

STATE = "route.routing.inbox.state"
OTHER_STAGES = "intake,triage,surge,plan,join,learn"
ADDED_LATER = 3
"""How many of the last columns of a ticket's row an older version did not have: those with a default that holds."""

Row = list[object]


@pytest.fixture(scope="module")
def spillway(deploy: Callable[..., Deployment]) -> Deployment:
    """Route runs in a worker of its own, which starts in no time: the others load models."""
    deployment = deploy(POLICY)
    deployment.start_worker("--stages", OTHER_STAGES)
    return deployment


def _resolved(spillway: Deployment) -> dict[tuple[int, bytes], Row]:
    """The rows of resolved tickets, by partition and key, with all the columns of this version."""
    newest = {(record.partition(), record.key()): record.value() for record in spillway.read(STATE)}
    rows = {where: orjson.loads(value) for where, value in newest.items() if value and b"/ticket/" in where[1]}
    whole = max(map(len, rows.values()))
    return {where: row for where, row in rows.items() if row[1] == "resolved" and len(row) == whole}


def _write(spillway: Deployment, rows: dict[tuple[int, bytes], Row], change: Callable[[Row], Row]) -> None:
    """Write the rows as another version would have."""
    for (partition, key), row in rows.items():
        spillway.producer.produce(spillway.prefix + STATE, orjson.dumps(change(row)), key, partition)
    spillway.flush()


def _stopped(worker: Worker) -> int:
    """How many partitions of the inbox say that their stage failed."""
    samples = [
        sample
        for family in text_string_to_metric_families(worker.metrics())
        for sample in family.samples
        if sample.name == "spillway_partition_stopped" and sample.labels["cause"] == "StageFailed"
    ]
    return sum(sample.value == 1 and sample.labels["topic"] == "routing.inbox" for sample in samples)


def test_rows_of_a_newer_format_are_refused_and_those_of_an_older_one_are_read(
    spillway: Deployment, dice: random.Random
) -> None:
    pipeline = Pipeline(spillway)
    route = spillway.start_worker("--stages", "route")
    for worker in spillway.alive():
        worker.until_ready()
    with Traffic(spillway, dice):
        pipeline.until_progress()
        assert route.stop() == 0
        rows = _resolved(spillway)
        partitions = {partition for partition, _ in rows}
        assert partitions

        _write(spillway, rows, lambda row: [*row, "a column of tomorrow"])
        route = spillway.start_worker("--stages", "route")
        eventually(lambda: _stopped(route) == len(partitions), 120, "the metric names every partition with such rows")

        def details() -> set[str]:
            said = [orjson.loads(line) for line in route.log.read_bytes().splitlines()]
            return {line["detail"] for line in said if line["message"] == "partition stopped"}

        eventually(lambda: len(details()) >= len(partitions), 60, "so does the log, a moment later")
        assert details() == {f"route routing.inbox/{partition} restore: NewerRowError" for partition in partitions}
        assert not route.ready()
        assert route.stop() == 0

        _write(spillway, rows, lambda row: row[:-ADDED_LATER])
        route = spillway.start_worker("--stages", "route")
        route.until_ready()
        pipeline.until_progress()
    eventually(lambda: spillway.status()["lag"] == 0, WITHIN_S, "nothing is unread anywhere")
    assert sum(spillway.status()["tickets"].values()) > 0
    assert route.stop() == 0
