"""The life of a ticket."""

import pytest

from routers.matching import Policy, Pool, Queue, RepStatus, Router, TicketEvent, TicketTriaged
from tests.routers.matching.kinds import kinds


def test_a_ticket_is_reserved_accepted_resolved_and_forgotten_after_the_reopen_window(desk):
    desk.rep("ann")
    [decision] = desk.message("c-1", urgency="high")
    assert (decision.expires_at_s, decision.due_at_s) == (desk.now_s + 60, desk.now_s + 3600)
    assert decision.epoch == int(desk.now_s * 1000)
    for kind, state in (("accepted", "accepted"), ("replied", "accepted"), ("resolved", "resolved")):
        assert desk.event("c-1", kind, "ann") == []
        assert desk.router.counts()[state] == 1
    desk.wait(7 * 86_400 - 1)
    assert b"ticket/c-1" in desk.rows
    desk.wait(1)
    assert sum(desk.router.counts().values()) == 0
    assert b"ticket/c-1" not in desk.rows


def test_epochs_rise_even_after_the_ticket_was_forgotten(desk):
    desk.rep("ann")
    [first] = desk.message("c-1")
    desk.event("c-1", "resolved")
    desk.wait(8 * 86_400)
    desk.rep("ann")
    [second] = desk.message("c-1")
    assert second.epoch > first.epoch


def test_a_reservation_that_is_not_accepted_goes_to_someone_else_with_its_age(desk):
    desk.rep("ann")
    [first] = desk.message("c-1")
    desk.rep("bob", capacity_units=1)
    assert desk.wait(59.9) == []
    revoked, again = desk.wait(0.2)
    assert kinds([revoked, again]) == [("revoked", "c-1", "ann"), ("assigned", "c-1", "bob")]
    assert first.epoch < revoked.epoch < again.epoch
    assert again.due_at_s == first.due_at_s
    assert revoked.why.rule == "not_accepted"


def test_who_missed_a_ticket_is_asked_again_after_a_while_if_nobody_else_took_it(desk):
    desk.rep("ann", valid_for_s=10_000)
    desk.message("c-1")
    assert kinds(desk.wait(60)) == [("revoked", "c-1", "ann")]
    assert desk.wait(299) == []
    assert kinds(desk.wait(1)) == [("assigned", "c-1", "ann")]


def test_who_declined_a_ticket_is_never_asked_for_it_again(desk):
    desk.rep("ann", valid_for_s=100_000)
    desk.message("c-1")
    assert desk.event("c-1", "declined", "ann") == []
    assert desk.wait(90_000) == []
    assert kinds(desk.rep("bob")) == [("assigned", "c-1", "bob")]


@pytest.mark.parametrize(("kind", "urgency"), [("transferred", "low"), ("escalated", "urgent")])
def test_a_ticket_that_is_passed_on_goes_to_someone_else_with_its_age(desk, kind, urgency):
    desk.rep("ann")
    [first] = desk.message("c-1", urgency="low")
    desk.event("c-1", "accepted")
    assert desk.event("c-1", kind, "ann") == []
    [second] = desk.rep("bob")
    sla_s = Policy.default().queue_for("").sla_s
    assert second.due_at_s - sla_s[urgency] == pytest.approx(first.due_at_s - sla_s["low"])


def test_a_ticket_transferred_to_a_named_rep_leaves_the_first_one_and_is_offered_to_the_other(desk):
    desk.rep("ann", capacity_units=1)
    desk.message("c-1")
    desk.event("c-1", "accepted", "ann")
    for rep_id in ("bob", "cem"):
        desk.rep(rep_id)
    [decision] = desk.event("c-1", "transferred", "cem")
    assert (decision.rep_id, decision.why.rule) == ("cem", "last_rep")
    assert kinds(desk.message("c-2", owner="ann")) == [("assigned", "c-2", "ann")]


def test_a_ticket_that_is_transferred_there_and_back_is_offered_to_the_first_rep_again(desk):
    for rep_id in ("ann", "bob"):
        desk.rep(rep_id)
    [first] = desk.message("c-1")
    there, back = ("bob", "ann") if first.rep_id == "ann" else ("ann", "bob")
    for rep_id in (there, back, there):
        desk.event("c-1", "accepted")
        assert kinds(desk.event("c-1", "transferred", rep_id)) == [("assigned", "c-1", rep_id)]


def test_a_ticket_that_is_transferred_to_who_let_it_pass_is_offered_to_that_rep(desk):
    desk.rep("ann")
    desk.message("c-1")
    desk.wait(60)
    desk.rep("bob")
    desk.event("c-1", "accepted", "bob")
    assert kinds(desk.event("c-1", "transferred", "ann")) == [("assigned", "c-1", "ann")]


def test_a_ticket_that_is_transferred_to_a_named_rep_goes_to_its_owner_who_is_there(desk):
    desk.rep("ann")
    desk.message("c-1", owner="eve")
    desk.event("c-1", "accepted", "ann")
    for rep_id in ("bob", "eve"):
        desk.rep(rep_id)
    [decision] = desk.event("c-1", "transferred", "bob")
    assert (decision.rep_id, decision.why.rule) == ("eve", "owner")


def test_stale_and_foreign_events_are_refused_and_counted(desk):
    desk.rep("ann")
    [first] = desk.message("c-1")
    desk.rep("bob")
    desk.wait(60)
    before = dict(desk.rows)
    assert desk.event("c-1", "accepted", "ann", epoch=first.epoch) == []
    assert desk.event("c-1", "accepted", "ann") == []
    assert desk.event("nobody-knows", "accepted") == []
    assert desk.event("c-1", "reopened") == []
    assert desk.rep("eve", pool="elsewhere") == []
    assert desk.rows == before
    assert desk.router.refusals == {
        "stale_epoch": 1,
        "other_rep": 1,
        "unknown_ticket": 1,
        "wrong_state": 1,
        "unknown_pool": 1,
    }


def test_a_repeated_message_changes_nothing():
    router = Router(Policy.default())
    command = TicketTriaged("c-1", "m-1")
    router.apply(command, 0.0)
    assert router.changed_rows()
    assert router.apply(command, 5.0) == []
    assert router.changed_rows() == {}
    assert router.refusals == {"repeated_message": 1}


def test_a_second_message_raises_the_urgency_and_keeps_the_age(desk):
    desk.rep("ann", capacity_units=1)
    desk.message("first")
    desk.message("c-1", urgency="low")
    began_s = desk.now_s
    desk.message("c-2", urgency="high")
    desk.wait(30)
    desk.message("c-1", urgency="urgent")
    desk.message("c-1", urgency="low")
    [decision] = desk.event("first", "resolved")
    assert (decision.ticket_id, decision.due_at_s) == ("c-1", began_s + 900)


def test_a_message_within_the_reopen_window_reopens_the_ticket_for_the_same_rep(desk):
    desk.rep("ann")
    desk.message("c-1")
    desk.event("c-1", "resolved", "ann")
    desk.rep("bob", capacity_units=100)
    desk.wait(100)
    [decision] = desk.message("c-1")
    assert (decision.rep_id, decision.why.rule) == ("ann", "last_rep")
    assert decision.due_at_s == desk.now_s + 14_400


@pytest.mark.parametrize("by_message", [True, False])
def test_a_ticket_that_waits_on_its_customer_is_no_load_but_keeps_a_unit_free(desk, by_message):
    desk.rep("ann", capacity_units=2)
    for ticket_id in ("c-1", "c-2"):
        desk.message(ticket_id)
    desk.message("c-3")
    desk.message("c-4")
    assert desk.event("c-1", "waiting_on_customer", "ann") == []
    assert kinds(desk.event("c-2", "waiting_on_customer", "ann")) == [("assigned", "c-3", "ann")]
    woken = desk.message("c-1") if by_message else desk.event("c-1", "reopened")
    assert woken == []
    assert desk.router.counts()["accepted"] == 1


def test_a_ticket_that_wakes_when_its_rep_is_full_is_revoked_and_waits_anew(desk):
    desk.rep("ann", capacity_units=1)
    desk.message("c-1")
    desk.event("c-1", "waiting_on_customer")
    desk.message("c-2")
    [decision] = desk.event("c-1", "reopened")
    assert (decision.kind, decision.ticket_id, decision.why.rule) == ("revoked", "c-1", "no_room")
    assert kinds(desk.event("c-2", "resolved")) == [("assigned", "c-1", "ann")]


def test_the_unit_kept_free_is_given_to_others_when_the_last_sleeping_ticket_has_woken(desk):
    desk.rep("ann", capacity_units=2)
    desk.message("c-1", effort_units=0.1)
    desk.message("c-2")
    desk.event("c-1", "waiting_on_customer")
    assert desk.message("c-3", effort_units=0.9) == []
    assert kinds(desk.event("c-1", "reopened")) == [("assigned", "c-3", "ann")]


def test_a_repeated_sleep_event_does_not_put_a_woken_ticket_to_sleep_again(desk):
    desk.rep("ann")
    desk.message("c-1")
    command = TicketEvent("c-1", "waiting_on_customer", desk.epochs["c-1"], at_s=5.0)
    desk.router.apply(command, desk.now_s)
    desk.router.apply(TicketEvent("c-1", "reopened", desk.epochs["c-1"], at_s=6.0), desk.now_s)
    desk.router.apply(command, desk.now_s)
    assert desk.router.counts()["accepted"] == 1


def test_the_newest_status_wins_whatever_order_they_come_in():
    router = Router(Policy.default())
    router.apply(RepStatus("ann", "home", "offline", at_s=5.0), 6.0)
    router.apply(RepStatus("ann", "home", "online", at_s=4.0), 6.0)
    assert router.apply(TicketTriaged("c-1", "m-1"), 6.0) == []
    assert router.refusals == {"old_status": 1}


def test_a_clock_that_runs_ahead_does_not_keep_a_rep_online():
    router = Router(Policy.default())
    router.apply(RepStatus("ann", "home", "online", at_s=1e9), 0.0)
    router.tick(300.0)
    assert router.apply(TicketTriaged("c-1", "m-1"), 300.0) == []


def test_nothing_expires_before_the_watermark_though_the_partition_is_ahead():
    router = Router(Policy.default())
    router.apply(RepStatus("ann", "home", "online", at_s=0.0, valid_for_s=1e6), 0.0)
    [first] = router.apply(TicketTriaged("c-1", "m-1"), 0.0)
    router.apply(TicketTriaged("c-2", "m-2"), 500.0)
    assert router.tick(59.0) == []
    assert router.apply(TicketEvent("c-1", "accepted", first.epoch, at_s=30.0), 500.0) == []
    assert router.tick(500.0) == []
    assert router.counts()["accepted"] == 1


def test_what_a_late_tick_decides_is_dated_with_the_partitions_time():
    router = Router(Policy.default())
    router.apply(RepStatus("ann", "home", "online", at_s=0.0, valid_for_s=1e6), 0.0)
    router.apply(TicketTriaged("c-1", "m-1"), 0.0)
    router.apply(TicketTriaged("c-2", "m-2"), 500.0)
    [revoked] = router.tick(60.0)
    assert (revoked.decided_at_s, revoked.epoch) == (500.0, 500_000)


def test_a_promised_callback_is_served_for_its_time_and_not_before(helpdesk):
    sla_s = {"low": 900, "normal": 600, "high": 300, "urgent": 60}
    desk = helpdesk(Policy("g", [Queue("q", ["*"], sla_s=sla_s)], [Pool("home", capacity_units=1)]))
    desk.rep("ann", valid_for_s=100_000)
    due_at_s = desk.now_s + 3600
    assert desk.message("call", due_at_s=due_at_s) == []
    assert desk.router.counts()["waiting"] == 1
    assert desk.wait(2999) == []
    [decision] = desk.wait(1)
    assert (decision.kind, decision.ticket_id, decision.due_at_s) == ("assigned", "call", due_at_s)


@pytest.mark.parametrize("ended_by", ["resolved", "waiting_on_customer"])
def test_a_promise_that_was_kept_is_not_late_when_the_customer_comes_back(desk, ended_by):
    desk.rep("ann", capacity_units=1, valid_for_s=1e6)
    desk.message("call", due_at_s=desk.now_s + 10)
    desk.event("call", ended_by)
    desk.message("busy")
    desk.event("busy", "accepted")
    desk.message("waits")
    desk.wait(100_000)
    desk.event("call", "reopened")
    reopened_s = desk.now_s
    desk.wait(100)
    assert kinds(desk.event("busy", "resolved")) == [("assigned", "waits", "ann")]
    [decision] = desk.event("waits", "resolved")
    assert (decision.ticket_id, decision.due_at_s) == ("call", reopened_s + 14_400)


@pytest.mark.parametrize("ended_by", ["resolved", "waiting_on_customer"])
def test_a_promise_made_when_the_customer_comes_back_holds(desk, ended_by):
    desk.rep("ann", capacity_units=1, valid_for_s=1e6)
    desk.message("call")
    desk.event("call", ended_by)
    desk.message("busy")
    desk.event("busy", "accepted")
    due_at_s = desk.now_s + 5_000
    desk.message("call", due_at_s=due_at_s)
    [decision] = desk.event("busy", "resolved")
    assert (decision.ticket_id, decision.due_at_s) == ("call", due_at_s)


def test_a_tick_without_anything_to_do_changes_no_row(desk):
    desk.rep("ann")
    desk.message("c-1")
    assert desk.router.tick(desk.now_s + 1) == []
    assert desk.router.tick(desk.now_s + 1) == []
    assert desk.router.changed_rows() == {}
