"""Reps who leave, fall silent, come back or are gone for good."""

import pytest

from routers.matching import Policy, Pool, Queue, Router, TicketTriaged
from tests.routers.matching.kinds import kinds


@pytest.mark.parametrize("state", ["away", "offline"])
def test_who_leaves_loses_what_is_only_reserved(desk, state):
    desk.rep("ann")
    desk.message("c-1")
    assert kinds(desk.rep("ann", state)) == [("revoked", "c-1", "ann")]
    assert kinds(desk.rep("ann")) == [("assigned", "c-1", "ann")]


def test_accepted_tickets_of_someone_offline_are_passed_on_after_the_channels_grace(desk):
    desk.rep("ann")
    for ticket_id, channel in (("chat", "chat"), ("mail", "email")):
        desk.message(ticket_id, channel=channel)
        desk.event(ticket_id, "accepted")
    desk.rep("ann", "offline")
    desk.rep("bob", valid_for_s=10_000)
    assert desk.wait(59) == []
    assert kinds(desk.wait(1)) == [("revoked", "chat", "ann"), ("assigned", "chat", "bob")]
    desk.event("chat", "accepted")
    assert desk.wait(530) == []
    assert kinds(desk.wait(10)) == [("revoked", "mail", "ann"), ("assigned", "mail", "bob")]


def test_accepted_tickets_stay_with_someone_who_is_away_or_comes_back_in_time(desk):
    desk.rep("ann", valid_for_s=10_000)
    desk.message("c-1")
    desk.event("c-1", "accepted")
    desk.rep("ann", "away", valid_for_s=10_000)
    assert desk.wait(1000) == []
    desk.rep("ann", "offline")
    desk.wait(599)
    desk.rep("ann", valid_for_s=10_000)
    assert desk.wait(1000) == []
    assert desk.router.counts()["accepted"] == 1


def test_someone_whose_heartbeats_stop_is_gone_when_the_last_one_expires(desk):
    desk.rep("ann")
    desk.wait(200)
    desk.rep("ann")
    desk.message("c-1")
    desk.wait(50)
    desk.event("c-1", "accepted")
    desk.message("c-2")
    desk.wait(55)
    assert desk.router.counts()["reserved"] == 1
    assert kinds(desk.wait(5)) == [("revoked", "c-2", "ann")]
    desk.wait(200)
    assert desk.message("c-3") == []
    assert kinds(desk.wait(600)) == [("revoked", "c-1", "ann")]


def test_who_is_gone_for_the_reopen_window_is_forgotten_and_comes_back_as_a_new_rep(desk):
    for rep_id in ("ann", "bob"):
        desk.rep(rep_id)
        desk.message(f"of-{rep_id}", owner=rep_id)
        desk.event(f"of-{rep_id}", "resolved")
    desk.rep("ann", "offline")
    desk.wait(7 * 86_400 - 1)
    desk.rep("bob", valid_for_s=100)
    assert b"rep/ann" in desk.rows
    desk.wait(1)
    assert sorted(desk.rows) == [b"rep/bob", b"router"]
    assert [reps.online for reps in desk.router.statistics(desk.now_s).reps] == [1]
    desk.rep("ann")
    assert kinds(desk.message("c-1")) == [("assigned", "c-1", "ann")]


def test_a_gone_rep_with_a_ticket_that_waits_on_its_customer_is_forgotten_when_it_wakes(desk):
    desk.rep("ann")
    desk.message("c-1")
    desk.event("c-1", "waiting_on_customer")
    desk.wait(86_400)
    desk.wait(8 * 86_400)
    assert b"rep/ann" in desk.rows
    restored = Router(Policy.default())
    restored.restore(desk.rows)
    restored.tick(desk.now_s)
    command = TicketTriaged("c-1", "m-2")
    assert desk.router.apply(command, desk.now_s) == restored.apply(command, desk.now_s) != []
    for router in (desk.router, restored):
        router.tick(desk.now_s)
        assert router.changed_rows()[b"rep/ann"] is None


def test_who_comes_and_goes_is_remembered_from_the_last_absence_on(desk):
    for _ in range(6):
        desk.rep("ann")
        desk.rep("ann", "offline")
        desk.wait(2 * 86_400)
    desk.wait(5 * 86_400 - 1)
    assert b"rep/ann" in desk.rows
    desk.wait(1)
    assert b"rep/ann" not in desk.rows


def test_a_restored_router_forgets_who_came_and_went_no_later_and_no_earlier_than_the_one_it_replaces(helpdesk):
    policy = Policy("g", [Queue("q", ["*"], skills=["law"])], [Pool("home")], reopen_window_s=1_000)
    desk = helpdesk(policy)
    for _ in range(2):
        desk.rep("ann", skills=("law",), valid_for_s=5_000)
        desk.rep("ann", "offline", skills=("law",))
        desk.now_s += 500
    desk.message("call", due_at_s=desk.now_s + 200 + 14_400)  # when its time comes, ann is still known
    restored = Router(policy)
    restored.restore(desk.rows)
    assert desk.wait(600) == restored.tick(desk.now_s) == []
    assert b"rep/ann" not in desk.rows
    assert desk.router.counts() == restored.counts()


def test_a_restored_router_says_alike_why_a_ticket_is_taken_from_who_fell_silent(desk):
    desk.rep("ann", valid_for_s=40)
    desk.now_s += 20
    desk.message("c-1")
    desk.rep("ann", valid_for_s=100)
    restored = Router(Policy.default())
    restored.restore(desk.rows)
    [revoked] = desk.wait(140)
    assert revoked.why.rule == "not_accepted"
    assert restored.tick(desk.now_s) == [revoked]


def test_a_restored_router_takes_alike_in_order_what_who_left_twice_had_accepted(desk):
    desk.rep("ann", valid_for_s=1e6)
    for ticket_id in ("c-2", "c-1"):
        desk.message(ticket_id, channel="chat")
    desk.event("c-2", "accepted", "ann")
    desk.rep("ann", "offline")
    desk.now_s += 30
    desk.rep("ann", valid_for_s=1e6)
    desk.event("c-1", "accepted", "ann")
    desk.rep("ann", "offline")
    restored = Router(Policy.default())
    restored.restore(desk.rows)
    decisions = desk.wait(200)
    assert [d.ticket_id for d in decisions] == ["c-1", "c-2"]
    assert restored.tick(desk.now_s) == decisions


def test_a_status_that_would_have_held_longer_does_not_trouble_a_router_that_forgot_its_rep(desk):
    desk.rep("ann", valid_for_s=8 * 86_400)
    desk.rep("ann", "offline")
    desk.wait(7 * 86_400)
    assert desk.wait(86_400) == []
    assert sorted(desk.rows) == [b"router"]
