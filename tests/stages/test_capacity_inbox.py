"""What route tells plan: enough to know who could handle what."""

from typing import Any

import pytest

from routers.capacity import CapacityPlanner, RepStatistics, Sla, VendorContract
from routers.matching import Policy, Pool, Queue
from streams.contracts import Channel
from streams.runtime.stage import Record, Watermark
from streams.stages.capacity_inbox import RepsSaid, StatisticsObservation, read_capacity, to_capacity
from streams.stages.inbox import InboxRecord, RepRecord, TicketRecord, to_inbox
from streams.stages.plan import Plan
from streams.stages.route import Route
from streams.topics import Topic

NOON_S = 1_773_144_000.0
CARDS = Policy("acme", [Queue("cards", ["*"], skills=["cards"])], [Pool("home"), Pool("flex", "vendor")])
NOTHING_EXPIRES = Watermark(NOON_S)


def planner(group: str) -> CapacityPlanner:
    return CapacityPlanner([VendorContract("flex", group, skills=["cards"])], Sla(target=0.8, within_s=60))


def ticket(number: int) -> TicketRecord:
    return TicketRecord(
        ticket_id=f"c-{number}",
        message_id=f"m-{number}",
        urgency="low",
        sentiment="neutral",
        topic="fee",
        language="en",
        channel=Channel.EMAIL,
        effort_units=1,
        needs_human=False,
    )


def record(said: InboxRecord, time_s: float) -> Record:
    send = to_inbox("acme", said)
    return Record(send.topic, 0, 0, time_s, send.key, send.value)


@pytest.mark.parametrize(("trained", "asks"), [(30, False), (3, True)])
def test_vendors_are_asked_only_where_too_few_employees_have_the_skill(trained: int, asks: bool, feed: Any) -> None:
    route, plan = Route({"acme": CARDS}, 0, 1), Plan(planner, ["acme"], ["acme"], 0, 1)
    for number in range(30):
        skills = ("cards", "drums") if number < trained else ("drums",)
        rep = RepRecord(feed.rep(rep_id=f"r-{number}", skills=skills, capacity_units=6, valid_for_s=86_400.0))
        route.process([record(rep, NOON_S)], NOTHING_EXPIRES)
    asked = []
    for number in range(120):
        now_s = NOON_S + 10 * number
        route.process([record(ticket(number), now_s)], NOTHING_EXPIRES)
        for said in route.tick(now_s, NOTHING_EXPIRES).sends:
            if said.topic == Topic.CAPACITY_INBOX:
                output = plan.process([Record(said.topic, 0, 0, now_s, said.key, said.value)], Watermark(now_s))
                assert not output.dead_letters
                asked += [send for send in output.sends if send.topic == Topic.CAPACITY_REQUESTS]
    assert bool(asked) == asks


def test_reps_of_a_record_that_says_no_skills_have_none() -> None:
    now = StatisticsObservation(at_s=NOON_S, queues=(), reps=(RepsSaid("home", 3, 18.0, ("cards",)),))
    value = to_capacity("acme", now).value
    assert value is not None
    before = value.replace(b',"skills":["cards"]', b"")
    assert before != value
    for said, skills in ((value, ["cards"]), (before, [])):
        assert read_capacity(said)[1].reps == (RepStatistics("home", 3, 18.0, skills),)
