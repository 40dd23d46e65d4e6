"""What a planner asks for, and when: one example a sentence."""

from collections.abc import Callable

import pytest

from routers.capacity import (
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


def test_nobody_is_asked_while_the_own_reps_are_enough(group) -> None:
    assert group.run(minutes=240) == []


def test_a_surge_is_answered_within_two_minutes(group) -> None:
    group.run(minutes=30)
    group.rate_per_s *= 3
    began_s = group.now_s
    group.surge()
    [request] = group.run(minutes=3)
    assert request.needed_at_s - 900 - began_s <= 121
    assert request.until_s - request.needed_at_s == 3_600
    assert request.expires_at_s == pytest.approx(request.needed_at_s - 900 + 300)
    assert request.request_id == f"shop/flex/any/{request.epoch}"


def test_the_reason_of_a_request_can_be_checked(group) -> None:
    request = group.outage()
    assert request.why.rule == "shortage"
    assert request.why.load_erlangs == pytest.approx(21, rel=0.02)
    assert request.why.service_level_without == 0.0
    assert request.why.service_level_with >= 0.8
    assert request.why.price == request.seats * 32


def test_without_a_surge_detector_three_times_as_much_is_answered_within_ten_minutes(group) -> None:
    group.run(minutes=30)
    group.rate_per_s *= 3
    assert len(group.run(minutes=10)) >= 1


def test_people_calling_in_sick_are_a_shortage(group) -> None:
    group.run(minutes=30)
    group.reps = 6
    [request] = group.run(minutes=5)
    assert request.why.rule == "shortage"
    assert request.seats >= 4


def test_two_ticks_are_not_enough(group) -> None:
    group.run(minutes=30)
    group.reps = 6
    group.run(minutes=2)
    group.reps = 12
    assert group.run(minutes=30) == []


def test_seats_on_their_way_count(group) -> None:
    request = group.outage()
    group.says("acknowledged", request)
    assert group.run(minutes=14) == []


def test_a_surge_that_ends_before_the_seats_could_come_is_let_pass(group) -> None:
    group.run(minutes=30)
    group.surge(expected_end_s=group.now_s + 600)
    assert group.run(minutes=5) == []


def test_a_cleared_surge_counts_no_more(group) -> None:
    group.run(minutes=30)
    group.surge()
    group.surge("cleared")
    assert group.run(minutes=30) == []


def test_a_report_older_than_the_newest_is_refused(group) -> None:
    group.run(minutes=30)
    late = SurgeReport("s-1", "ongoing", group.now_s, 1.0, 0.0)
    group.surge("cleared")
    group.tell(late)
    assert group.planner.refusals == {"outdated": 1}
    assert group.run(minutes=5) == []


def test_seats_open_when_the_vendor_says_so_and_close_at_the_end(group) -> None:
    request = group.outage()
    group.says("acknowledged", request)
    group.run(minutes=15)
    assert group.opened == []
    group.says("active", request)
    assert group.opened == [OpenSeats("flex", request.seats, request.until_s)]
    group.rate_per_s /= 3
    group.surge("cleared")
    group.run(minutes=80)
    assert group.opened[1:] == [OpenSeats("flex", 0, group.opened[-1].until_s)]
    assert request.until_s <= group.opened[-1].until_s < request.until_s + 10
    [status] = group.planner.status()
    assert (status.state, status.asked, status.open) == ("draining", 0, 0)
    group.says("released", request)
    assert group.planner.status()[0].state == "released"
    assert len(group.requests) == 1


def test_a_vendor_may_send_fewer_than_asked_and_never_more(group) -> None:
    request = group.outage()
    group.says("active", request, seats=3)
    group.says("active", request, seats=request.seats + 5)
    assert [change.seats for change in group.opened] == [3, request.seats]


def test_a_request_that_nobody_acknowledges_is_said_and_asked_again(group) -> None:
    first = group.outage()
    group.run(minutes=4)
    assert group.planner.status()[0].unanswered == 0
    [second] = group.run(minutes=2)
    assert (second.why.rule, second.seats) == ("unanswered", first.seats)
    assert second.epoch > first.epoch
    assert second.needed_at_s > first.needed_at_s
    assert group.planner.status()[0].unanswered == 1
    group.says("acknowledged", second)
    assert group.planner.status()[0].unanswered == 0


def test_an_acknowledgement_that_may_lie_unread_is_waited_for(group) -> None:
    first = group.outage()
    watermark_s = group.now_s
    group.now_s += 600
    assert group.tell(None, watermark_s) == []
    group.now_s += 1
    event = VendorEvent(first.request_id, "acknowledged", first.seats, at_s=watermark_s + 10)
    assert group.planner.step(event, group.now_s, watermark_s) == []
    assert group.planner.status()[0].state == "acknowledged"
    assert group.planner.status()[0].unanswered == 0


def test_what_is_no_longer_wanted_is_not_asked_again(group) -> None:
    group.outage()
    group.surge("cleared")
    group.rate_per_s /= 3
    assert group.run(minutes=30) == []
    assert group.planner.status()[0].state == "expired"


def test_a_vendor_who_says_no_is_left_alone_for_a_quarter_of_an_hour(group) -> None:
    request = group.outage()
    group.says("rejected", request)
    assert group.planner.status()[0].state == "rejected"
    assert group.run(minutes=14) == []
    [again] = group.run(minutes=3)
    assert again.epoch > request.epoch


def test_the_next_vendor_is_asked_for_what_the_first_cannot_send(make_group, flex) -> None:
    group = make_group(flex(cap_seats=4), flex(vendor="bpo", pool="bpo"))
    group.run(minutes=30)
    group.rate_per_s *= 3
    group.surge()
    one, other = group.run(minutes=2)
    assert (one.vendor, one.seats, other.vendor) == ("flex", 4, "bpo")
    alone = make_group()
    assert alone.outage().seats <= one.seats + other.seats <= alone.requests[0].seats + 2


def test_the_next_vendor_is_asked_when_the_first_does_not_answer(make_group, flex) -> None:
    group = make_group(flex(), flex(vendor="bpo", pool="bpo"))
    group.outage()
    asked = group.run(minutes=9)
    assert [request.vendor for request in asked] == ["flex", "bpo"]


def test_more_seats_are_asked_for_as_a_new_total(group) -> None:
    first = group.outage()
    group.says("active", first)
    group.rate_per_s *= 1.5
    group.surge("ongoing", times=4.5)
    [second] = group.run(minutes=3)
    assert second.seats > first.seats
    assert group.planner.status()[0].open == first.seats, "until the new ones are there, the old ones stay"
    group.says("active", second)
    assert group.opened[-1] == OpenSeats("flex", second.seats, second.until_s)


def test_more_seats_refused_leave_the_ones_that_are_there(group) -> None:
    first = group.outage()
    group.says("active", first)
    group.surge("ongoing", times=4.5)
    [second] = group.run(minutes=3)
    group.says("rejected", second)
    [status] = group.planner.status()
    assert (status.asked, status.open) == (first.seats, first.seats)


def test_seats_that_a_vendor_withdraws_are_asked_for_anew(group) -> None:
    request = group.outage()
    group.says("active", request)
    group.says("draining", request)
    assert group.opened[-1].seats == 0
    [again] = group.run(minutes=4)
    assert again.why.rule == "shortage"


def test_nothing_is_decided_before_enough_was_measured(group) -> None:
    group.reps = 0
    assert group.run(minutes=5) == []
    assert group.run(minutes=4) != []


def test_a_slow_answerer_is_not_asked_for_a_second_hour_in_the_first_half(make_group, flex) -> None:
    group = make_group(flex(ack_timeout_s=36_000))
    request = group.outage()
    group.says("active", request)
    while not group.run(minutes=1):
        group.surge("ongoing")
    assert group.now_s >= request.until_s - 1_800


def test_what_nobody_measures_changes_nothing(group) -> None:
    request = group.outage()
    group.says("active", request)
    renewals: list[VendorRequest] = []
    while group.now_s < request.until_s:
        group.now_s += 30
        renewals += group.tell(None)
    assert {(renewal.why.rule, renewal.seats) for renewal in renewals} == {("renewal", request.seats)}


def test_an_event_about_a_request_that_was_never_made_is_refused(group) -> None:
    for request_id in ("shop/flex/any/7", "shop/flex/law/7", "flex", "shop/flex/any/x"):
        assert group.tell(VendorEvent(request_id, "active", 4, group.now_s)) == []
    assert group.planner.refusals == {"unknown_request": 4}
    assert group.opened == []


def test_an_event_out_of_order_is_refused(group) -> None:
    request = group.outage()
    group.says("active", request)
    group.tell(VendorEvent(request.request_id, "released", 0, at_s=group.now_s - 60))
    assert group.planner.refusals == {"outdated": 1}
    assert group.planner.status()[0].open == request.seats


def two_queues(at_s: float, law_per_s: float, cards_per_s: float, both: int) -> Statistics:
    return Statistics(
        at_s,
        [
            QueueStatistics("cards", cards_per_s, handling_s=360, skills=["cards"]),
            QueueStatistics("law", law_per_s, handling_s=360, skills=["law"]),
        ],
        [RepStatistics("home", both, both, skills=["cards", "law"])],
    )


@pytest.mark.parametrize(("law_per_s", "wanted"), [(7 / 360, True), (0.0, False)])
def test_reps_who_serve_two_queues_are_not_counted_twice(
    law_per_s: float, wanted: bool, make_group: Callable, flex: Callable[..., VendorContract]
) -> None:
    group = make_group(flex(skills=["cards"]))
    for _ in range(60):
        group.now_s += 10
        group.tell(two_queues(group.now_s, law_per_s, 7 / 360, both=11))
    assert bool(group.requests) == wanted
    assert all(request.skill == "cards" for request in group.requests)


def test_a_vendor_without_the_skill_is_not_asked(make_group, flex) -> None:
    group = make_group(flex(skills=["cards"]))
    for _ in range(60):
        group.now_s += 10
        group.tell(two_queues(group.now_s, 20 / 360, 0.0, both=11))
    assert group.requests == []


def test_a_vendor_is_asked_for_the_languages_it_speaks(make_group, flex) -> None:
    asked = {}
    for share in (1.0, 0.5):
        group = make_group(flex(languages=["de"]), sla=Sla(target=0.8, within_s=60))
        for _ in range(60):
            group.now_s += 10
            shares = {"de": share, "fr": 1 - share}
            group.tell(Statistics(group.now_s, [QueueStatistics("q", 20 / 360, 0, 360.0, language_shares=shares)]))
        asked[share] = group.requests[0].seats
    assert 0 < asked[0.5] < 0.7 * asked[1.0]


def test_vendor_reps_who_are_there_are_not_the_groups_own(group) -> None:
    group.run(minutes=30)
    group.reps = 6
    for _ in range(30):
        group.now_s += 10
        [queue], home = group.statistics().queues, group.statistics().reps
        group.tell(Statistics(group.now_s, [queue], [*home, RepStatistics("flex", 6, 6.0)]))
    assert group.requests[0].seats >= 4


def test_slow_vendor_reps_are_worth_less(make_group, flex) -> None:
    quick, slow = make_group(flex()).outage(), make_group(flex(aht_multiplier=1.5)).outage()
    assert 1.4 < slow.seats / quick.seats < 1.6


def test_a_surge_that_nobody_speaks_of_is_over_after_an_hour(group) -> None:
    request = group.outage()
    group.rate_per_s /= 3
    group.says("active", request)
    assert group.run(minutes=90) == []
    assert group.planner.status()[0].asked == 0


def test_a_request_in_place_of_one_not_yet_acknowledged_is_paid_once(group) -> None:
    group.operator(spend_cap=130.0)
    group.operator(override=2)
    [request] = group.operator(override=4)
    assert request.seats == 4
