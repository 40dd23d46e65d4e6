"""When a surge is over, and what is never passed over in silence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.surge.incident import SeriesState
from detectors.surge.incidents import SAY_EVERY_S, Incidents, Kind
from tests.detectors.surge.test_incidents import CALM, high, names

MINUTE_S = 60.0
HOUR_S = 3_600.0


def billing_and_outage(minute: int, outage_until: int = 10_000) -> dict[str, SeriesState]:
    """Billing fourfold from minute 0 to 40, an outage that is ten times as large from minute 15 on."""
    billing = high(30, 10, 0.0) if minute < 40 else CALM
    outage = high(300, 5, 15 * MINUTE_S) if 15 <= minute < outage_until else CALM
    return {"topic:billing": billing, "topic:outage": outage, "topic:login": CALM}


def test_a_surge_does_not_end_while_something_larger_that_joined_is_still_up() -> None:
    incidents = Incidents("g", 1.0)
    events = []
    for minute in range(2, 300):
        events += incidents.update(minute * MINUTE_S, billing_and_outage(minute, outage_until=200))
        incidents.load(incidents.dump())
    assert names([event for event in events if event.state != "ongoing"]) == [
        ("topic:billing", "onset"),
        ("topic:billing", "cleared"),
    ]
    assert len({event.surge_id for event in events}) == 1
    assert events[-1].at_s == 200 * MINUTE_S


def test_what_joins_in_the_very_bucket_in_which_a_surge_would_end_keeps_it_open() -> None:
    incidents = Incidents("g", 1.0)
    incidents.update(120.0, {"topic:a": high(30, 10, 0.0), "topic:b": CALM})
    [event] = incidents.update(180.0, {"topic:a": CALM, "topic:b": high(300, 5, 120.0)})
    assert (event.series, event.state, event.also) == ("topic:a", "ongoing", ("topic:b",))


def test_what_grows_large_after_the_end_is_a_surge_after_an_hour_at_the_latest_and_under_a_new_id() -> None:
    incidents = Incidents("g", 1.0)
    events = incidents.update(120.0, {"topic:a": high(100, 10, 0.0), "topic:b": high(9, 5, 60.0)})
    small, large = {"topic:a": CALM, "topic:b": high(9, 5, 60.0)}, {"topic:a": CALM, "topic:b": high(300, 5, 60.0)}
    events += incidents.update(600.0, small)
    assert names(events) == [("topic:a", "onset"), ("topic:a", "cleared")]
    assert incidents.update(600.0 + HOUR_S, large) == []
    assert incidents.update(660.0 + HOUR_S, small) == []  # as long as it is small it is nothing new
    [event] = incidents.update(720.0 + HOUR_S, large)
    assert (event.series, event.state, event.onset_at_s) == ("topic:b", "onset", 600.0)
    assert event.surge_id not in {said.surge_id for said in events}


def test_history_makes_no_surge_unless_it_is_still_up_an_hour_later() -> None:
    incidents = Incidents("g", 1.0)
    incidents.ignore(600.0)
    states = {"all": high(30, 10, 300.0)}
    assert incidents.update(660.0, states) == []
    incidents.load(incidents.dump())
    assert incidents.update(600.0 + HOUR_S, states) == []
    assert names(incidents.update(660.0 + HOUR_S, states)) == [("all", "onset")]


def test_a_surge_whose_series_is_dropped_is_cleared_with_what_was_said_last() -> None:
    incidents = Incidents("g", 1.0)
    [onset] = incidents.update(720.0, {"all": CALM, "topic:outage": high(200, 10)})
    incidents.forget("topic:outage")
    assert incidents.open_series == ()
    incidents.load(incidents.dump())
    assert (incidents.open_series, incidents.is_open) == ((), True)
    assert incidents.update(780.0, {"all": CALM}) == [onset._replace(state="cleared", at_s=780.0, outlook=None)]
    assert not incidents.is_open
    assert incidents.update(840.0, {"all": CALM}) == []


def test_what_is_still_large_when_the_name_of_a_surge_is_dropped_makes_a_surge_of_its_own() -> None:
    incidents = Incidents("g", 1.0)
    states = {"all": high(200, 100), "topic:outage": high(190, 10)}
    assert names(incidents.update(720.0, states)) == [("topic:outage", "onset")]
    incidents.forget("topic:outage")
    assert names(incidents.update(780.0, {"all": states["all"]})) == [("topic:outage", "cleared"), ("all", "onset")]


def test_a_surge_outlives_the_series_whose_end_was_to_be_its_end_if_the_rest_is_large() -> None:
    for rest, state in ((high(60, 90), "ongoing"), (CALM, "cleared")):
        incidents = Incidents("g", 1.0)
        states = {"all": high(200, 100), "topic:outage": high(190, 10, active=False), "topic:a": rest}
        assert names(incidents.update(720.0, states)) == [("topic:outage", "onset")]
        incidents.forget("all")
        del states["all"]
        assert names(incidents.update(780.0, states)) == [("topic:outage", state)]


SERIES = ("all", "topic:a", "topic:b", "channel:chat")
RUNS = st.tuples(
    st.sampled_from(SERIES),
    st.integers(0, 300),  # the minute in which it begins
    st.integers(1, 250),  # how many minutes it lasts
    st.integers(0, 15),  # how many it takes to be seen
    st.sampled_from([1.0, 5.0, 20.0, 100.0, 500.0]),
)


def stream(runs: list[tuple[str, int, int, int, float]], minutes: int) -> list[dict[str, SeriesState]]:
    states = [dict.fromkeys(SERIES, CALM) for _ in range(minutes)]
    for name, begin, lasts, unseen, surplus in runs:
        for minute in range(begin + unseen, min(minutes, begin + lasts)):
            states[minute][name] = high(surplus, 10, begin * MINUTE_S)
    return states


@settings(max_examples=200, deadline=None)
@given(st.lists(RUNS, max_size=8), st.sets(st.integers(0, 500), max_size=3), st.integers(-1, 400))
def test_nothing_large_stays_unsaid_for_over_an_hour_and_no_lasting_surge_falls_silent(
    runs: list[tuple[str, int, int, int, float]], moves: set[int], history_until: int
) -> None:
    incidents = Incidents("g", 1.0)
    if history_until >= 0:
        incidents.ignore(history_until * MINUTE_S)
    open_id, said_s, ids = None, 0.0, set[str]()
    size = now_size = 0.0  # the most that any series had too many: in the surge that ended last, and in this one
    unsaid = dict.fromkeys(SERIES, 0)
    for minute, states in enumerate(stream(runs, 600)):
        at_s = (minute + 1) * MINUTE_S
        if minute in moves:
            incidents.load(incidents.dump())
        events = incidents.update(at_s, states)
        assert len(events) <= 1
        for event in events:
            if event.state == "onset":
                assert event.surge_id not in ids
                ids.add(event.surge_id)
                open_id, now_size = event.surge_id, 0.0
            assert event.surge_id == open_id
            if event.state == "cleared":
                assert all(states[name].surplus < 0.25 * now_size for name in event.also)
                open_id, size = None, now_size
            said_s = at_s
        now_size = max(now_size, *(state.surplus for state in states.values()))
        for name, state in states.items():
            large = state.active and state.surplus >= 0.25 * size
            unsaid[name] = unsaid[name] + 1 if large and open_id is None and minute >= history_until else 0
        assert max(unsaid.values()) <= 61
        assert open_id is None or at_s - said_s <= SAY_EVERY_S


@pytest.mark.parametrize("kind", ["volume", "sentiment", "drop"])
def test_a_state_after_its_dump_is_the_state_before(kind: Kind) -> None:
    incidents, other = Incidents("g", 1.0, kind), Incidents("g", 1.0, kind)
    for minute in range(2, 30):
        incidents.update(minute * MINUTE_S, billing_and_outage(minute))
    other.load(incidents.dump())
    assert other.dump() == incidents.dump()
