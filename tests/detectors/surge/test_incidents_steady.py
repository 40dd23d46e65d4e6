"""How often a surge that lasts is spoken of."""

from itertools import pairwise

from detectors.surge import SurgeEvent
from detectors.surge.incidents import SAY_EVERY_S, Incidents
from routers.capacity.situation import SURGE_SILENT_S
from tests.detectors.surge.test_incidents import CALM, high, names

MINUTE_S = 60.0
HOUR_S = 3_600.0


def test_a_steady_surge_is_spoken_of_often_enough_to_be_known_to_last_and_its_end_is_expected_anew() -> None:
    assert 2 * SAY_EVERY_S < SURGE_SILENT_S  # plan takes a surge for over that is silent for so long
    whole, moved = Incidents("g", 1.0), Incidents("g", 1.0)
    steady = {"all": high(200, 100)}
    events: list[SurgeEvent] = []
    for minute in range(12, 12 + 24 * 60):
        at_s = minute * MINUTE_S
        said = whole.update(at_s, steady)
        assert said == moved.update(at_s, steady)
        moved.load(moved.dump())
        events += said
        outlook = events[-1].outlook
        assert outlook is not None
        assert outlook.expected_end_s >= at_s
    apart = [after.at_s - before.at_s for before, after in pairwise(events)]
    assert {event.state for event in events[1:]} == {"ongoing"}
    assert max(apart) <= SAY_EVERY_S
    assert len(events) <= 24 * HOUR_S / SAY_EVERY_S + 10


def test_a_surge_that_outlasts_what_was_expected_is_spoken_of_anew() -> None:
    incidents = Incidents("g", 1.0)
    for hour in range(20):  # so its incidents last ten minutes
        incidents.update(hour * 2 * HOUR_S + 120.0, {"all": high(200, 100, hour * 2 * HOUR_S)})
        assert names(incidents.update(hour * 2 * HOUR_S + 600.0, {"all": CALM})) == [("all", "cleared")]
    began_s, steady = 50 * HOUR_S, {"all": high(200, 100, 50 * HOUR_S)}
    [onset] = incidents.update(began_s + 120.0, steady)
    assert onset.outlook is not None
    expected_end_s = onset.outlook.expected_end_s
    assert expected_end_s < began_s + 900.0
    [event, *_] = [event for minute in range(3, 20) for event in incidents.update(began_s + minute * MINUTE_S, steady)]
    assert (event.state, event.at_s) == ("ongoing", (expected_end_s // MINUTE_S + 1) * MINUTE_S)


def test_what_has_no_outlook_is_spoken_of_too() -> None:
    incidents = Incidents("g", 1.0, "drop")
    states = {"all": high(200, 100)}
    incidents.update(720.0, states)
    assert incidents.update(660.0 + SAY_EVERY_S, states) == []
    assert names(incidents.update(720.0 + SAY_EVERY_S, states)) == [("all", "ongoing")]


def test_a_dump_of_before_the_expected_end_was_kept_goes_on() -> None:
    incidents, other = Incidents("g", 1.0), Incidents("g", 1.0)
    states = {"all": high(200, 100)}
    incidents.update(720.0, states)
    [member, numbers], past, history = incidents.dump()
    other.load([[member, numbers[:6]], past, history])
    assert names(other.update(720.0 + SAY_EVERY_S, states)) == [("all", "ongoing")]
    assert names(other.update(9_000.0, {"all": CALM})) == [("all", "cleared")]
