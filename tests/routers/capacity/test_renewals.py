"""Seats that go on when their commitment ends."""

from routers.capacity import (
    OpenSeats,
    VendorRequest,
)
from routers.matching import Policy, Pool, Queue, RepStatus, Router, Seats, TicketTriaged


def test_seats_still_wanted_are_renewed_in_time_and_stay_open(group) -> None:
    request = group.outage()
    group.says("active", request)
    asked: list[VendorRequest] = []
    while not asked:
        asked = group.run(minutes=1)
        group.surge("ongoing")
    [renewal] = asked
    assert renewal.why.rule == "renewal"
    assert renewal.needed_at_s == request.until_s
    assert group.now_s <= request.until_s - 300
    group.says("acknowledged", renewal)
    group.run(minutes=20)
    assert group.opened[-1] == OpenSeats("flex", renewal.seats, renewal.until_s)
    assert all(change.seats for change in group.opened)


def renewed(group, reps: int = 12) -> tuple[VendorRequest, VendorRequest]:
    """Seats for a surge, and the renewal asked for when there are so many of the own reps."""
    request = group.outage()
    group.says("active", request)
    group.reps = reps
    while len(group.requests) < 2:
        group.run(minutes=1)
        group.surge("ongoing")
    return request, group.requests[1]


def test_the_new_end_of_seats_that_go_on_is_told_before_the_old_one_comes(group) -> None:
    request, renewal = renewed(group)
    assert group.opened == [OpenSeats("flex", request.seats, request.until_s)]
    group.says("acknowledged", renewal)
    assert group.opened[1:] == [OpenSeats("flex", renewal.seats, renewal.until_s)]


def test_of_seats_renewed_in_part_the_others_close_when_the_vendor_agrees(group) -> None:
    request, renewal = renewed(group, reps=16)
    assert renewal.seats < request.seats
    group.says("acknowledged", renewal)
    assert group.opened[1:] == [OpenSeats("flex", renewal.seats, renewal.until_s)]
    assert group.planner.status()[0].open == renewal.seats
    group.run(minutes=20)
    assert len(group.opened) == 2


def test_a_renewal_that_the_vendor_takes_back_ends_the_seats_when_they_were_to_end(group) -> None:
    request, renewal = renewed(group)
    for kind in ("acknowledged", "rejected"):
        group.says(kind, renewal)
    assert group.opened[2:] == [OpenSeats("flex", request.seats, request.until_s)]


def test_a_router_whose_clock_is_ahead_takes_no_ticket_back_where_seats_go_on(group) -> None:
    router = Router(Policy("shop", [Queue("default", ["*"])], [Pool("flex", "vendor")]))
    request, renewal = renewed(group)
    group.says("acknowledged", renewal)
    for opened in group.opened:
        router.apply(Seats(opened.pool, opened.seats, opened.until_s), group.now_s)
    router.apply(RepStatus("vic", "flex", "online", at_s=group.now_s, valid_for_s=1e6), request.until_s - 10)
    [offer] = router.apply(TicketTriaged("c-1", "m-1"), request.until_s - 10)
    assert offer.rep_id == "vic"
    assert router.tick(request.until_s) == []
