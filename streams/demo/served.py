"""A scenario in which customers are answered about as soon as they were promised, without a router: what they write."""

from collections.abc import Iterator
from itertools import count
from random import Random

from streams.contracts import (
    Assignment,
    AssignmentKind,
    RepState,
    RepStatus,
    TicketEvent,
    TicketEventKind,
    Why,
    assignment_id,
    at,
    decode,
)
from streams.local.traffic.records import TimedRecord
from streams.local.traffic.scenario import Scenario
from streams.local.traffic.simulation import World
from streams.topics import Topic

STEP_S = 5.0
WAIT_S = 180.0
"""On the average: some four of five tickets are in time then, and the others' customers begin to ask again."""
_PUT_BACK = (TicketEventKind.DECLINED, TicketEventKind.TRANSFERRED, TicketEventKind.ESCALATED, TicketEventKind.REOPENED)


def served(scenario: Scenario, seed: int, length_s: float) -> Iterator[TimedRecord]:
    """All records of its first ``length_s``."""
    world = World(scenario, seed)
    reps: dict[str, None] = {}
    epochs = count(1)
    waits = Random(f"served {seed}")

    def give(ticket_id: str) -> None:
        """To the rep who has been free for the longest, after a while; if nobody is there, the customer asks again."""
        if rep_id := next(iter(reps), None):
            reps.pop(rep_id)
            reps[rep_id] = None
            assignment = Assignment(
                assignment_id=assignment_id(ticket_id, epoch := next(epochs)),
                ticket_id=ticket_id,
                group=scenario.group,
                epoch=epoch,
                kind=AssignmentKind.ASSIGNED,
                queue="default",
                decided_at=at(world.now_s),
                why=Why(rule="served"),
                rep_id=rep_id,
            )
            world.on_assignment(assignment, world.now_s + waits.expovariate(1.0 / WAIT_S))

    while world.now_s < scenario.start_s + length_s:
        for record in world.step_until(world.now_s + STEP_S):
            if record.topic == Topic.REPS_STATUS:
                status = decode(RepStatus, record.value)
                if status.state is RepState.ONLINE:
                    reps.setdefault(status.rep_id)
                else:
                    reps.pop(status.rep_id, None)
            elif record.topic == Topic.TICKETS_EVENTS:
                event = decode(TicketEvent, record.value)
                if event.kind in _PUT_BACK:
                    give(event.ticket_id)
            elif record.truth is not None and record.truth.opens:
                give(record.truth.ticket_id)
            yield record
