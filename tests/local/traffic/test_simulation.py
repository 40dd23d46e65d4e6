from collections import Counter

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text import LANGUAGES
from streams.contracts import ContractError, Message, decode
from streams.local.traffic.records import TimedRecord
from streams.local.traffic.scenario import CHANNELS, load_scenario
from streams.local.traffic.simulation import World
from tests.local.traffic.support import assign, of, request, small, tickets

SCENARIO = small()
MINUTE_S = 60.0


def played(stops: list[float], seed: int = 5) -> list[TimedRecord]:
    """Ten minutes in steps that end at some fractions of them, with inputs at times of their own."""
    world = World(SCENARIO, seed)
    start_s = SCENARIO.start_s
    begun = tickets(World(SCENARIO, seed).step_until(start_s + 200))
    inputs = [(start_s + 200.0 + 7 * number, ticket_id) for number, ticket_id in enumerate(begun)]
    asked = request(1, 4, start_s + 1800.0)
    out = world.step_until(start_s + 150.0)
    world.on_capacity_request(asked, start_s + 160.0)
    for at_s, ticket_id in inputs:
        world.on_assignment(assign(ticket_id, "all-01", 1, at_s), at_s)
    for stop in sorted(stops):
        out += world.step_until(start_s + 150.0 + stop * 750.0)
    return out + world.step_until(start_s + 900.0)


def test_the_same_seed_gives_the_same_records() -> None:
    assert played([]) == played([])


def test_another_seed_gives_other_records() -> None:
    assert played([], seed=5) != played([], seed=6)


@settings(max_examples=25)
@given(st.lists(st.floats(0.0, 1.0), max_size=20))
def test_steps_of_any_size_give_the_same_records(stops: list[float]) -> None:
    assert played(stops) == played([])


def test_records_come_in_order_of_time_and_within_their_step() -> None:
    world = World(SCENARIO, 1)
    world.step_until(SCENARIO.start_s + 100.0)
    records = world.step_until(SCENARIO.start_s + 400.0)

    times_s = [record.time_s for record in records]
    assert times_s == sorted(times_s)
    assert SCENARIO.start_s + 100.0 < times_s[0] <= times_s[-1] <= SCENARIO.start_s + 400.0


def test_the_same_customers_come_whether_or_not_they_are_served() -> None:
    def openings(world: World, serve: bool) -> list[tuple[float, bytes]]:
        found = []
        for minute in range(1, 30):
            records = world.step_until(SCENARIO.start_s + minute * MINUTE_S)
            found += [(record.time_s, record.value) for record in records if record.truth and record.truth.opens]
            for ticket_id in tickets(records) if serve else ():
                world.on_assignment(assign(ticket_id, "all-02", 1, world.now_s), world.now_s)
        return found

    assert openings(World(SCENARIO, 2), serve=True) == openings(World(SCENARIO, 2), serve=False)


@pytest.fixture(scope="module")
def busy() -> list[TimedRecord]:
    """A little over 10,000 messages of a time with an outage."""
    world = World(load_scenario("outage-x3"), 11)
    return of(world.step_until(world.now_s + 110 * MINUTE_S), "messages.raw")


def test_all_messages_but_the_malformed_share_obey_the_contract(busy: list[TimedRecord]) -> None:
    assert len(busy) >= 10_000
    refused = 0
    for record in busy:
        try:
            message = decode(Message, record.value)
        except ContractError:
            refused += 1
            assert record.truth is None
        else:
            assert message.conversation_id.encode() == record.key
            # Records hold microseconds; a repeat comes at most a minute and a half later.
            assert -1e-5 < record.time_s - message.sent_at_s < 90.1
            assert record.truth is None or record.truth.message_id == message.message_id
    openings = sum(record.truth is not None and record.truth.opens for record in busy)
    assert 0.0005 < refused / openings < 0.005


def test_all_languages_and_channels_are_there(busy: list[TimedRecord]) -> None:
    truths = [record.truth for record in busy if record.truth is not None]

    assert {truth.language for truth in truths} == set(LANGUAGES)
    assert {truth.channel for truth in truths} == set(CHANNELS)


def test_labels_are_beside_the_record_and_not_in_it(busy: list[TimedRecord]) -> None:
    for record in busy:
        if record.truth is not None:
            assert not {"urgency", "sentiment", "topic"} & set(orjson.loads(record.value))


def test_some_messages_come_twice_byte_for_byte(busy: list[TimedRecord]) -> None:
    counts = Counter(record.value for record in busy)
    repeated = sum(count == 2 for count in counts.values())

    assert set(counts.values()) <= {1, 2}
    assert 0.002 < repeated / len(busy) < 0.01


def test_message_ids_are_unique_but_for_repeats(busy: list[TimedRecord]) -> None:
    ids = [record.truth.message_id for record in busy if record.truth is not None]

    assert len(ids) == len(set(ids))


def test_an_outdated_or_unknown_decision_changes_nothing() -> None:
    told, untold = World(SCENARIO, 3), World(SCENARIO, 3)
    first = tickets(told.step_until(SCENARIO.start_s + 120.0))[0]
    untold.step_until(SCENARIO.start_s + 120.0)
    told.on_assignment(assign(first, "all-01", 9, told.now_s), told.now_s)
    untold.on_assignment(assign(first, "all-01", 9, untold.now_s), untold.now_s)
    told.on_assignment(assign(first, "all-02", 8, told.now_s), told.now_s)
    told.on_assignment(assign("c-of-others", "all-02", 9, told.now_s), told.now_s)
    told.on_capacity_request(request(1, 4, told.now_s + 999.0, vendor="others"), told.now_s)

    assert told.step_until(SCENARIO.start_s + 900.0) == untold.step_until(SCENARIO.start_s + 900.0)
