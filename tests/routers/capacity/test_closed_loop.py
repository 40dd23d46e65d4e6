"""A planner in a small world that answers it: an outage on twelve reps, and quiet days."""

import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from routers.capacity import (
    CapacityPlanner,
    KillSwitch,
    Observation,
    OpenSeats,
    QueueStatistics,
    RepStatistics,
    Sla,
    Statistics,
    SurgeReport,
    VendorContract,
    VendorEvent,
    VendorRequest,
)

SLA = Sla(target=0.8, within_s=60, patience_s=240)
HANDLING_S, PATIENCE_S, USUAL_PER_S, REPS = 360.0, 240.0, 7 / 360, 12


@dataclass
class Day:
    """What happened. seats: (time, open seats). waits: (arrival, wait until answered, or None if given up)."""

    surge_seen_s: float = 0.0
    requests: list[tuple[float, VendorRequest]] = field(default_factory=list)
    seats: list[tuple[float, int]] = field(default_factory=list)
    waits: list[tuple[float, float | None]] = field(default_factory=list)

    def service_level(self, from_s: float, to_s: float) -> float:
        waits = [wait_s for at_s, wait_s in self.waits if from_s <= at_s < to_s]
        return sum(wait_s is not None and wait_s <= SLA.within_s for wait_s in waits) / len(waits)

    @property
    def flaps(self) -> int:
        """How often the number of open seats turned from rising to falling, or back."""
        seats = [0] + [count for _, count in self.seats]
        signs = [after > before for before, after in pairwise(seats) if after != before]
        return sum(one != other for one, other in pairwise(signs))


class World:
    """Twelve reps, one vendor and impatient customers, second by second, from a seed.

    A surge is seen once twice as much as usual has come since its onset, two minutes after it at the earliest. From
    then on it is reported every minute, and cleared ten minutes after its end.
    """

    def __init__(self, contract: VendorContract, seed: int, *, vendor: bool) -> None:
        self.planner, self.contract, self.seeded = CapacityPlanner([contract], SLA), contract, random.Random(seed)
        self.day = Day()
        self.news: list[tuple[float, int, Observation]] = []
        self.busy: list[tuple[float, bool]] = []
        self.queue: deque[tuple[float, float]] = deque()
        self.seats = OpenSeats(contract.pool, 0, 0.0)
        if not vendor:
            self.tell(KillSwitch(True, 0.0), 0.0)

    def run(self, hours: float, onset_s: float, lasts_s: float, times: float) -> Day:
        arrived: deque[float] = deque()
        for second in range(round(hours * 3_600)):
            now_s = float(second)
            rate_per_s = USUAL_PER_S * (times if onset_s <= now_s < onset_s + lasts_s else 1.0)
            if self.seeded.random() < rate_per_s:
                arrived.append(now_s)
                self.queue.append((now_s, now_s + self.seeded.expovariate(1 / PATIENCE_S)))
            self.serve(now_s)
            while self.news and self.news[0][0] <= now_s:
                self.tell(heapq.heappop(self.news)[2], now_s)
            if second % 10 == 0:
                while arrived and arrived[0] <= now_s - 600:
                    arrived.popleft()
                counted = sum(at_s > now_s - 10 for at_s in arrived) / 10
                queue = QueueStatistics("default", counted, len(self.queue), HANDLING_S)
                self.tell(Statistics(now_s, [queue], [RepStatistics("home", REPS, float(REPS))]), now_s)
            if times > 1 and second % 60 == 0 and onset_s + 120 <= now_s <= onset_s + lasts_s + 600:
                window_s = min(now_s - onset_s, 600.0)
                self.detect(now_s, sum(at_s > now_s - window_s for at_s in arrived) / window_s, onset_s + lasts_s + 600)
        return self.day

    def serve(self, now_s: float) -> None:
        while self.busy and self.busy[0][0] <= now_s:
            heapq.heappop(self.busy)
        while self.queue:
            at_s, until_s = self.queue[0]
            if until_s <= now_s:
                self.queue.popleft()
                self.day.waits.append((at_s, None))
                continue
            sold = sum(by_vendor for _, by_vendor in self.busy)
            home_free = len(self.busy) - sold < REPS
            if not home_free and sold >= (self.seats.seats if now_s < self.seats.until_s else 0):
                break
            self.queue.popleft()
            self.day.waits.append((at_s, now_s - at_s))
            handling_s = HANDLING_S * (1.0 if home_free else self.contract.aht_multiplier)
            heapq.heappush(self.busy, (now_s + self.seeded.expovariate(1 / handling_s), not home_free))

    def detect(self, now_s: float, observed_per_s: float, over_s: float) -> None:
        if self.day.surge_seen_s or observed_per_s >= 2 * USUAL_PER_S:
            phase = "cleared" if now_s >= over_s else "ongoing" if self.day.surge_seen_s else "onset"
            self.day.surge_seen_s = self.day.surge_seen_s or now_s
            self.tell(SurgeReport("s", phase, now_s, observed_per_s, USUAL_PER_S), now_s)

    def tell(self, observation: Observation, now_s: float) -> None:
        for request in self.planner.step(observation, now_s):
            self.day.requests.append((now_s, request))
            self.hear_later(now_s + 20, VendorEvent(request.request_id, "acknowledged", request.seats, now_s + 20))
            there_s = max(request.needed_at_s, now_s + 21)
            self.hear_later(there_s, VendorEvent(request.request_id, "active", request.seats, there_s))
        for change in self.planner.seat_changes():
            self.seats = change
            self.day.seats.append((now_s, change.seats))

    def hear_later(self, at_s: float, event: VendorEvent) -> None:
        heapq.heappush(self.news, (at_s, len(self.day.requests) * 2 + len(self.news), event))


HOUR_S = 3_600.0


@pytest.mark.parametrize("seed", range(6))
def test_an_outage_is_met_with_seats_that_come_in_time_and_are_given_back(seed, flex) -> None:
    contract = flex(aht_multiplier=1.1)
    day = World(contract, seed, vendor=True).run(hours=6, onset_s=HOUR_S, lasts_s=2_400, times=3)
    asked_s, first = day.requests[0]
    assert day.surge_seen_s <= asked_s <= day.surge_seen_s + 120, "asked within two minutes of the surge"
    opened_s, seats = day.seats[0]
    assert asked_s + contract.lead_time_s <= opened_s <= asked_s + contract.lead_time_s + 10
    assert seats == first.seats
    closed_s, none = day.seats[-1]
    last = max(request.until_s for _, request in day.requests)
    assert (none, closed_s) == (0, pytest.approx(last, abs=10)), "given back when the commitment ends"
    assert closed_s >= opened_s + contract.commitment_s - 1
    assert day.flaps <= 2

    alone = World(contract, seed, vendor=False).run(hours=6, onset_s=HOUR_S, lasts_s=2_400, times=3)
    assert (alone.requests, alone.seats) == ([], [])
    during = (opened_s, HOUR_S + 3_000)
    assert day.service_level(*during) > alone.service_level(*during) + 0.2
    assert day.service_level(opened_s + 900, closed_s) >= 0.8, "and the promise is kept again"


def test_quiet_days_buy_nothing(flex) -> None:
    bought = [
        request.seats
        for seed in range(6)
        for _, request in World(flex(), seed, vendor=True).run(hours=8, onset_s=0, lasts_s=0, times=1).requests
    ]
    assert bought == []
