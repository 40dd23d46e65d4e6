import pytest

from streams.local.traffic.scorecard import Scorecard
from streams.local.traffic.simulation import World
from tests.local.traffic.support import serve, small, with_more

SCENARIO = with_more("[[segments]]\nfrom_min = 10\nto_min = 20\nfactor = 3\n")
START_S = SCENARIO.start_s


def test_the_service_level_counts_the_late_and_those_who_wait_too_long_already() -> None:
    card = Scorecard(SCENARIO)
    for number, urgency in enumerate(("urgent", "urgent", "urgent", "low")):
        card.opened(f"c-{number}", urgency, START_S + 1.0)
    card.accepted("c-0", START_S + 31.0)
    card.accepted("c-1", START_S + 91.0)

    now = card.service(START_S + 100.0)

    assert (now.tickets, now.answered, now.in_time, now.waiting) == (4, 2, 1, 2)
    assert now.service_level == pytest.approx(1 / 3)  # c-2 has waited for more than its minute, c-3 has half an hour
    assert now.median_wait_s == {"urgent": 60.0}
    assert now.worst_wait_s == {"urgent": 90.0}


def test_nothing_to_judge_has_no_service_level() -> None:
    assert Scorecard(SCENARIO).service(START_S).service_level is None


def test_only_the_first_acceptance_counts() -> None:
    card = Scorecard(SCENARIO)
    card.opened("c", "high", START_S)
    card.accepted("c", START_S + 10.0)
    card.accepted("c", START_S + 5_000.0)

    assert card.service(START_S + 5_000.0).worst_wait_s == {"high": 10.0}


def test_a_ticket_belongs_to_the_period_in_which_it_was_opened() -> None:
    card = Scorecard(SCENARIO)
    for minute in (9.9, 10.0, 19.9, 20.0, 21.0):
        card.opened(f"c-{minute}", "low", START_S + minute * 60.0)
    card.accepted("c-9.9", START_S + 25 * 60.0)

    periods = card.periods(START_S + 25 * 60.0)

    assert {name: period.tickets for name, period in periods.items()} == {"before": 1, "during": 2, "after": 2}
    assert periods["before"].answered == 1


def test_a_normal_day_is_one_period() -> None:
    assert list(Scorecard(small()).periods(START_S)) == ["all"]


def test_minutes_add_up_to_the_whole() -> None:
    world = World(SCENARIO, 1)
    serve(world, SCENARIO.end_s)
    card = world.scorecard
    whole = card.service(world.now_s)

    assert whole.messages == sum(interval.messages for interval in card.intervals)
    assert whole.tickets == sum(interval.tickets for interval in card.intervals) > 300
    assert whole.answered == sum(interval.answered for interval in card.intervals)
    assert whole.in_time == sum(interval.in_time for interval in card.intervals)
    assert sum(interval.duplicates for interval in card.intervals) > 0
