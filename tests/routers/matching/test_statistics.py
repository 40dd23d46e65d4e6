"""What a Router says of how its queues and pools do."""

import orjson
import pytest

from routers.matching import Policy, Pool, Queue, Router
from routers.matching.statistics import SKILL_SETS

POLICY = Policy(
    "g",
    [Queue("cards", ["card"], skills=["cards"]), Queue("rest", ["*"])],
    [Pool("home", skills=["cards"]), Pool("acme", kind="vendor", skills=["cards"])],
)


@pytest.fixture
def desk(helpdesk):
    return helpdesk(POLICY)


def queue(desk, name="rest"):
    return next(q for q in desk.router.statistics(desk.now_s).queues if q.queue == name)


def reps(desk, pool="home"):
    [said] = [reps for reps in desk.router.statistics(desk.now_s).reps if reps.pool == pool]
    return said


def test_all_queues_are_named_even_when_nothing_happened(desk):
    said = desk.router.statistics(50.0)
    assert (said.at_s, said.interval_s) == (50.0, 0.0)
    assert [(q.queue, q.skills, q.arrivals, q.waiting, q.handling_s) for q in said.queues] == [
        ("cards", ("cards",), 0, 0, None),
        ("rest", (), 0, 0, None),
    ]
    assert said.reps == ()


def test_arrivals_are_counted_since_the_call_before(desk):
    desk.message("c-1", topic="card")
    assert queue(desk, "cards").arrivals == 1
    desk.now_s += 10
    desk.message("c-1", topic="card")
    for ticket_id in ("c-2", "c-3"):
        desk.message(ticket_id)
    said = desk.router.statistics(desk.now_s)
    assert said.interval_s == 10
    assert [q.arrivals for q in said.queues] == [0, 2]


def test_a_ticket_arrives_again_when_it_is_reopened_or_passed_on_but_not_when_it_is_declined(desk):
    desk.rep("ann")
    desk.rep("bob")
    desk.message("c-1")
    desk.event("c-1", "declined", "ann")
    assert queue(desk).arrivals == 1
    desk.event("c-1", "accepted", "bob")
    desk.event("c-1", "transferred", "bob")
    assert queue(desk).arrivals == 1
    desk.event("c-1", "resolved")
    desk.event("c-1", "reopened")
    assert queue(desk).arrivals == 1


def test_waits_are_measured_from_when_each_began(desk):
    for _ in range(2):
        desk.message("c-1")
        desk.now_s += 30
        desk.message("c-2")
        desk.now_s += 10
    said = queue(desk)
    assert (said.waiting, said.wait_s) == (2, 65.0)


def test_a_callback_waits_from_its_time_and_not_before(desk):
    desk.message("call", due_at_s=desk.now_s + 14_400 + 100)
    assert queue(desk).waiting == 0
    desk.wait(100)
    desk.wait(7)
    said = queue(desk)
    assert (said.waiting, said.wait_s) == (1, 7.0)


def test_a_ticket_is_at_risk_once_however_often_its_customer_writes(desk):
    desk.message("other")
    for _ in range(5):
        desk.now_s += 1
        desk.message("c-1")
    desk.now_s += 14_400
    restored = Router(POLICY)
    restored.restore(desk.rows)
    assert [q.at_risk for q in restored.statistics(desk.now_s).queues] == [0, 2]
    assert queue(desk).at_risk == 2


def test_handling_is_the_time_with_a_rep_without_that_on_the_customers_side(desk):
    desk.rep("ann", valid_for_s=1e6)
    desk.message("c-1")
    desk.now_s += 40
    desk.event("c-1", "accepted", "ann")
    for seconds, kind in ((100, "waiting_on_customer"), (5_000, "reopened"), (20, "resolved")):
        assert queue(desk).handling_s is None
        desk.now_s += seconds
        desk.event("c-1", kind, "ann")
    assert queue(desk).handling_s == pytest.approx(120, abs=0.01)
    desk.message("c-2")
    desk.event("c-2", "accepted", "ann")
    desk.now_s += 60
    desk.event("c-2", "transferred", "ann")
    assert queue(desk).handling_s == pytest.approx(90, abs=0.01)


def test_the_first_acceptance_of_a_wait_is_in_time_until_the_sla_ends(desk):
    desk.rep("ann", valid_for_s=1e6)
    desk.rep("bob", valid_for_s=1e6)
    for ticket_id in ("soon", "late"):
        desk.message(ticket_id, urgency="urgent")
    desk.event("soon", "accepted")
    desk.event("soon", "transferred")
    desk.event("soon", "accepted")
    desk.now_s += 900
    desk.event("late", "waiting_on_customer")
    said = queue(desk)
    assert (said.answered, said.answered_in_time) == (2, 1)
    assert queue(desk).answered == 0


def test_slots_are_tickets_of_mean_effort_that_those_online_can_hold(desk):
    for rep_id, capacity_units in (("ann", 6), ("bob", 1)):
        desk.rep(rep_id, capacity_units=capacity_units)
    desk.rep("cem", "away")
    desk.rep("vic", pool="acme", capacity_units=4)
    assert reps(desk).slots == 7
    desk.message("c-1", effort_units=2)
    desk.message("c-2", effort_units=4)
    said = reps(desk)
    assert (said.online, said.slots) == (2, 6 / 3 + 1)
    desk.rep("ann", "offline", capacity_units=6)
    assert (reps(desk).online, reps(desk).slots) == (1, 1)
    assert reps(desk, "acme").slots == pytest.approx(4 / 3)


def test_who_changes_pools_is_counted_once(desk):
    for rep_id in ("ann", "bob"):
        desk.rep(rep_id)
    desk.rep("ann", pool="acme")
    assert (reps(desk).online, reps(desk, "acme").online) == (1, 1)


def test_reps_are_told_apart_by_what_they_can_do_of_what_queues_ask_for(helpdesk):
    desk = helpdesk(
        Policy("g", [Queue("law", ["*"], skills=["law", "tax"])], [Pool("home", skills=["law", "first-aid"])])
    )
    for rep_id, skills in (("ann", ["tax"]), ("bob", []), ("cem", ["drums"]), ("dee", ["drums", "law", "tax"])):
        desk.rep(rep_id, skills=skills, capacity_units=2)
    desk.rep("eve", "away", skills=["law"])
    said = desk.router.statistics(desk.now_s).reps
    assert [(r.skills, r.online, r.slots) for r in said] == [(("law",), 2, 4), (("law", "tax"), 2, 4)]


def test_the_rarest_of_too_many_sets_of_skills_count_as_the_pools_own(helpdesk):
    skills = [f"s-{number:03d}" for number in range(SKILL_SETS + 1)]
    desk = helpdesk(Policy("g", [Queue("all", ["*"], skills=skills)], [Pool("home", skills=skills[:1])]))
    for number, skill in enumerate(skills[1:]):
        desk.rep(f"r-{number}", skills=[skill], capacity_units=2)
    assert len(desk.router.statistics(desk.now_s).reps) == SKILL_SETS
    for rep_id, skill in (("more", skills[-1]), ("one", "s-000"), ("pair", skills[2])):
        desk.rep(rep_id, skills=[skill, "drums"], capacity_units=2)
    said = {reps.skills: (reps.online, reps.slots) for reps in desk.router.statistics(desk.now_s).reps}
    assert len(said) == SKILL_SETS
    assert said["s-000", skills[-1]] == said["s-000", skills[2]] == (2, 4)


def test_asking_changes_the_routers_row_alone_and_a_restored_router_goes_on_from_it(desk):
    desk.rep("ann")
    desk.message("c-1")
    desk.router.statistics(desk.now_s)
    desk.message("c-2")
    desk.event("c-1", "accepted")
    desk.now_s += 9
    desk.event("c-1", "resolved")
    restored = Router(POLICY)
    restored.restore(desk.rows)
    assert restored.statistics(desk.now_s) == desk.router.statistics(desk.now_s)
    assert list(desk.router.changed_rows()) == [b"router"]
    assert desk.router.changed_rows() == {}


def test_time_does_not_run_backwards(desk):
    desk.message("c-1")
    first = desk.router.statistics(desk.now_s + 5)
    second = desk.router.statistics(desk.now_s - 5)
    assert (second.at_s, second.interval_s) == (first.at_s, 0.0)


def test_a_row_of_before_there_were_statistics_is_understood(desk):
    desk.message("c-1")
    row = orjson.dumps(orjson.loads(desk.rows[b"router"])[:4])
    router = Router(POLICY)
    router.restore({**desk.rows, b"router": row})
    assert [q.waiting for q in router.statistics(desk.now_s).queues] == [0, 1]
