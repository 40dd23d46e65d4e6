"""What operators say: the kill switch, numbers of seats, and what a day may cost."""


def test_while_killed_nothing_is_asked_and_what_is_paid_goes_on(group) -> None:
    request = group.outage()
    group.says("active", request)
    group.operator(kill=True)
    group.surge("ongoing", times=6)
    group.operator(override=20)
    assert group.run(minutes=90) == []
    assert [change.seats for change in group.opened] == [request.seats, 0]
    group.operator(override=None)
    group.operator(kill=False)
    group.surge("ongoing", times=3)
    assert group.run(minutes=3) != []


def test_an_operators_number_is_asked_at_once_and_kept(group) -> None:
    group.run(minutes=10)
    [request] = group.operator(override=3)
    assert (request.seats, request.why.rule) == (4, "override"), "seats come in twos"
    group.says("active", request)
    renewals = group.run(minutes=70)
    assert renewals[0].why.rule == "renewal"
    assert renewals[0].seats == 4


def test_an_operator_can_give_back_seats_at_once(group) -> None:
    request = group.outage()
    group.says("active", request)
    [fewer] = group.operator(override=0)
    assert (fewer.seats, fewer.why.price) == (0, 0.0)
    assert group.opened[-1].seats == 0
    group.says("acknowledged", fewer)
    group.says("released", fewer)
    assert group.run(minutes=90) == []
    assert group.planner.status()[0].asked == 0


def test_lifting_an_override_leaves_it_to_the_planner_again(group) -> None:
    group.run(minutes=10)
    [request] = group.operator(override=4)
    group.says("active", request)
    group.operator(override=None)
    assert group.run(minutes=80) == []
    assert group.planner.status()[0].asked == 0


def test_an_override_of_an_unknown_contract_is_refused(make_group, flex) -> None:
    group = make_group(flex(vendor="other", pool="other"))
    assert group.operator(override=4) == []
    assert group.planner.refusals == {"unknown_contract": 1}


def test_a_spend_cap_buys_as_many_seats_as_it_pays_for(group) -> None:
    group.operator(spend_cap=150.0)
    assert group.outage().seats == 4
    assert sum(request.why.price for request in group.requests) == 128


def test_the_spend_cap_is_for_one_day(group) -> None:
    group.operator(spend_cap=130.0)
    [request] = group.operator(override=4)
    group.says("active", request)
    assert group.run(minutes=70) == [], "the day's money is spent, and a renewal costs as much again"
    group.now_s += 86_400
    assert [again.seats for again in group.run(minutes=2)] == [4]


def test_seats_that_a_spend_cap_cut_short_are_renewed_all_the_same(group) -> None:
    group.operator(spend_cap=130.0)
    [request] = group.operator(override=20)
    group.says("active", request)
    assert group.run(minutes=70) == []
    group.operator(spend_cap=260.0)  # as much again: enough for the four that are there, not for more
    renewals = group.run(minutes=2)
    assert [(r.why.rule, r.seats) for r in (request, *renewals)] == [("override", 4), ("renewal", 4)]


def test_what_was_rejected_or_not_answered_costs_nothing(group) -> None:
    group.operator(spend_cap=130.0)
    first = group.outage()
    [second] = group.run(minutes=6)
    assert first.seats == second.seats == 4
    group.says("rejected", second)
    [third] = group.run(minutes=17)
    assert third.seats == 4
