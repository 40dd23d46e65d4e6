"""``spillway topics plan`` and ``topics apply``: the broker's topics as the table says."""

import time
from collections.abc import Sequence
from typing import Any

from streams.cli.errors import CommandError, ExitCode
from streams.cli.kafka import admin_client
from streams.cli.output import say, say_json, show, table
from streams.runtime.kafka import KafkaClients
from streams.topic_admin import Change, TopicAdmin
from streams.topics import TopicTable

SETTLE_S = 15.0
VERBS = {"create": "create", "grow": "grow", "set": "set", "refuse": "refused"}


def plan(clients: KafkaClients, topics: TopicTable, replication: int, *, as_json: bool) -> None:
    """Show what ``apply`` would do. Raises CommandError (4) when something would be refused."""
    with admin_client(clients) as admin:
        changes = TopicAdmin(admin, topics, replication=replication).plan()
    _show(changes, topics, "planned", as_json)
    _refuse(changes)


def apply(clients: KafkaClients, topics: TopicTable, replication: int, *, as_json: bool) -> None:
    """Do it, and show what was done. Raises CommandError (4) when something was refused; the rest is done."""
    with admin_client(clients) as admin:
        topic_admin = TopicAdmin(admin, topics, replication=replication)
        changes = topic_admin.plan()
        topic_admin.apply(changes)
        _await_done(topic_admin)
    _show(changes, topics, "done", as_json)
    _refuse(changes)


def _await_done(topic_admin: TopicAdmin) -> None:
    """Brokers take up changes some time after they said yes. Raises CommandError when one is not there in time."""
    deadline_s = time.monotonic() + SETTLE_S
    while left := [change for change in topic_admin.plan() if change.kind != "refuse"]:
        if time.monotonic() > deadline_s:
            raise CommandError(ExitCode.FAILED, f"not done after {SETTLE_S:.0f} s: {left[0].topic}: {left[0].detail}")
        time.sleep(0.1)


def _show(changes: Sequence[Change], topics: TopicTable, done: str, as_json: bool) -> None:
    if as_json:
        say_json([{"action": VERBS[change.kind], "topic": change.topic, "detail": change.detail} for change in changes])
        return
    if not changes:
        say(f"Nothing to do: all {len(list(topics))} topics are as planned.")
        return
    show(table(f"Topics, {done}", ("action", "topic", "detail"), map(_row, changes)))


def _row(change: Change) -> tuple[Any, ...]:
    return VERBS[change.kind], change.topic, change.detail


def _refuse(changes: Sequence[Change]) -> None:
    refused = [f"{change.topic} {change.detail}" for change in changes if change.kind == "refuse"]
    if refused:
        raise CommandError(
            ExitCode.NOT_AS_PLANNED,
            f"refused: {'; '.join(refused)}. Keys would move between partitions, away from their rows.",
        )
