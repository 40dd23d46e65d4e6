"""What a planner writes, and what it takes up."""

import orjson

from routers.capacity import CapacityPlanner, Sla


def test_a_planner_restored_in_mid_surge_goes_on_as_if_nothing_had_been(make_group) -> None:
    steady, restarted = make_group(), make_group()
    for group in (steady, restarted):
        request = group.outage()
        group.says("acknowledged", request)
        group.run(minutes=15)
        group.says("active", request)
    for _ in range(150):
        restarted.restart()
        assert restarted.run(minutes=0.5) == steady.run(minutes=0.5)
    assert restarted.opened == steady.opened
    assert restarted.rows == steady.rows


def test_there_is_a_row_for_each_contract_and_queue_and_one_more(group) -> None:
    request = group.outage()
    assert sorted(group.rows) == [b"lease/flex/any", b"level/default", b"planner"]
    assert orjson.loads(group.rows[b"lease/flex/any"])["asks"][0]["seats"] == request.seats


def test_a_queue_that_is_gone_takes_its_row_along(group) -> None:
    group.run(minutes=1)
    group.now_s += 10
    statistics = group.statistics()
    [queue] = statistics.queues
    object.__setattr__(queue, "queue", "other")
    group.tell(statistics)
    assert sorted(group.rows) == [b"level/other", b"planner"]


def test_rows_of_others_and_of_contracts_that_are_gone_are_left_alone(group, flex) -> None:
    group.outage()
    planner = CapacityPlanner([flex(vendor="bpo", pool="bpo")], Sla())
    planner.restore(group.rows | {b"policy": b"anything", b"\xff": b""})
    assert planner.changed_rows() == {}
    assert [status.vendor for status in planner.status()] == ["bpo"]


def test_nothing_is_written_before_anything_happened(flex) -> None:
    planner = CapacityPlanner([flex()], Sla())
    assert planner.step(None, now_s=5.0) == []
    assert planner.changed_rows() == {}
