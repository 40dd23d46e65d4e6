"""The whole pipeline under faults: traffic of every kind, a helpdesk that answers, and the oracle of its stages."""

import hashlib
import os
import random
import secrets
import threading
import time
from typing import Any, Self

import confluent_kafka
import orjson

from tests.conftest import ROUNDS
from tests.faults import flow_oracle
from tests.flow.deployment import Deployment, eventually
from tests.flow.records import TEXTS, event, message, rep

LAG_ZERO_S = 60.0
"""The bound: so long after the last fault and the last record nothing is unread anywhere."""
WITHIN_S = LAG_ZERO_S if ROUNDS in os.environ else 180.0
"""The long form holds to the bound. The short form runs beside other tests and says nothing of speed."""
GROUPS = {"default": 3_600.0, "hasty": 4.0}
"""Two groups: in one no reservation ends while a test lasts, so that all its decisions can be worked out again."""
REPS = 12
RATE_PER_S = 60
PROGRESS = 150
"""Offsets; markers of transactions take some of them."""
PROGRESS_TOPICS = ("tickets.triaged", "tickets.assignments", "routing.inbox")

POLICY = "".join(
    f"""
[[tenants]]
name = "{group}"
group = "{group}"

[[groups]]
name = "{group}"
reservation_s = {reservation_s}

[[groups.queues]]
name = "default"
topics = ["*"]

[[groups.pools]]
name = "home"
kind = "home"
"""
    for group, reservation_s in GROUPS.items()
)


class Traffic:
    """Messages of both tenants, some repeated and some broken, and a helpdesk that answers assignments.

    All is written by one thread. The helpdesk's answer follows from the assignment's id alone: most are accepted and
    resolved, some declined, some never answered.
    """

    def __init__(self, spillway: Deployment, dice: random.Random, rate_per_s: int = RATE_PER_S) -> None:
        self._spillway, self._dice, self._rate_per_s = spillway, dice, rate_per_s
        self._run = secrets.token_hex(3)
        self._ending = threading.Event()
        self._hushed = False
        self.sent = 0
        self._assignments = confluent_kafka.Consumer(
            {
                "bootstrap.servers": spillway.broker.bootstrap,
                "group.id": f"{spillway.prefix}helpdesk-{self._run}",
                "isolation.level": "read_committed",
                "auto.offset.reset": "latest",
                "log_level": 0,
            }
        )
        self._assignments.subscribe([f"{spillway.prefix}tickets.assignments"])
        for group in GROUPS:
            for number in range(REPS):
                name = f"{group}-{number}"
                status = orjson.loads(rep(name, time.time(), capacity_units=30)) | {"group": group}
                spillway.send("reps.status", name.encode(), orjson.dumps(status))
        self._thread = threading.Thread(target=self._work, name="traffic", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(30)
        self._assignments.close()

    def hush(self) -> int:
        """Say no more, only answer; how many messages were sent."""
        self._hushed = True
        return self.sent

    def _conversation(self, number: int) -> str:
        return f"{self._run}-c{number - number % 2}"

    def _work(self) -> None:
        began_s = time.monotonic()
        while not self._ending.is_set():
            due = int((time.monotonic() - began_s) * self._rate_per_s)
            while self.sent < due and not self._hushed:
                self._say(self.sent)
                self.sent += 1
            for record in self._assignments.consume(200, 0.05):
                if record.error() is None:
                    self._answer(orjson.loads(record.value()))

    def _say(self, number: int) -> None:
        name = f"{self._run}-{number}"
        tenant = "hasty" if number % 3 == 0 else "default"
        text = f"{self._dice.choice(TEXTS)[1]} ({name})"
        conversation = self._conversation(number)
        value = message(name, text, tenant=tenant, conversation_id=conversation)
        key = conversation.encode()
        self._spillway.send("messages.raw", key, value)
        if number % 20 == 7:
            self._spillway.send("messages.raw", key, value)  # the channel sends it again
        if number % 50 == 9:
            self._spillway.send("messages.raw", key, b'{"broken": "%s"' % name.encode())

    def _answer(self, assignment: dict[str, Any]) -> None:
        if assignment["kind"] != "assigned":
            return
        chance = hashlib.blake2b(assignment["assignment_id"].encode(), digest_size=1).digest()[0]
        if chance < 20:
            return
        for kind in ("declined",) if chance < 40 else ("accepted", "resolved"):
            value = event(kind, assignment, time.time())
            self._spillway.send("tickets.events", assignment["ticket_id"].encode(), value)


class Pipeline:
    def __init__(self, spillway: Deployment) -> None:
        self.spillway = spillway

    def _ends(self) -> list[int] | None:
        """How far messages, assignments and helpdesks' answers have come; None from a broker that has just come back.

        Unanswered is not zero: from a start of zero, what was there before the fault would pass for progress.
        """
        try:
            return [self.spillway.committed_end(topic) for topic in PROGRESS_TOPICS]
        except (confluent_kafka.KafkaException, TimeoutError):
            return None

    def until_progress(self, within_s: float = WITHIN_S) -> None:
        """Until messages go all the way through to assignments, and helpdesks' answers into the inbox."""
        deadline_s = time.monotonic() + within_s
        starts = eventually(self._ends, within_s, "the broker answers")

        def moved() -> bool:
            ends = self._ends()
            return ends is not None and all(end > start + PROGRESS for start, end in zip(starts, ends, strict=True))

        eventually(moved, deadline_s - time.monotonic(), "messages are triaged and routed")

    def check(self, within_s: float = WITHIN_S) -> int:
        """Lag zero in time, and everything as if no fault had been. How many messages went in."""
        self.spillway.flush()
        status = eventually(
            lambda: (now := self.spillway.status())["lag"] == 0 and now, within_s, "nothing is unread anywhere"
        )
        return flow_oracle.check(self.spillway, status, GROUPS)
