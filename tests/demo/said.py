"""What the pipeline says, made from the published examples; and the demo as it is after some minutes."""

from typing import Any

import msgspec

from streams.app import build
from streams.contracts import Assignment, AssignmentKind, CapacityRequest, Surge, SurgeState, TriagedTicket, at
from streams.contracts.examples import EXAMPLES
from streams.demo.live import Live
from streams.demo.organisation import organisation
from streams.local.traffic.scenario import MINUTE_S, Scenario, load_scenario

OUTAGE = load_scenario("outage-x3")


class Frozen(Live):
    """The demo at a moment: the world's time is the time."""

    @property
    def now_s(self) -> float:
        return self.world.now_s


def frozen(minutes: float, scenario: Scenario = OUTAGE) -> Frozen:
    """So many minutes into the scenario, with what customers wrote, and nothing from the pipeline."""
    live = Frozen(build(organisation(scenario)), scenario, 1, lambda _: None)
    for record in live.world.step_until(scenario.start_s + minutes * MINUTE_S):
        live.board.record_sent(record)
    return live


def _example(name: str, contract: type[Any], changes: dict[str, Any]) -> Any:
    record = EXAMPLES[name]
    assert isinstance(record, contract)
    return msgspec.structs.replace(record, **changes)


def triaged(message_id: str, conversation_id: str = "c-1") -> TriagedTicket:
    ticket: TriagedTicket = _example(
        "triaged_ticket", TriagedTicket, {"message_id": message_id, "conversation_id": conversation_id}
    )
    return ticket


def assignment(ticket_id: str, kind: AssignmentKind = AssignmentKind.ASSIGNED) -> Assignment:
    said: Assignment = _example("assignment", Assignment, {"ticket_id": ticket_id, "kind": kind})
    return said


def surge(state: str, minutes: float, since_minutes: float = 60.0, **changes: Any) -> Surge:
    said: Surge = _example(
        "surge-onset",
        Surge,
        {
            "state": SurgeState(state),
            "onset_at": at(OUTAGE.start_s + since_minutes * MINUTE_S),
            "at": at(OUTAGE.start_s + minutes * MINUTE_S),
            **changes,
        },
    )
    return said


def request(seats: int) -> CapacityRequest:
    said: CapacityRequest = _example("capacity_request", CapacityRequest, {"vendor": "flexdesk", "seats": seats})
    return said
