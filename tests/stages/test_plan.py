from collections.abc import Collection
from typing import Any

import pytest
from msgspec.structs import replace

from routers.capacity import CapacityPlanner, Sla, VendorContract
from routers.matching import Seats
from streams.contracts import Audit, AuditOutcome, CapacityRequest, Reason, VendorEventKind, decode, encode
from streams.runtime.memory import MemoryRunner
from streams.runtime.partitioner import key_hash
from streams.runtime.stage import Output, Record, Watermark
from streams.stages.capacity_inbox import (
    CapacityRecord,
    OverrideCommand,
    QueueSaid,
    RepsSaid,
    StatisticsObservation,
    VendorObservation,
    to_capacity,
)
from streams.stages.inbox import read_command
from streams.stages.intake import intake_spec
from streams.stages.plan import Plan, plan_spec
from streams.topics import SPECS, Topic, TopicTable

START_S = 1_773_144_000.0


def planner(group: str) -> CapacityPlanner:
    contract = VendorContract("flex", group, lead_time_s=900, cap_seats=40, price_per_seat_hour=32)
    return CapacityPlanner([contract], Sla(target=0.8, within_s=60))


def make() -> Plan:
    return Plan(planner, ["acme", "other"], ["acme"], 0, 1)


def said(record: CapacityRecord, at_s: float, group: str = "acme") -> Record:
    send = to_capacity(group, record)
    return Record(send.topic, 0, 0, at_s, send.key, send.value)


def load(at_s: float, arrivals_per_s: float) -> StatisticsObservation:
    queue = QueueSaid("default", arrivals_per_s, 0, 360.0, 0.0)
    return StatisticsObservation(at_s=at_s, queues=(queue,), reps=(RepsSaid("home", 12, 12.0),))


def run(plan: Plan, arrivals_per_s: float, start_s: float, seconds: int) -> list[Output]:
    return [
        plan.process([said(load(start_s + after, arrivals_per_s), start_s + after)], Watermark(start_s + after))
        for after in range(0, seconds, 10)
    ]


def requests(outputs: list[Output]) -> list[CapacityRequest]:
    return [
        decode(CapacityRequest, send.value)
        for output in outputs
        for send in output.sends
        if send.topic == Topic.CAPACITY_REQUESTS
    ]


def test_a_load_that_grows_asks_for_seats_with_ids_that_never_repeat_and_a_reason() -> None:
    plan = make()
    assert requests(run(plan, 0.02, START_S, 1_200)) == []
    asked = requests(run(plan, 0.09, START_S + 1_200, 1_200))
    assert asked
    assert len({request.request_id for request in asked}) == len(asked)
    assert [request.epoch for request in asked] == sorted(request.epoch for request in asked)
    assert asked[0].why.rule == "shortage"
    assert asked[0].why.load_erlangs > 0.02 * 360  # what it was before
    assert 0 < asked[0].seats <= 40


def test_seats_that_a_vendor_opens_reach_the_router_and_close_at_their_end() -> None:
    plan = make()
    run(plan, 0.02, START_S, 1_200)
    request = requests(run(plan, 0.09, START_S + 1_200, 600))[-1]
    now_s = START_S + 2_400
    event = VendorObservation(request_id=request.request_id, event="active", seats=request.seats, at_s=now_s)
    output = plan.process([said(event, now_s)], Watermark(now_s))
    [opened] = [read_command(send.value) for send in output.sends if send.topic == Topic.ROUTING_INBOX]
    assert opened == Seats("flex", request.seats, request.until.timestamp())
    assert plan.tick(now_s, Watermark(now_s)).gauges["seats", "acme", "flex", "any", "open"] == request.seats


def test_an_operators_override_is_carried_out_and_answered_on_audit() -> None:
    plan = make()
    done, refused = AuditOutcome.DONE, AuditOutcome.REFUSED
    for command_id, vendor, outcome, reason in (
        ("x-1", "flex", done, ""),
        ("x-2", "nobody", refused, "unknown_contract"),
        ("x-3", "flex", refused, "outdated"),
    ):
        command = OverrideCommand(vendor=vendor, skill="any", seats=3, at_s=START_S, command_id=command_id)
        output = plan.process([said(command, START_S)], Watermark(START_S))
        [answer] = [decode(Audit, send.value) for send in output.sends if send.topic == Topic.AUDIT]
        assert (answer.command_id, answer.command, answer.outcome) == (command_id, "override", outcome)
        assert answer.reason == reason
        assert [request.seats for request in requests([output])] == ([3] if outcome is done else [])


def test_what_a_planner_refuses_is_counted_and_no_dead_letter() -> None:
    plan = make()
    event = VendorObservation(request_id="acme/flex/any/7", event="acknowledged", seats=5, at_s=START_S)
    for count in (1, 2, 1):
        output = plan.process([said(event, START_S)] * count, Watermark(START_S))
        assert (output.counts, output.sends, output.dead_letters) == ({"refused_unknown_request": count}, [], [])


@pytest.mark.parametrize(
    ("vendor", "skills"),
    [
        ("flex", [f"ordinary-skill-{number}" for number in range(12)]),
        ("flex", ["x" * 99 + letter for letter in "abcd"]),
        ("v" * 100, ()),
    ],
    ids=["many skills", "long skills", "long names"],
)
def test_a_request_of_any_contract_keeps_its_schema_and_can_be_answered(
    vendor: str, skills: Collection[str], feed: Any
) -> None:
    group = "g" * 100 if vendor != "flex" else "acme"
    contract = VendorContract(vendor, group, skills=skills, lead_time_s=900, cap_seats=40)
    stage = plan_spec(lambda _: CapacityPlanner([contract], Sla()), [group], [group])
    stages = [stage, intake_spec([group], [])]
    runner = MemoryRunner(stages, TopicTable(SPECS, prefix="", stages={s.name: s.sources for s in stages}))
    command = OverrideCommand(vendor=vendor, skill=contract.skill, seats=3, at_s=0.0)
    runner.send(Topic.CAPACITY_INBOX, group.encode(), to_capacity(group, command).value)
    runner.settle()
    [request] = [decode(CapacityRequest, record.value) for record in runner.records(Topic.CAPACITY_REQUESTS)]
    event = feed.vendor_event(group=group, request_id=request.request_id, kind=VendorEventKind.ACTIVE, seats=3)
    runner.send(Topic.VENDORS_EVENTS, None, encode(event))
    runner.settle()
    [opened] = [read_command(record.value) for record in runner.records(Topic.ROUTING_INBOX)]
    assert (opened.pool, opened.seats) == (vendor, 3)
    assert runner.records(Topic.DEAD_LETTERS) == []


def test_groups_without_a_contract_are_nobodys_business_and_nonsense_is_a_dead_letter() -> None:
    plan = make()
    foreign = said(load(START_S, 9.0), START_S, group="other")
    nonsense = replace(foreign, key=b"acme", value=b'{"kind":"override","seats":-1}')
    output = plan.process([foreign, nonsense], Watermark(START_S))
    assert [letter.reason for letter in output.dead_letters] == ["invalid_observation"]
    assert not output.sends


def test_a_group_that_nobody_configured_is_a_dead_letter() -> None:
    foreign = said(load(START_S, 9.0), START_S, group="nobody")
    assert make().process([foreign], Watermark(START_S)).dead_letters == [(foreign, Reason.UNKNOWN_GROUP, "")]


def test_a_group_gets_no_second_planner_on_another_partition() -> None:
    stages = [plan_spec(planner, ["acme", "other"], ["acme"])]
    table = TopicTable(SPECS, prefix="", stages={stage.name: stage.sources for stage in stages})
    runner = MemoryRunner(stages, table, start_s=START_S)
    partitions = table[Topic.CAPACITY_INBOX].partitions
    for partition in range(partitions):
        command = OverrideCommand(vendor="flex", skill="any", seats=3, at_s=START_S, command_id=f"x-{partition}")
        send = to_capacity("acme", command)
        runner.send(send.topic, send.key, send.value, partition=partition)
    runner.settle()
    home = key_hash(b"acme") % partitions
    letters = [dict(letter.headers) for letter in runner.records(Topic.DEAD_LETTERS)]
    assert {(letter["dl_partition"], letter["dl_reason"]) for letter in letters} == {
        (b"%d" % partition, b"wrong_partition") for partition in range(partitions) if partition != home
    }
    [answer] = [decode(Audit, record.value) for record in runner.records(Topic.AUDIT)]
    assert answer.command_id == f"x-{home}"


def test_a_restored_plan_asks_what_the_other_would_have_asked() -> None:
    rows: dict[bytes, bytes] = {}
    one, other = make(), make()
    for output in run(one, 0.02, START_S, 1_200):
        rows |= {key: row for key, row in output.rows.items() if row is not None}
    other.restore(rows)
    assert requests(run(other, 0.09, START_S + 1_200, 600)) == requests(run(one, 0.09, START_S + 1_200, 600))
