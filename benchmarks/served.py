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
OFFER_S = 60.0
"""So long a rep may take to accept."""
_PUT_BACK = (TicketEventKind.DECLINED, TicketEventKind.TRANSFERRED, TicketEventKind.ESCALATED, TicketEventKind.REOPENED)


def served(scenario: Scenario, seed: int, length_s: float) -> Iterator[TimedRecord]:
    """All records of its first ``length_s``. Tickets go to the reps in turn, as many as come, after a while."""
    world = World(scenario, seed)
    reps: dict[str, None] = {}
    due_s: dict[str, float] = {}  # when a ticket that nobody has accepted is offered next
    resolved: set[str] = set()
    epochs = count(1)
    waits = Random(f"served {seed}")

    def offer(ticket_id: str) -> None:
        rep_id = next(iter(reps))
        reps[rep_id] = reps.pop(rep_id)
        epoch = next(epochs)
        assignment = Assignment(
            assignment_id=assignment_id(ticket_id, epoch),
            ticket_id=ticket_id,
            group=scenario.group,
            epoch=epoch,
            kind=AssignmentKind.ASSIGNED,
            queue="default",
            decided_at=at(world.now_s),
            why=Why(rule="served"),
            rep_id=rep_id,
        )
        world.on_assignment(assignment, world.now_s)
        due_s[ticket_id] = world.now_s + OFFER_S

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
                if event.kind is TicketEventKind.ACCEPTED:
                    due_s.pop(event.ticket_id, None)
                elif event.kind is TicketEventKind.RESOLVED:
                    resolved.add(event.ticket_id)
                elif event.kind in _PUT_BACK:
                    due_s[event.ticket_id] = world.now_s
            elif (truth := record.truth) is not None and (truth.opens or truth.ticket_id in resolved):
                resolved.discard(truth.ticket_id)
                due_s[truth.ticket_id] = world.now_s + waits.expovariate(1.0 / WAIT_S)
            yield record
        for ticket_id in [ticket_id for ticket_id, at_s in due_s.items() if at_s <= world.now_s]:
            if reps:
                offer(ticket_id)
