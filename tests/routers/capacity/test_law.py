"""How many seats the law wants."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routers.capacity import Sla, VendorContract
from routers.capacity.law import Demand, backlog, service_level_with, size

SLA = Sla(target=0.8, within_s=20)
WIDE = VendorContract("a", "shop", lead_time_s=0, cap_seats=1_000)


def demand(**fields: Any) -> Demand:
    usual = {
        "arrivals_per_s": 10 / 180,
        "handling_s": 180.0,
        "waiting": 0,
        "own_slots": 0,
        "other_slots": 0,
        "open_slots": 0,
        "slots_per_seat": 1,
    }
    return Demand(**(usual | fields))


def test_it_fills_what_erlang_c_asks_for_beyond_the_own_reps() -> None:
    assert size(WIDE, demand(), SLA) == 14
    assert size(WIDE, demand(own_slots=12), SLA) == 2
    assert size(WIDE, demand(own_slots=12, other_slots=2), SLA) == 0


def test_with_impatient_customers_one_seat_fewer_is_enough() -> None:
    assert size(WIDE, demand(), Sla(target=0.8, within_s=20, patience_s=300)) == 13


def test_slower_reps_need_more_seats() -> None:
    assert size(WIDE, demand(own_slots=9, slots_per_seat=1 / 1.25), SLA) == 7


def test_reps_who_chat_with_three_at_once_need_fewer_seats() -> None:
    assert size(WIDE, demand(slots_per_seat=3), SLA) == 5


def test_a_backlog_is_worked_off_within_the_horizon() -> None:
    assert size(WIDE, demand(own_slots=14, waiting=100), Sla(target=0.8, within_s=20, recover_s=1_800)) == 6


def test_a_backlog_counts_as_it_will_stand_when_the_seats_come() -> None:
    falls_behind = demand(own_slots=4, waiting=10)
    assert backlog(falls_behind, 900.0, SLA) == pytest.approx(10 + 900 * 6 / 180)
    assert backlog(demand(own_slots=4, open_slots=30, waiting=10), 900.0, SLA) == 0


def test_seats_that_come_late_find_more_to_do(flex: Callable[..., VendorContract]) -> None:
    soon, late = (size(flex(lead_time_s=lead_s), demand(own_slots=4), SLA) for lead_s in (0, 3_600))
    assert late - soon == 6 / 180 * 3_600 * 180 / 1_800 - 4, "the backlog's reps, less those kept free for chance"


def test_impatient_customers_do_not_queue_for_ever() -> None:
    patience = Sla(target=0.8, within_s=20, patience_s=240)
    assert backlog(demand(own_slots=4), 36_000.0, patience) == pytest.approx(240 * 6 / 180)


def test_a_long_promise_does_not_plan_for_reps_without_rest() -> None:
    deferred = Sla(target=0.8, within_s=14_400, occupancy_cap=0.9)
    assert size(WIDE, demand(), deferred) == 12


SEATS = st.floats(0, 60)


@settings(deadline=None)
@given(
    flex=st.builds(
        lambda step, steps: VendorContract("a", "shop", step_seats=step, cap_seats=step * steps),
        st.integers(1, 6),
        st.integers(1, 20),
    ),
    arrivals_per_s=st.floats(0, 0.3),
    waiting=st.integers(0, 500),
    own_slots=SEATS,
    other_slots=SEATS,
    patience_s=st.none() | st.floats(60, 600),
)
def test_seats_stay_within_step_and_cap_and_reach_the_target_below_it(
    flex: VendorContract, patience_s: float | None, **fields: float
) -> None:
    sla, wanted = Sla(patience_s=patience_s), demand(**fields)
    seats = size(flex, wanted, sla)
    assert 0 <= seats <= flex.cap_seats
    assert seats % flex.step_seats == 0
    if seats < flex.cap_seats:
        assert service_level_with(wanted, seats, sla) >= sla.target
    assert size(flex, demand(**fields | {"own_slots": fields["own_slots"] + 1}), sla) <= seats, "a rep is no burden"


def test_less_waiting_never_needs_more_seats(flex: Callable[..., VendorContract]) -> None:
    sizes = [size(flex(), demand(own_slots=10, waiting=waiting), SLA) for waiting in (300, 100, 30, 0)]
    assert sizes == sorted(sizes, reverse=True)
