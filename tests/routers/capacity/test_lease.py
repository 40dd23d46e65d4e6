"""The terms of requests that follow one another, and their life."""

from collections.abc import Callable

import pytest

from routers.capacity import VendorContract, VendorEvent
from routers.capacity.lease import Lease, Terms

NOW_S = 1_000_000.0
END_S = NOW_S + 900 + 3_600


@pytest.fixture
def ten(flex: Callable[..., VendorContract]) -> Lease:
    """Ten seats, there from the lead time on for an hour."""
    lease = Lease(flex())
    lease.ask(10, NOW_S, lease.terms(10, NOW_S, 0.0))
    hear(lease, "active", NOW_S + 900, seats=10)
    return lease


def hear(lease: Lease, kind: str, at_s: float, seats: int = 0, epoch: int | None = None) -> str | None:
    return lease.hear(VendorEvent("the request", kind, seats, at_s), epoch or lease.epoch, at_s)


def test_seats_are_paid_for_the_commitment_or_the_hold_if_that_is_longer(flex) -> None:
    lease = Lease(flex(commitment_s=1_800))
    assert lease.terms(10, NOW_S, 0.0) == (NOW_S + 900, NOW_S + 2_700, 160.0)
    assert lease.terms(10, NOW_S, 3_600.0) == (NOW_S + 900, NOW_S + 4_500, 320.0)


def test_more_seats_begin_a_new_commitment_and_are_paid_beyond_what_was_paid(ten) -> None:
    now_s = NOW_S + 1_800
    needed_at_s, until_s, cost = ten.terms(20, now_s, 0.0)
    assert (needed_at_s, until_s) == (now_s + 900, now_s + 4_500)
    assert cost == pytest.approx(20 * 32 - 10 * 32 * (END_S - needed_at_s) / 3_600)


def test_more_seats_come_before_the_present_ones_leave(ten) -> None:
    assert ten.terms(20, END_S - 300, 0.0).needed_at_s == END_S


def test_more_seats_never_end_before_the_present_ones(ten) -> None:
    ten.ask(10, END_S - 300, ten.terms(10, END_S - 300, 0.0))
    hear(ten, "acknowledged", END_S - 290)
    assert ten.terms(20, END_S - 1_200, 0.0).until_s == END_S + 3_600


def test_a_renewal_goes_on_where_the_commitment_ends(ten) -> None:
    assert ten.terms(6, END_S - 300, 0.0) == (END_S, END_S + 3_600, 6 * 32)


def test_giving_back_at_once_saves_nothing(ten) -> None:
    assert ten.terms(4, NOW_S + 1_000, 0.0, at_once=True) == (NOW_S + 1_000, END_S, 0.0)


def test_the_rest_of_a_commitment_is_open_until_its_end(ten) -> None:
    ten.pass_time(END_S - 1)
    assert ten.active is not None
    ten.pass_time(END_S)
    assert (ten.active, ten.state, ten.promised) == (None, "draining", 0)


def test_an_acknowledged_renewal_with_fewer_seats_keeps_that_many(ten) -> None:
    ten.ask(6, END_S - 300, ten.terms(6, END_S - 300, 0.0))
    hear(ten, "acknowledged", END_S - 290)
    ten.pass_time(END_S)
    assert ten.active is not None
    assert (ten.active.open_seats, ten.state) == (6, "active")


@pytest.mark.parametrize(("gap_s", "opened"), [(0.0, (6, END_S + 3_600)), (60.0, (10, END_S))])
def test_seats_go_on_from_the_vendors_word_unless_there_is_a_gap(gap_s: float, opened: object, ten) -> None:
    ten.ask(6, END_S - 300, Terms(END_S + gap_s, END_S + 3_600, 0.0))
    assert ten.opened == (10, END_S)
    hear(ten, "acknowledged", END_S - 290)
    assert ten.opened == opened


@pytest.mark.parametrize("said", ["draining", "released"])
def test_seats_go_on_when_the_vendor_ends_the_request_that_was_renewed(said: str, ten) -> None:
    old = ten.epoch
    ten.ask(6, END_S - 300, ten.terms(6, END_S - 300, 0.0))
    hear(ten, "acknowledged", END_S - 290)
    hear(ten, said, END_S - 60, epoch=old)
    assert (ten.opened, ten.state) == ((6, END_S + 3_600), "active")
    ten.pass_time(END_S + 5)
    assert ten.opened == (6, END_S + 3_600)


def test_seats_do_not_go_on_over_a_gap(ten) -> None:
    ten.ask(6, END_S - 300, Terms(END_S + 60, END_S + 3_600, 0.0))
    hear(ten, "acknowledged", END_S - 290)
    ten.pass_time(END_S)
    assert (ten.opened, ten.state) == (None, "acknowledged")


def test_seats_acknowledged_but_never_sent_expire(flex) -> None:
    lease = Lease(flex())
    lease.ask(10, NOW_S, lease.terms(10, NOW_S, 0.0))
    hear(lease, "acknowledged", NOW_S + 10)
    assert lease.pass_time(END_S) is None
    assert (lease.state, lease.promised) == ("expired", 0)


def test_epochs_rise_although_time_stands_still(ten) -> None:
    first = ten.epoch
    ten.ask(12, NOW_S, ten.terms(12, NOW_S, 0.0))
    assert ten.epoch == first + 1


def test_what_a_vendor_says_twice_changes_nothing(ten) -> None:
    assert hear(ten, "active", NOW_S + 901, seats=10) == "changes_nothing"
    assert hear(ten, "acknowledged", NOW_S + 901) == "changes_nothing"
    assert hear(ten, "released", NOW_S + 902) is None
    assert hear(ten, "released", NOW_S + 903) == "unknown_request"
