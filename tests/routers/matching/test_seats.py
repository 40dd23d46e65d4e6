"""When a vendor's reps may start tickets."""

import pytest

from routers.matching import Policy, Pool, Queue, RepStatus, Router
from routers.matching.rows import SEATS_PREFIX, seats_key

POLICY = Policy("g", [Queue("q", ["*"])], [Pool("home", capacity_units=1), Pool("acme", kind="vendor")])


@pytest.fixture
def desk(helpdesk):
    desk = helpdesk(POLICY)
    for rep_id in ("vic", "wes", "xia"):
        desk.rep(rep_id, pool="acme", valid_for_s=1e6)
    return desk


def said(decisions):
    return [(d.kind, d.ticket_id, d.rep_id) for d in decisions]


def test_a_vendor_gets_nothing_until_seats_are_open(desk):
    assert desk.message("c-1") == []
    [decision] = desk.seats(1)
    assert (decision.kind, decision.rep_id, decision.pool) == ("overflowed", "vic", "acme")
    assert decision.expires_at_s == desk.now_s + 60


def test_no_more_reps_have_tickets_than_there_are_seats(desk):
    desk.seats(2)
    assert [desk.message(f"c-{n}")[0].rep_id for n in range(12)] == ["vic", "wes"] * 6
    assert desk.message("c-12") == []


def test_a_seat_that_is_given_up_goes_to_whoever_can_use_it(desk):
    desk.seats(1)
    desk.message("c-1")
    assert said(desk.event("c-1", "declined", "vic")) == [("overflowed", "c-1", "wes")]


def test_a_seat_whose_rep_has_left_is_taken_by_another_for_what_already_waits(helpdesk):
    desk = helpdesk(POLICY)
    desk.seats(1)
    desk.rep("vic", pool="acme", capacity_units=1)
    desk.rep("wes", pool="acme")
    for ticket_id in ("c-1", "c-2", "c-3"):
        desk.message(ticket_id)
    desk.event("c-1", "accepted", "vic")
    assert desk.rep("vic", "away", pool="acme", capacity_units=1) == []
    assert said(desk.event("c-1", "resolved", "vic")) == [("overflowed", "c-2", "wes"), ("overflowed", "c-3", "wes")]


def test_a_ticket_that_waits_on_its_customer_keeps_its_reps_seat(desk):
    desk.seats(1)
    desk.message("c-1")
    desk.event("c-1", "waiting_on_customer", "vic")
    [decision] = desk.message("c-2")
    assert decision.rep_id == "vic"


def test_a_rep_who_has_left_takes_no_seat_for_what_waits_on_its_customer(desk):
    desk.seats(1)
    desk.message("c-1")
    desk.event("c-1", "waiting_on_customer", "vic")
    desk.message("c-2")
    desk.event("c-2", "accepted", "vic")
    desk.message("c-3", owner="wes")
    assert said(desk.rep("vic", "offline", pool="acme")) == [("revoked", "c-3", "vic")]
    [revoked, *given] = desk.wait(600)
    assert (revoked.ticket_id, revoked.rep_id) == ("c-2", "vic")
    assert said(given) == [("overflowed", "c-2", "wes"), ("overflowed", "c-3", "wes")]


def test_a_rep_who_has_left_gives_up_the_seat_when_the_last_ticket_falls_asleep(desk):
    desk.seats(1)
    desk.message("c-1")
    desk.event("c-1", "accepted", "vic")
    desk.rep("vic", "offline", pool="acme")
    assert desk.message("c-2") == []
    assert said(desk.event("c-1", "waiting_on_customer", "vic")) == [("overflowed", "c-2", "wes")]


def test_a_rep_who_comes_back_to_what_waits_on_its_customer_takes_a_seat_again(desk):
    desk.seats(1)
    desk.message("c-1")
    desk.event("c-1", "waiting_on_customer", "vic")
    desk.rep("vic", "offline", pool="acme")
    desk.message("c-2")
    restored = Router(POLICY)
    restored.restore(desk.rows)
    assert said(desk.rep("vic", pool="acme", valid_for_s=1e6))[:2] == [
        ("revoked", "c-2", "wes"),
        ("overflowed", "c-2", "vic"),
    ]
    back = RepStatus("vic", "acme", "online", at_s=desk.now_s, valid_for_s=1e6)
    assert said(restored.apply(back, desk.now_s)) == [("revoked", "c-2", "wes"), ("overflowed", "c-2", "vic")]


def test_employees_who_have_room_go_first_and_their_decisions_are_no_overflow(desk):
    desk.seats(3)
    desk.rep("ann")
    assert said(desk.message("c-1")) == [("assigned", "c-1", "ann")]
    assert said(desk.message("c-2")) == [("overflowed", "c-2", "vic")]


def test_what_returns_to_the_line_goes_to_an_employee_before_a_vendors_rep_with_room(desk):
    desk.seats(2)
    for ticket_id in ("c-1", "c-2"):
        desk.message(ticket_id)
    desk.wait(30)
    desk.rep("ann", valid_for_s=1e6)
    assert said(desk.wait(31))[:3:2] == [("revoked", "c-1", "vic"), ("assigned", "c-1", "ann")]


def test_when_seats_close_reservations_are_revoked_and_accepted_tickets_are_finished(desk):
    desk.seats(1)
    desk.message("mine")
    desk.event("mine", "accepted", "vic")
    desk.message("offered")
    [decision] = desk.seats(0)
    assert said([decision]) == [("revoked", "offered", "vic")]
    assert decision.why.rule == "seats_closed"
    desk.event("mine", "waiting_on_customer", "vic")
    assert desk.event("mine", "reopened", "vic") == []
    assert desk.router.counts()["accepted"] == 1
    assert desk.event("mine", "resolved", "vic") == []
    assert said(desk.seats(1)) == [("overflowed", "offered", "wes")]


def test_seats_end_by_themselves_when_the_watermark_has_reached_their_time(desk):
    desk.seats(3, for_s=50)
    desk.message("c-1")
    desk.now_s += 55  # the partition is ahead of the watermark
    assert said(desk.message("c-2")) == [("overflowed", "c-2", "wes")]
    assert sorted(said(desk.wait(0))) == [("revoked", "c-1", "vic"), ("revoked", "c-2", "wes")]
    assert desk.message("c-3") == []


def test_seats_that_were_over_before_they_were_told_do_not_open(desk):
    desk.message("c-1")
    assert desk.seats(3, for_s=0) == []


def test_seats_that_are_renewed_do_not_end_at_their_first_time(desk):
    desk.seats(1, for_s=50)
    desk.seats(1, for_s=100)
    desk.wait(60)
    assert said(desk.message("c-1")) == [("overflowed", "c-1", "vic")]


def test_when_seats_shrink_who_has_only_reservations_leaves_and_the_others_take_no_more(desk):
    desk.seats(3)
    for ticket_id in ("c-1", "c-2", "c-3"):
        desk.message(ticket_id)
    desk.event("c-2", "accepted", "wes")
    desk.event("c-3", "accepted", "xia")
    assert said(desk.seats(1)) == [("revoked", "c-1", "vic"), ("overflowed", "c-1", "wes")]
    assert said(desk.message("c-4")) == [("overflowed", "c-4", "wes")]
    desk.event("c-3", "resolved", "xia")
    assert said(desk.message("c-5")) == [("overflowed", "c-5", "wes")]


def test_the_next_of_those_who_finish_goes_on_when_a_seat_is_given_up(desk):
    desk.seats(2)
    for ticket_id, rep_id in (("c-1", "vic"), ("c-2", "wes")):
        desk.message(ticket_id)
        desk.event(ticket_id, "accepted", rep_id)
    desk.seats(1)
    assert desk.event("c-1", "transferred", "vic")[0].rep_id == "wes"


def test_an_employee_who_becomes_a_vendors_rep_needs_a_seat(desk):
    desk.rep("ann", capacity_units=2)
    desk.message("c-1")
    assert said(desk.rep("ann", pool="acme", capacity_units=2)) == [("revoked", "c-1", "ann")]


def test_the_row_of_a_pool_is_there_while_seats_are_open(desk):
    desk.seats(2)
    assert desk.rows[seats_key("acme")].startswith(b'["acme",2,')
    desk.seats(0)
    assert not any(key.startswith(SEATS_PREFIX) for key in desk.rows)


def test_a_restored_router_knows_the_seats_and_when_they_end(desk):
    desk.seats(1, for_s=50)
    desk.message("c-1")
    desk.router = Router(POLICY)
    desk.router.restore(desk.rows)
    assert said(desk.message("c-2")) == [("overflowed", "c-2", "vic")]
    assert [d.kind for d in desk.wait(50)] == ["revoked", "revoked"]


def test_seats_of_no_vendor_are_refused(desk):
    before = dict(desk.rows)
    desk.seats(1, pool="home")
    desk.seats(1, pool="elsewhere")
    assert desk.rows == before
    assert desk.router.refusals == {"no_vendor": 1, "unknown_pool": 1}
