from collections import Counter
from itertools import pairwise

from streams.contracts import RepState, RepStatus, TicketEventKind, decode
from streams.local.traffic.records import TimedRecord
from streams.local.traffic.simulation import World
from tests.local.traffic.support import assign, events, of, serve, small, tickets

SCENARIO = small()
LONG = small(length_min="480")


def statuses(records: list[TimedRecord], rep_id: str) -> list[RepStatus]:
    found = [decode(RepStatus, record.value) for record in of(records, "reps.status")]
    return [status for status in found if status.rep_id == rep_id]


def offered(seed: int) -> tuple[World, str]:
    """A world in which the first ticket has been offered to a rep."""
    world = World(SCENARIO, seed)
    ticket_id = tickets(world.step_until(SCENARIO.start_s + 120.0))[0]
    world.on_assignment(assign(ticket_id, "all-01", 1, world.now_s), world.now_s)
    return world, ticket_id


def test_a_rep_says_every_minute_that_it_is_there() -> None:
    world = World(SCENARIO, 1)
    own = statuses(world.step_until(SCENARIO.start_s + 1200.0), "all-02")
    gaps_s = [later.at_s - earlier.at_s for earlier, later in pairwise(own)]

    assert own[0].at_s < SCENARIO.start_s + 20.0
    assert min(gaps_s) > 0.0
    assert max(gaps_s) < 60.001


def test_most_offers_are_accepted_within_seconds_and_few_are_declined_or_overlooked() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(150):
        world, ticket_id = offered(seed)
        offered_s = world.now_s
        found = events(world.step_until(offered_s + 50.0), ticket_id)
        kinds[found[0].kind.value if found else "nothing"] += 1
        assert all(event.epoch == 1 and event.rep_id == "all-01" for event in found)

    assert set(kinds) == {"accepted", "declined", "nothing"}
    assert kinds["accepted"] > 130


def test_an_accepted_ticket_is_resolved_in_the_end_and_only_once() -> None:
    world = World(SCENARIO, 2)
    # Transferred and escalated tickets come back only if somebody routes them.
    handed_on = {TicketEventKind.TRANSFERRED, TicketEventKind.ESCALATED}
    found = events(serve(world, SCENARIO.end_s))
    early = [e.ticket_id for e in found if e.kind is TicketEventKind.ACCEPTED and e.at_s < SCENARIO.end_s - 3600.0]
    ends = Counter(e.ticket_id for e in found if e.kind in handed_on | {TicketEventKind.RESOLVED})

    assert len(early) > 150
    assert {ends[ticket_id] for ticket_id in early} == {1}


def test_a_rep_that_was_told_to_put_a_ticket_down_does_nothing_more_about_it() -> None:
    for seed in range(20):
        world, ticket_id = offered(seed)
        world.step_until(world.now_s + 30.0)
        world.on_assignment(assign(ticket_id, "all-01", 2, world.now_s, kind="revoked"), world.now_s)

        assert not events(world.step_until(world.now_s + 1800.0), ticket_id)


def test_who_gets_a_ticket_next_works_under_the_new_epoch() -> None:
    world, ticket_id = offered(3)
    world.step_until(world.now_s + 2.0)
    world.on_assignment(assign(ticket_id, "all-03", 2, world.now_s), world.now_s)
    found = events(world.step_until(world.now_s + 1800.0), ticket_id)

    assert found
    assert {(event.rep_id, event.epoch) for event in found} == {("all-03", 2)}


def test_an_offer_that_has_expired_is_not_accepted() -> None:
    world = World(SCENARIO, 4)
    ticket_id = tickets(world.step_until(SCENARIO.start_s + 120.0))[0]
    world.on_assignment(assign(ticket_id, "all-01", 1, world.now_s - 60.0), world.now_s)

    assert not events(world.step_until(world.now_s + 600.0), ticket_id)


def test_a_rep_on_a_break_takes_nothing() -> None:
    world = World(LONG, 1)
    away_s, waiting = None, []
    while away_s is None:
        records = world.step_until(world.now_s + 30.0)
        waiting += tickets(records)
        away_s = next((s.at_s for s in statuses(records, "all-01") if s.state is RepState.AWAY), None)
    world.on_assignment(assign(waiting[-1], "all-01", 1, world.now_s), world.now_s)

    assert not events(world.step_until(world.now_s + 300.0), waiting[-1])


def test_a_rep_comes_back_from_a_break() -> None:
    states = [status.state for status in statuses(World(LONG, 1).step_until(LONG.end_s), "all-01")]

    assert RepState.AWAY in states
    assert states[-1] is RepState.ONLINE
