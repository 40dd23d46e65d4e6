import json

import pytest

from streams.contracts import AssignmentKind
from streams.demo.summary import summarise, tell
from streams.local.traffic.scenario import MINUTE_S, load_scenario
from tests.demo.said import OUTAGE, Frozen, assignment, frozen, request, surge, triaged


@pytest.fixture
def played() -> Frozen:
    """An outage of which everything was triaged, a surge heard after 63 minutes, and seats opened."""
    live = frozen(180)
    for number, message_id in enumerate(sorted(live.board.expected)):
        live.board.heard_triaged(triaged(message_id, f"c-{number // 2}"))
    for number in range(100):
        live.board.heard_assignment(assignment(f"c-{number}"))
    live.board.heard_assignment(assignment("c-100", AssignmentKind.PARKED))
    live.board.heard_surge(surge("onset", 63, observed=95.0, expected=12.0), OUTAGE.start_s + 63 * MINUTE_S)
    live.board.heard_surge(surge("cleared", 110), OUTAGE.start_s + 110 * MINUTE_S)
    for seats in (8, 20, 4):
        live.board.requests.append((OUTAGE.start_s + 65 * MINUTE_S, request(seats)))
    live.board.seats(15)
    live.board.dead_letters = 3
    return live


def test_a_program_gets_every_number_as_json(played: Frozen) -> None:
    simulated = {"with_vendor": {"service_level": 0.9}, "without_vendor": {"service_level": 0.4}}
    outcome = json.loads(json.dumps(summarise(played, 7, simulated)))
    board = played.board
    assert outcome["messages"] > outcome["triaged"] == len(board.expected) > 1_000
    assert (outcome["duplicates"], outcome["dead_letters"]) == (7, 3)
    assert (outcome["lost"], outcome["duplicated"]) == (0, 0)
    assert (outcome["decided"], outcome["waiting"]) == (100, outcome["tickets"] - 100)
    assert (outcome["surges"], outcome["detection_delay_s"]) == (1, 180.0)
    assert (outcome["seats_requested"], outcome["seats_opened"]) == (20, 15)
    assert outcome["service_level"].keys() == {"before", "during", "after"}
    assert outcome["simulated"] == simulated


def test_people_are_told_the_same_in_sentences(played: Frozen) -> None:
    told = tell(played, summarise(played, 7, {}))
    assert all(line.endswith(".") and len(line) < 160 for line in told)
    text = "\n".join(told)
    assert "Lost: 0. Counted twice: 0." in text
    assert "Surge from 13:30, seen at 13:33: " in text
    assert "95 a minute where 12 were expected; over at 14:20." in text
    assert "That was 3.0 minutes after it began." in text
    assert "At 13:35 flexdesk was asked for 8 seats, at most for 20; it opened up to 15." in text
    assert "Answered in time: before " in text


def test_a_false_alarm_before_the_incident_is_not_taken_for_its_detection(played: Frozen) -> None:
    false_alarm = {"surge_id": "acme/channel:sms/1", "series": "channel:sms"}
    played.board.surges = {
        "acme/channel:sms/1": [(OUTAGE.start_s + 22 * MINUTE_S, surge("onset", 22, 20, **false_alarm))],
        **played.board.surges,
    }
    outcome = summarise(played, 7, {})
    assert (outcome["surges"], outcome["detection_delay_s"]) == (2, 180.0)
    assert "That was 3.0 minutes after it began." in tell(played, outcome)


def test_what_did_not_happen_is_not_told() -> None:
    live = frozen(30)
    outcome = summarise(live, 0, {})
    assert (outcome["surges"], outcome["detection_delay_s"], outcome["seats_requested"]) == (0, None, 0)
    assert outcome["lost"] == len(live.board.expected) > 0
    text = "\n".join(tell(live, outcome))
    assert "Surge from" not in text
    assert "seats" not in text
    assert "minutes after it began" not in text


def test_a_surge_that_lasts_is_told_so() -> None:
    live = frozen(70)
    live.board.heard_surge(surge("onset", 63), live.now_s)
    assert "it still lasts." in "\n".join(tell(live, summarise(live, 0, {})))


def test_a_normal_day_has_no_incident_and_one_service_level() -> None:
    live = frozen(30, load_scenario("normal-day"))
    outcome = summarise(live, 0, {})
    assert (outcome["detection_delay_s"], outcome["service_level"].keys()) == (None, {"all"})
    assert "Something was wrong" not in "\n".join(tell(live, outcome))
