"""Customers who never answer: their tickets keep room with their reps for a limited time."""

import orjson
import pytest

from routers.matching import Policy, Pool, Queue, Router
from routers.matching.rows import TICKET_COLUMNS

LIMIT_S = 100_000.0
POLICY = Policy(
    "g", [Queue("q", ["*"])], [Pool("home", capacity_units=2), Pool("robot", kind="bot")], customer_limit_s=LIMIT_S
)


@pytest.fixture
def desk(helpdesk):
    """ann's ticket c-1 waits on its customer, and keeps one of her two units free."""
    desk = helpdesk(POLICY)
    desk.rep("ann", valid_for_s=1e7)
    desk.message("c-1")
    desk.event("c-1", "waiting_on_customer", "ann")
    return desk


def said(decisions):
    return [(d.kind, d.rep_id, d.why.rule) for d in decisions]


def test_a_ticket_whose_customer_stays_silent_is_resolved_and_keeps_no_room(desk):
    assert said(desk.message("c-2")) == [("assigned", "ann", "least_loaded")]
    desk.event("c-2", "accepted", "ann")
    assert desk.message("c-3") == []  # a unit is kept free for c-1
    restored = Router(POLICY)
    restored.restore(desk.rows)
    assert desk.wait(LIMIT_S - 10) == []
    decisions = desk.wait(11)
    assert said(decisions) == [("revoked", "ann", "customer_silent"), ("assigned", "ann", "most_pressing")]
    assert [d.ticket_id for d in decisions] == ["c-1", "c-3"]
    assert desk.router.counts()["resolved"] == 1
    assert restored.tick(desk.now_s) == decisions


def test_each_answer_begins_the_time_anew(desk):
    desk.wait(LIMIT_S - 10)
    desk.message("c-1")
    desk.wait(LIMIT_S)  # with the rep, not with the customer
    desk.event("c-1", "waiting_on_customer", "ann")
    assert desk.wait(LIMIT_S - 10) == []
    assert said(desk.wait(11)) == [("revoked", "ann", "customer_silent")]


def test_a_ticket_that_falls_asleep_again_and_again_is_watched_by_one_timer(desk):
    timers = len(desk.router._desk.timers)
    for _ in range(100):
        desk.message("c-1")
        desk.event("c-1", "waiting_on_customer", "ann")
    assert len(desk.router._desk.timers) == timers


def test_a_bots_customer_is_waited_for_as_long(helpdesk):
    desk = helpdesk(POLICY)
    desk.rep("bot", pool="robot", valid_for_s=1e7)
    desk.message("c-1")
    desk.event("c-1", "waiting_on_customer", "bot")
    assert desk.wait(LIMIT_S - 10) == []
    assert said(desk.wait(11)) == [("revoked", "bot", "customer_silent")]


def test_who_answers_after_all_gets_a_person_and_later_still_a_new_ticket(desk):
    desk.wait(LIMIT_S + 1)
    assert said(desk.message("c-1")) == [("assigned", "ann", "last_rep")]
    desk.event("c-1", "waiting_on_customer", "ann")
    desk.wait(LIMIT_S + 1)
    desk.wait(POLICY.reopen_window_s + 1)
    assert sum(desk.router.counts().values()) == 0
    assert said(desk.message("c-1")) == [("assigned", "ann", "least_loaded")]


def test_what_waited_before_there_was_a_limit_begins_to_wait_when_it_is_restored(desk):
    for key, row in desk.rows.items():
        if key.startswith(b"ticket/"):
            columns = orjson.loads(row)
            desk.rows[key] = orjson.dumps(columns[: TICKET_COLUMNS.index("asleep_s")])
    restored = Router(POLICY)
    restored.restore(desk.rows)
    assert restored.tick(desk.now_s + LIMIT_S - 1) == []
    assert said(restored.tick(desk.now_s + LIMIT_S + 1)) == [("revoked", "ann", "customer_silent")]
