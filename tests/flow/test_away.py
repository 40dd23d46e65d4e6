"""All workers away for longer than a reservation lasts, while an acceptance waits to be read.

Route comes back first: it must wait for the stage that reads the acceptance. In slow motion, because it waits for 30
seconds of the pipeline's time and no longer, which must be more than a busy machine takes to start a worker.
"""

import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from streams.runtime.fence import FENCE_KEY
from streams.runtime.partitioner import key_hash
from tests.flow.deployment import Deployment, eventually
from tests.flow.records import event, message, rep

pytestmark = pytest.mark.timeout(1_500)  # more than all that it may wait for
SPEED = 0.5
RESERVATION_S = 8.0
AWAY_S = 10.0

POLICY = f"""
[[groups]]
name = "default"
reservation_s = {RESERVATION_S}

[[groups.queues]]
name = "default"
topics = ["*"]

[[groups.pools]]
name = "home"
kind = "home"

[[tenants]]
name = "default"
group = "default"
"""


def test_nothing_is_revoked_whose_acceptance_waited_to_be_read(
    deploy: Callable[..., Deployment],
) -> None:
    origin_s = time.time()

    def scaled_s() -> float:
        return origin_s + SPEED * (time.time() - origin_s)

    spillway = deploy(
        POLICY,
        SPILLWAY_PIPELINE__TIME_ORIGIN_S=origin_s,
        SPILLWAY_PIPELINE__TIME_START_S=origin_s,
        SPILLWAY_PIPELINE__TIME_SPEED=SPEED,
        SPILLWAY_KAFKA__TRANSACTION_TIMEOUT_S=10,  # eight partitions that open at once take seconds on a busy machine
    )

    def assignments(kind: str) -> list[dict[str, Any]]:
        records = [orjson.loads(record.value()) for record in spillway.read("tickets.assignments")]
        return [assignment for assignment in records if assignment["kind"] == kind]

    def times_s() -> dict[int, list[float]]:
        """Of each of route's partitions the times that it has come to."""
        times: dict[int, list[float]] = {}
        for record in spillway.read("route.routing.inbox.state"):
            if record.key() == FENCE_KEY:
                times.setdefault(record.partition(), []).append(orjson.loads(record.value())["time_s"])
        return times

    worker = spillway.start_worker()
    worker.until_ready()
    spillway.send("reps.status", b"rep-1", rep("rep-1", scaled_s()))
    spillway.flush()
    for name in ("accepted-in-time", "never-accepted"):
        spillway.send("messages.raw", name.encode(), message(name))
    spillway.flush()
    eventually(lambda: len(assignments("assigned")) == 2, 60, "both tickets are assigned")
    worker.kill()  # at once: to stop in order would take of the time in which to accept
    assert assignments("revoked") == []
    mine = next(one for one in assignments("assigned") if one["ticket_id"] == "accepted-in-time")
    spillway.send("tickets.events", b"accepted-in-time", event("accepted", mine, scaled_s()))
    spillway.flush()

    back_s = scaled_s() + AWAY_S
    eventually(lambda: scaled_s() >= back_s, 120, "the reservations would have expired")
    spillway.start_worker("--stages", "triage,route")
    home = key_hash(b"default") % spillway.partitions("routing.inbox")
    eventually(lambda: times_s()[home][-1] >= back_s, 180, "route is back, and its time beyond the reservations")
    spillway.start_worker("--stages", "intake")
    # The other ticket shows that reservations do expire, and that the watermark has passed them.
    eventually(lambda: assignments("revoked"), 180, "the reservation that nobody accepted is revoked")
    assert {one["ticket_id"] for one in assignments("revoked")} == {"never-accepted"}
    eventually(lambda: spillway.status()["tickets"]["accepted"] == 1, 60, "the accepted ticket is with its rep")

    assert len(times_s()) > 1
    for times in times_s().values():
        assert times == sorted(times), "time went back across owners"
