"""All workers away for ten minutes of scaled time, while an acceptance waits to be read."""

import time
from collections.abc import Callable
from typing import Any

import orjson

from streams.runtime.fence import FENCE_KEY
from tests.flow.deployment import Deployment, eventually
from tests.flow.records import event, message, rep

SPEED = 60.0
AWAY_S = 600.0
RESERVATION_S = 300.0


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
    )

    def assignments(kind: str) -> list[dict[str, Any]]:
        records = [orjson.loads(record.value()) for record in spillway.read("tickets.assignments")]
        return [assignment for assignment in records if assignment["kind"] == kind]

    worker = spillway.start_worker()
    worker.until_ready()
    spillway.send("reps.status", b"rep-1", rep("rep-1", scaled_s()))
    spillway.flush()
    for name in ("accepted-in-time", "never-accepted"):
        spillway.send("messages.raw", name.encode(), message(name))
    spillway.flush()
    eventually(lambda: len(assignments("assigned")) == 2, 20, "both tickets are assigned")
    assert worker.stop() == 0
    assert assignments("revoked") == []
    mine = next(one for one in assignments("assigned") if one["ticket_id"] == "accepted-in-time")
    spillway.send("tickets.events", b"accepted-in-time", event("accepted", mine, scaled_s()))
    spillway.flush()

    back_s = scaled_s() + AWAY_S
    eventually(lambda: scaled_s() >= back_s, 60, "ten minutes have passed")
    spillway.start_worker().until_ready()
    # The other ticket shows that reservations do expire, and that the watermark has passed them.
    eventually(lambda: assignments("revoked"), 40, "the reservation that nobody accepted is revoked")
    assert {one["ticket_id"] for one in assignments("revoked")} == {"never-accepted"}
    eventually(lambda: spillway.status()["tickets"]["accepted"] == 1, 20, "the accepted ticket is with its rep")

    fences: dict[int, list[float]] = {}
    for record in spillway.read("route.routing.inbox.state"):
        if record.key() == FENCE_KEY:
            fences.setdefault(record.partition(), []).append(orjson.loads(record.value())["time_s"])
    assert fences
    for times_s in fences.values():
        assert times_s == sorted(times_s), "time went back across owners"
