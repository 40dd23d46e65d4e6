"""What a Router keeps, and what it becomes of."""

import orjson
import pytest

from routers.matching import Policy, Pool, Queue, RepStatus, Router, TicketEvent, TicketTriaged, count_rows
from routers.matching.rows import NewerRowError

LAWLESS = Policy("g", [Queue("law", ["legal"], skills=["law"]), Queue("q", ["*"])], [Pool("home")])
LAWFUL = Policy("g", [Queue("law", ["legal"], skills=["law"]), Queue("q", ["*"])], [Pool("home", skills=["law"])])


def test_rows_are_counted_as_the_router_counts(desk):
    desk.rep("ann", capacity_units=4)
    for n in range(6):
        desk.message(f"c-{n}")
    desk.event("c-0", "accepted")
    desk.event("c-1", "waiting_on_customer")
    desk.event("c-2", "resolved")
    assert count_rows(desk.rows) == desk.router.counts()
    assert {state for state, n in desk.router.counts().items() if n} == {
        "waiting",
        "reserved",
        "accepted",
        "waiting_on_customer",
        "resolved",
    }


def test_rows_are_small_json_and_the_customers_words_are_not_in_them(desk):
    desk.rep("ann")
    desk.message("conversation-4711", topic="card", language="de")
    assert sorted(desk.rows) == [b"rep/ann", b"router", b"ticket/conversation-4711"]
    assert all(isinstance(orjson.loads(row), list) and len(row) < 250 for row in desk.rows.values())


def test_changed_rows_are_said_once(desk):
    desk.rep("ann")
    desk.router.apply(TicketTriaged("c-1", "m-1"), desk.now_s)
    assert set(desk.router.changed_rows()) == {b"rep/ann", b"router", b"ticket/c-1"}
    assert desk.router.changed_rows() == {}


def test_restoring_changes_no_row_and_rows_of_others_are_ignored(desk):
    desk.rep("ann")
    desk.message("c-1")
    router = Router(Policy.default())
    router.restore({**desk.rows, b"stage/marks": b"whatever"})
    assert router.changed_rows() == {}
    assert router.counts() == desk.router.counts()


def test_a_row_that_an_older_version_wrote_with_fewer_columns_is_understood(desk):
    desk.message("c-1")
    shortened = {**desk.rows, b"ticket/c-1": orjson.dumps(orjson.loads(desk.rows[b"ticket/c-1"])[:12])}
    router = Router(Policy.default())
    router.restore(shortened)
    [decision] = router.apply(RepStatus("ann", "home", "online", at_s=desk.now_s), desk.now_s)
    assert decision.ticket_id == "c-1"


def test_what_was_parked_is_matched_when_the_policy_has_the_skills(helpdesk):
    desk = helpdesk(LAWLESS)
    desk.rep("ann")
    assert [d.kind for d in desk.message("c-1", topic="legal")] == ["parked"]
    router = Router(LAWFUL)
    router.restore(desk.rows)
    assert [(d.kind, d.rep_id) for d in router.tick(desk.now_s)] == [("assigned", "ann")]


def test_what_waits_is_parked_when_the_policy_loses_the_skills(helpdesk):
    desk = helpdesk(LAWFUL)
    desk.message("c-1", topic="legal")
    router = Router(LAWLESS)
    router.restore(desk.rows)
    assert [d.kind for d in router.tick(desk.now_s)] == ["parked"]
    assert router.tick(desk.now_s) == []


def test_reps_of_a_pool_that_the_policy_no_longer_has_lose_their_tickets_after_the_grace(helpdesk):
    desk = helpdesk(Policy("g", [Queue("q", ["*"])], [Pool("home"), Pool("acme", kind="vendor")]))
    desk.seats(1)
    desk.rep("vic", pool="acme")
    desk.message("c-1")
    desk.event("c-1", "accepted")
    router = Router(Policy("g", [Queue("q", ["*"])], [Pool("home")]))
    router.restore(desk.rows)
    router.apply(RepStatus("ann", "home", "online", at_s=desk.now_s, valid_for_s=1e4), desk.now_s)
    assert router.tick(desk.now_s + 599) == []
    decisions = router.tick(desk.now_s + 600)
    assert [(d.kind, d.rep_id) for d in decisions] == [("revoked", "vic"), ("assigned", "ann")]
    assert router.apply(TicketEvent("c-1", "accepted", decisions[-1].epoch, 0.0), desk.now_s + 601) == []


@pytest.mark.parametrize("prefix", [b"ticket/", b"rep/"])
def test_a_row_with_more_columns_than_this_version_knows_is_refused(prefix: bytes) -> None:
    router = Router(Policy.default())
    router.apply(RepStatus("ann", "home", "online", at_s=0.0), now_s=0.0)
    router.apply(TicketTriaged("c-1", "m-1"), now_s=1.0)
    rows = {key: row for key, row in router.changed_rows().items() if row is not None}
    (key,) = [key for key in rows if key.startswith(prefix)]
    rows[key] = orjson.dumps([*orjson.loads(rows[key]), "a column of tomorrow"])
    with pytest.raises(NewerRowError):
        Router(Policy.default()).restore(rows)
