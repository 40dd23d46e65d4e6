from collections import defaultdict

from streams.contracts import TicketEventKind
from streams.local.traffic.records import TimedRecord, Truth
from streams.local.traffic.simulation import World
from tests.local.traffic.support import events, serve, small

SCENARIO = small(length_min="240")


def conversations(records: list[TimedRecord]) -> dict[str, list[tuple[float, Truth]]]:
    found = defaultdict(list)
    for record in records:
        if record.truth is not None:
            found[record.truth.ticket_id].append((record.time_s, record.truth))
    return found


def test_whoever_gets_no_answer_asks_again_and_gets_angry_but_not_for_ever() -> None:
    world = World(SCENARIO, 1)
    early = [
        said
        for said in conversations(world.step_until(SCENARIO.end_s)).values()
        if said[0][0] < SCENARIO.start_s + 600 and said[0][1].labels.urgency in ("high", "urgent")
    ]

    assert len(early) > 5
    for said in early:
        assert len(said) == 4
        assert {truth.labels.sentiment for _, truth in said[2:]} == {"negative"}


def test_whoever_was_answered_does_not_ask_again() -> None:
    world = World(SCENARIO, 1)
    records = serve(world, SCENARIO.start_s + 3600.0)
    accepted = {event.ticket_id: event.at_s for event in events(records) if event.kind is TicketEventKind.ACCEPTED}
    asked = {event.ticket_id for event in events(records) if event.kind is TicketEventKind.WAITING_ON_CUSTOMER}
    resolved = {event.ticket_id for event in events(records) if event.kind is TicketEventKind.RESOLVED}

    assert len(accepted) > 50
    for ticket_id, said in conversations(records).items():
        if ticket_id in accepted and ticket_id not in asked | resolved:
            assert all(time_s <= accepted[ticket_id] for time_s, _ in said)


def test_most_customers_answer_a_question_and_then_the_rep_goes_on() -> None:
    world = World(SCENARIO, 4)
    records = serve(world, SCENARIO.start_s + 7200.0)
    asked = {
        event.ticket_id: event.at_s
        for event in events(records)
        if event.kind is TicketEventKind.WAITING_ON_CUSTOMER and event.at_s < SCENARIO.start_s + 5400.0
    }
    replied = {event.ticket_id for event in events(records) if event.kind is TicketEventKind.REPLIED}

    assert len(asked) > 20
    assert 0.75 < len(replied & asked.keys()) / len(asked) < 0.97


def test_after_the_end_some_say_thanks_and_some_come_back_upset() -> None:
    world = World(SCENARIO, 6)
    records = serve(world, SCENARIO.end_s)
    resolved = {event.ticket_id: event.at_s for event in events(records) if event.kind is TicketEventKind.RESOLVED}
    last = {ticket_id: said[-1] for ticket_id, said in conversations(records).items() if ticket_id in resolved}
    late = [truth.labels.sentiment for ticket_id, (time_s, truth) in last.items() if time_s > resolved[ticket_id]]

    assert 0.04 < late.count("positive") / len(resolved) < 0.13
    assert 0.01 < late.count("negative") / len(resolved) < 0.07
