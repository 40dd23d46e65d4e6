"""Properties of a planner under random histories, judged from its requests, seat changes and rows alone."""

import os
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from routers.capacity import (
    CapacityPlanner,
    KillSwitch,
    Observation,
    OpenSeats,
    QueueStatistics,
    RepStatistics,
    SeatsOverride,
    Sla,
    Statistics,
    SurgeReport,
    VendorContract,
    VendorEvent,
    VendorRequest,
)
from routers.capacity.rows import decode

CONTRACTS = {
    contract.key: contract
    for contract in (
        VendorContract(
            "flex",
            "g",
            lead_time_s=300,
            commitment_s=1_800,
            step_seats=2,
            cap_seats=12,
            price_per_seat_hour=32,
            ack_timeout_s=100,
        ),
        VendorContract(
            "bpo",
            "g",
            skills=["law"],
            lead_time_s=1_800,
            step_seats=5,
            cap_seats=20,
            price_per_seat_hour=16,
            aht_multiplier=1.25,
        ),
    )
}
SPEND_CAP = 700.0
EXAMPLES = int(os.environ.get("CAPACITY_EXAMPLES", "60"))
KINDS = st.sampled_from(["acknowledged", "acknowledged", "active", "active", "rejected", "draining", "released"])
WATERMARK_LAGS_S = st.sampled_from([0.0, 0.0, 0.0, 40.0, 400.0])


def planner() -> CapacityPlanner:
    return CapacityPlanner(list(CONTRACTS.values()), Sla(), spend_cap_per_day=SPEND_CAP, hold_s=1_200.0)


Answer = tuple[list[VendorRequest], list[OpenSeats], dict[bytes, bytes | None]]


class Histories(RuleBasedStateMachine):
    """Feeds one planner, and a twin that is restored from rows again and again, and checks both after every step."""

    @initialize()
    def start(self) -> None:
        self.planner, self.twin = planner(), planner()
        self.now_s = 1_000_000.0
        self.rows: dict[bytes, bytes] = {}
        self.requests: list[VendorRequest] = []
        self.open: dict[str, OpenSeats] = {}
        self.killed = False

    # What may happen

    @rule(
        rate_per_s=st.sampled_from([0.0, 0.01, 0.02, 0.05, 0.1]),
        law_per_s=st.sampled_from([0.0, 0.01, 0.04]),
        waiting=st.sampled_from([0, 0, 30]),
        reps=st.sampled_from([0, 4, 12]),
        minutes=st.sampled_from([0, 1, 5, 30]),
        handling_s=st.sampled_from([None, 360.0]),
        lag_s=WATERMARK_LAGS_S,
    )
    def measures(
        self, rate_per_s: float, law_per_s: float, waiting: int, reps: int, minutes: int, lag_s: float, **fields: Any
    ) -> None:
        for _ in range(max(minutes * 2, 1)):
            self.now_s += 30.0
            queues = [
                QueueStatistics("all", rate_per_s, waiting, **fields),
                QueueStatistics("law", law_per_s, skills=["law"], **fields),
            ]
            home = [RepStatistics("home", reps, 2.0 * reps, ["law"]), RepStatistics("flex", 3, 3.0)]
            self.step(Statistics(self.now_s, queues, home), lag_s)

    @rule(
        surge_id=st.sampled_from(["s-1", "s-2"]),
        phase=st.sampled_from(["onset", "ongoing", "cleared"]),
        observed_per_s=st.sampled_from([0.02, 0.06]),
        lasts_s=st.sampled_from([None, 60.0, 7_200.0]),
    )
    def surges(self, surge_id: str, phase: Any, observed_per_s: float, lasts_s: float | None) -> None:
        end_s = None if lasts_s is None else self.now_s + lasts_s
        self.step(SurgeReport(surge_id, phase, self.now_s, observed_per_s, 0.02, end_s))

    @rule(
        back=st.integers(0, 3),
        kind=KINDS,
        seats=st.sampled_from([None, None, 1, 100]),
        ago_s=st.sampled_from([0.0, 0.0, 5.0]),
    )
    def vendor_says(self, back: int, kind: Any, seats: int | None, ago_s: float) -> None:
        if back < len(self.requests):
            request = self.requests[-1 - back]
            event = VendorEvent(request.request_id, kind, request.seats if seats is None else seats, self.now_s - ago_s)
            self.step(event)

    @rule(contract=st.sampled_from(sorted(CONTRACTS)), seats=st.sampled_from([None, None, 0, 3, 50]))
    def overrides(self, contract: str, seats: int | None) -> None:
        vendor, _, skill = contract.partition("/")
        self.step(SeatsOverride(vendor, skill, seats, self.now_s))

    @rule(on=st.sampled_from([True, False, False]))
    def kill_switch(self, on: bool) -> None:
        self.killed = on
        self.step(KillSwitch(on, self.now_s))

    @rule(seconds=st.sampled_from([1.0, 61.0, 400.0, 2_000.0, 90_000.0]), lag_s=WATERMARK_LAGS_S)
    def time_passes(self, seconds: float, lag_s: float) -> None:
        self.now_s += seconds
        self.step(None, lag_s)

    @rule()
    def twin_restarts(self) -> None:
        self.twin = planner()
        self.twin.restore(dict(sorted(self.rows.items())))

    # What must hold of every step

    def step(self, observation: Observation | None, lag_s: float = 0.0) -> None:
        self.now_s += 1.0  # so that of two observations each has its own time
        answer = self.play(self.planner, observation, lag_s)
        assert self.play(self.twin, observation, lag_s) == answer, "a restored planner asks and writes alike"
        assert self.play(self.planner, observation, lag_s) == ([], [], {}), "a repeated observation changes nothing"
        requests, changes, rows = answer
        for key, value in rows.items():
            if value is None:
                del self.rows[key]
            else:
                self.rows[key] = value
        for request in requests:
            self.check_request(request)
        for change in changes:
            assert change != self.open.get(change.pool), "only changes are told"
            self.open[change.pool] = change

    def play(self, planner: CapacityPlanner, observation: Observation | None, lag_s: float) -> Answer:
        requests = planner.step(observation, self.now_s, self.now_s - lag_s)
        return requests, planner.seat_changes(), planner.changed_rows()

    def check_request(self, request: VendorRequest) -> None:
        contract = CONTRACTS[f"{request.vendor}/{request.skill}"]
        assert not self.killed, "nothing is asked while killed"
        assert 0 <= request.seats <= contract.cap_seats
        assert request.seats % contract.step_seats == 0
        assert request.seats > 0 or request.why.rule == "override"
        before = [r for r in self.requests if (r.vendor, r.skill) == (request.vendor, request.skill)]
        assert all(request.epoch > other.epoch for other in before), "epochs rise, so request ids do not repeat"
        assert request.epoch >= int(self.now_s * 1_000)
        assert self.now_s <= request.needed_at_s <= request.until_s
        assert request.expires_at_s == self.now_s + contract.ack_timeout_s
        if request.why.rule != "override" and request.seats:
            assert request.until_s - request.needed_at_s >= max(contract.commitment_s, 1_200.0)
        self.requests.append(request)

    @invariant()
    def open_seats_were_asked_for_and_have_an_end(self) -> None:
        for change in self.open.values():
            if change.seats:
                contract = next(c for c in CONTRACTS.values() if c.pool == change.pool)
                asked = [r for r in self.requests if r.vendor == contract.vendor]
                assert any(r.seats >= change.seats and r.until_s == change.until_s for r in asked)

    @invariant()
    def rows_are_few_and_spending_stays_within_the_cap(self) -> None:
        contents = decode(self.rows, CONTRACTS.values())
        assert sum(lease.spent_on(self.now_s) for lease in contents.leases.values()) <= SPEND_CAP + 1e-6
        assert len(self.rows) <= 1 + len(CONTRACTS) + 2
        assert all(len(lease.asks) <= 6 for lease in contents.leases.values())


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
