"""What bots may not have, and what is taken from them."""

import pytest

from routers.matching import Policy, Pool, Queue, Router

POLICY = Policy("g", [Queue("q", ["*"])], [Pool("home", capacity_units=1), Pool("robot", kind="bot")])


@pytest.fixture
def desk(helpdesk):
    """A bot has ticket c-1, and an employee has nothing."""
    desk = helpdesk(POLICY)
    desk.rep("bot", pool="robot", valid_for_s=1e6)
    desk.message("c-1")
    desk.rep("ann", valid_for_s=1e6)
    return desk


def said(decisions):
    return [(d.kind, d.rep_id, d.why.rule) for d in decisions]


@pytest.mark.parametrize("state", ["reserved", "accepted"])
def test_a_customer_who_needs_a_person_is_taken_from_the_bot_with_the_age_of_the_ticket(desk, state):
    began_s = desk.now_s
    if state == "accepted":
        desk.event("c-1", "accepted", "bot")
    desk.now_s += 50
    decisions = desk.message("c-1", needs_human=True)
    assert said(decisions) == [("revoked", "bot", "needs_human"), ("assigned", "ann", "least_loaded")]
    assert decisions[1].due_at_s == pytest.approx(began_s + 14_400, abs=0.01)
    assert sum(desk.router.counts().values()) == 1


def test_a_customer_who_answers_a_bot_that_a_person_is_needed_waits_anew_for_one(desk):
    desk.event("c-1", "waiting_on_customer", "bot")
    desk.now_s += 90_000
    decisions = desk.message("c-1", needs_human=True)
    assert said(decisions) == [("revoked", "bot", "needs_human"), ("assigned", "ann", "least_loaded")]
    assert decisions[1].due_at_s == desk.now_s + 14_400


def test_a_customer_who_answers_a_bot_in_time_goes_on_with_it(desk):
    desk.event("c-1", "accepted", "bot")
    desk.wait(1_000)
    desk.event("c-1", "waiting_on_customer", "bot")
    desk.wait(799)
    assert desk.message("c-1") == []
    assert desk.router.counts()["accepted"] == 1


def test_what_a_bot_does_not_resolve_within_its_limit_goes_to_people_with_its_age(desk):
    began_s = desk.now_s
    desk.event("c-1", "accepted", "bot")
    desk.wait(1_799)
    restored = Router(POLICY)
    restored.restore(desk.rows)
    decisions = desk.wait(2)
    assert said(decisions) == [("revoked", "bot", "bot_limit"), ("assigned", "ann", "least_loaded")]
    assert decisions[1].due_at_s == pytest.approx(began_s + 14_400, abs=0.01)
    assert restored.tick(desk.now_s) == decisions


def test_a_bots_limit_ends_while_its_customer_is_silent_and_an_answer_goes_to_people(desk):
    desk.event("c-1", "waiting_on_customer", "bot")
    assert desk.wait(2_000) == []
    assert said(desk.event("c-1", "reopened"))[0] == ("revoked", "bot", "bot_limit")
    assert desk.router.counts()["reserved"] == 1


def test_people_may_take_as_long_as_they_need(desk):
    desk.message("c-2")
    desk.event("c-2", "accepted", "ann")
    desk.event("c-1", "resolved", "bot")
    assert desk.wait(90_000) == []


@pytest.mark.parametrize("by_message", [True, False])
def test_a_second_contact_about_what_was_resolved_is_never_a_bots(desk, by_message):
    desk.event("c-1", "resolved", "bot")
    [decision] = desk.message("c-1") if by_message else desk.event("c-1", "reopened")
    assert decision.rep_id == "ann"
    desk.event("c-1", "transferred", "ann")
    assert desk.wait(1_000) == []


@pytest.mark.parametrize("kind", ["transferred", "escalated"])
def test_what_a_bot_passes_on_goes_to_people_and_to_no_other_bot(desk, kind):
    desk.rep("bot-2", pool="robot", valid_for_s=1e6)
    desk.event("c-1", "accepted", "bot")
    desk.rep("ann", "away", valid_for_s=1e6)
    assert desk.event("c-1", kind, "bot") == []
    assert said(desk.rep("ann"))[0][:2] == ("assigned", "ann")


def test_what_a_person_escalates_is_not_for_a_bot(desk):
    desk.message("c-2")
    assert desk.event("c-2", "escalated", "ann") == []


def test_a_customer_whose_person_has_left_is_not_given_to_a_bot(desk):
    desk.message("c-2")
    desk.event("c-2", "waiting_on_customer", "ann")
    desk.rep("ann", "offline")
    assert said(desk.message("c-2")) == [("revoked", "ann", "absent")]


def test_what_a_person_transfers_is_not_for_a_bot(desk):
    desk.message("c-2", owner="ann")
    desk.event("c-2", "accepted", "ann")
    assert desk.event("c-2", "transferred", "ann") == []


def test_what_a_person_only_declines_a_bot_may_take(desk):
    desk.message("c-2", owner="ann")
    [decision] = desk.event("c-2", "declined", "ann")
    assert decision.rep_id == "bot"


@pytest.mark.parametrize("who", ["ann", "bot"])
def test_what_someone_had_accepted_who_leaves_or_falls_silent_is_not_for_a_bot(desk, who):
    desk.event("c-1", "resolved", "bot")
    desk.message("c-2", channel="chat", owner=who)
    desk.event("c-2", "accepted", who)
    desk.rep("bot-2", pool="robot", valid_for_s=1e6)
    for rep_id, pool in (("ann", "home"), ("bot", "robot")):
        desk.rep(rep_id, "offline", pool=pool)
    assert said(desk.wait(60)) == [("revoked", who, "absent")]
    assert desk.router.counts()["waiting"] == 1
