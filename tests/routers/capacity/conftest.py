"""A group with one queue and twelve reps in a few words: what the examples of this folder are told with."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from routers.capacity import (
    CapacityPlanner,
    KillSwitch,
    Observation,
    OpenSeats,
    QueueStatistics,
    RepStatistics,
    SeatsOverride,
    Sla,
    SpendCap,
    Statistics,
    SurgeReport,
    VendorContract,
    VendorEvent,
    VendorRequest,
)

FLEX = VendorContract(
    "flex", "shop", lead_time_s=900, commitment_s=3_600, step_seats=2, cap_seats=40, price_per_seat_hour=32
)
HANDLING_S = 360.0
USUAL_PER_S = 7 / HANDLING_S
"""Seven erlangs for twelve reps: the service level is kept with room to spare."""


class Group:
    """A planner with a clock that the example moves; it keeps what was asked, what was opened, and the rows."""

    def __init__(self, *contracts: VendorContract, sla: Sla | None = None, **options: Any) -> None:
        self.contracts = contracts or (FLEX,)
        self.sla, self.options = sla or Sla(target=0.8, within_s=60), options
        self.planner = CapacityPlanner(self.contracts, self.sla, **options)
        self.now_s = 1_000_000.0
        self.rate_per_s, self.reps, self.waiting = USUAL_PER_S, 12, 0
        self.requests: list[VendorRequest] = []
        self.opened: list[OpenSeats] = []
        self.rows: dict[bytes, bytes] = {}

    def tell(self, observation: Observation | None, watermark_s: float | None = None) -> list[VendorRequest]:
        requests = self.planner.step(observation, self.now_s, watermark_s)
        self.requests += requests
        self.opened += self.planner.seat_changes()
        for key, value in self.planner.changed_rows().items():
            if value is None:
                del self.rows[key]
            else:
                self.rows[key] = value
        return requests

    def statistics(self) -> Statistics:
        queue = QueueStatistics("default", self.rate_per_s, self.waiting, HANDLING_S)
        return Statistics(self.now_s, [queue], [RepStatistics("home", self.reps, float(self.reps))])

    def run(self, minutes: float) -> list[VendorRequest]:
        """Statistics every 10 s."""
        asked: list[VendorRequest] = []
        for _ in range(round(minutes * 6)):
            self.now_s += 10.0
            asked += self.tell(self.statistics())
        return asked

    def surge(self, phase: Any = "onset", times: float = 3.0, **fields: Any) -> list[VendorRequest]:
        self.now_s += 0.001
        report = SurgeReport("s-1", phase, self.now_s, times * USUAL_PER_S, USUAL_PER_S, **fields)
        return self.tell(report)

    def says(self, kind: Any, request: VendorRequest, seats: int | None = None) -> list[VendorRequest]:
        self.now_s += 0.001
        return self.tell(
            VendorEvent(request.request_id, kind, request.seats if seats is None else seats, at_s=self.now_s)
        )

    def operator(self, **command: Any) -> list[VendorRequest]:
        self.now_s += 0.001
        [(name, value)] = command.items()
        if name == "kill":
            return self.tell(KillSwitch(value, self.now_s))
        if name == "spend_cap":
            return self.tell(SpendCap(value, self.now_s))
        return self.tell(SeatsOverride("flex", "any", value, self.now_s))

    def outage(self) -> VendorRequest:
        """A usual half hour, then three times as much, until the first request."""
        self.run(minutes=30)
        self.rate_per_s *= 3
        assert self.surge() == []
        [request] = self.run(minutes=2)
        return request

    def restart(self) -> None:
        self.planner = CapacityPlanner(self.contracts, self.sla, **self.options)
        self.planner.restore(self.rows)


@pytest.fixture
def group() -> Group:
    return Group()


@pytest.fixture
def make_group() -> Callable[..., Group]:
    return Group


@pytest.fixture
def flex() -> Callable[..., VendorContract]:
    """The usual contract, with other terms."""
    return lambda **fields: replace(FLEX, **fields)
