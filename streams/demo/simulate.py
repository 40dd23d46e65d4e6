"""A scenario in memory: the same stages and the same world, three hours in seconds, with or without the vendor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from streams.app import App, build
from streams.contracts import Assignment, CapacityRequest, Contract, Notice, Surge, decode
from streams.demo.organisation import organisation
from streams.demo.warming import history_records
from streams.local.traffic.scenario import Scenario
from streams.local.traffic.scorecard import Service
from streams.local.traffic.simulation import World
from streams.runtime.memory import MemoryRunner
from streams.runtime.stage import Record
from streams.topics import Topic

STEP_S = 5.0

C = TypeVar("C", bound=Contract)


@dataclass(frozen=True, slots=True)
class Simulated:
    """What became of a scenario. service: before, during and after the incident, or all of a normal day."""

    service: dict[str, Service]
    surges: list[Surge]
    requests: list[CapacityRequest]
    notices: list[Notice]


def simulate(scenario: Scenario, seed: int, *, with_vendor: bool, app: App | None = None) -> Simulated:
    """Play it. The same scenario and seed give the same result; customers are the same with and without the vendor."""
    app = app or build(organisation(scenario, with_vendor=with_vendor))
    # Nothing is learned in a few hours of a demo that a snapshot would be worth.
    stages = [stage for stage in app.stages if stage.name != "learn"]
    runner = MemoryRunner(stages, app.table, start_s=scenario.start_s, seed=seed)
    for send in history_records(scenario, app.triage(), seed):
        runner.send(send.topic, send.key, send.value)
    runner.settle()
    world = World(scenario, seed)
    surges: list[Surge] = []
    requests: list[CapacityRequest] = []
    notices: list[Notice] = []
    while world.now_s < scenario.end_s:
        for record in world.step_until(world.now_s + STEP_S):
            runner.send(record.topic, record.key, record.value)
        runner.settle()
        runner.advance(STEP_S)
        for assignment in _decoded(Assignment, runner.records(Topic.TICKETS_ASSIGNMENTS)):
            world.on_assignment(assignment, world.now_s)
        for request in _decoded(CapacityRequest, runner.records(Topic.CAPACITY_REQUESTS)):
            requests.append(request)
            if with_vendor:
                world.on_capacity_request(request, world.now_s)
        surges += _decoded(Surge, runner.records(Topic.SURGES))
        notices += _decoded(Notice, runner.records(Topic.NOTICES))
        runner.forget()
    return Simulated(world.scorecard.periods(world.now_s), surges, requests, notices)


def _decoded(contract: type[C], records: Sequence[Record]) -> list[C]:
    return [decode(contract, record.value) for record in sorted(records, key=lambda record: record.time_s)]
