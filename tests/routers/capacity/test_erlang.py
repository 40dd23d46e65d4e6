"""The Erlang formulas against published figures, and against each other."""

from math import exp, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routers.capacity import erlang_a, erlang_b, erlang_c, servers_needed, service_level
from routers.capacity.erlang import answered_within, mean_wait_s

SHORT = settings(max_examples=50, deadline=None)
SERVERS = st.integers(1, 90)
LOADS = st.floats(0.01, 90.0)
TIMES_S = st.floats(60.0, 900.0)


def test_five_erlangs_on_ten_servers_block_as_in_erlangs_table() -> None:
    assert round(erlang_b(10, 5.0), 6) == 0.018385


def test_one_erlang_on_two_servers_makes_a_third_wait() -> None:
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3, abs=1e-15)


def test_a_hundred_calls_in_half_an_hour_of_three_minutes_each() -> None:
    load, handling_s = 100 / 1800 * 180, 180.0
    assert round(erlang_c(14, load), 3) == 0.174
    assert round(answered_within(14, load, handling_s, 20.0), 3) == 0.888
    assert round(mean_wait_s(14, load, handling_s), 1) == 7.8
    assert round(load / 14, 3) == 0.714
    assert round(erlang_c(15, load), 3) == 0.102
    assert round(answered_within(15, load, handling_s, 20.0), 3) == 0.941


def test_the_same_calls_with_five_minutes_of_patience() -> None:
    queue = erlang_a(14, 10.0, handling_s=180.0, patience_s=300.0)
    assert round(queue.p_wait, 5) == 0.14526
    assert round(queue.p_abandon, 6) == 0.013984
    assert round(queue.occupancy, 6) == 0.704297


def test_the_three_service_levels_differ() -> None:
    queue = erlang_a(14, 10.0, handling_s=180.0, patience_s=300.0)
    assert round(queue.answered_within(20.0), 3) == 0.917
    assert round(queue.waited_within(20.0), 3) == 0.924
    assert round(queue.patient_answered_within(20.0), 3) == 0.919


def test_a_little_impatience_shortens_the_wait_of_a_busy_centre_to_a_sixth() -> None:
    queue = erlang_a(50, 48.0, handling_s=60.0, patience_s=120.0)
    assert round(queue.p_abandon, 3) == 0.031
    assert round(queue.mean_wait_s, 1) == 3.7
    assert round(mean_wait_s(50, 48.0, 60.0), 1) == 20.8


def test_with_patience_as_long_as_handling_the_customers_are_poisson() -> None:
    assert round(erlang_a(100, 100.0, handling_s=60.0, patience_s=60.0).p_abandon, 4) == 0.0399


def test_too_few_servers_for_the_load_leave_everyone_waiting_for_ever() -> None:
    assert erlang_c(3, 3.0) == 1.0
    assert mean_wait_s(3, 3.0, 60.0) == inf
    assert answered_within(3, 3.5, 60.0, 1_000.0) == 0.0


def test_nobody_waits_where_nobody_comes() -> None:
    assert (erlang_b(3, 0.0), erlang_c(3, 0.0), erlang_c(0, 0.0)) == (0.0, 0.0, 0.0)
    assert erlang_a(3, 0.0, 60.0, 60.0).answered_within(0.0) == 1.0
    assert service_level(0, 0.0, 60.0, 20.0) == 1.0


def test_a_load_far_beyond_any_float_is_still_a_share() -> None:
    swamped = erlang_a(10, 10_000.0, handling_s=60.0, patience_s=60.0)
    assert swamped.p_abandon == pytest.approx(0.999)
    assert swamped.answered_within(1_000.0) == pytest.approx(0.001)
    idle = erlang_a(2_000, 1.0, handling_s=60.0, patience_s=60.0)
    assert (idle.p_wait, idle.answered_within(0.0)) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: erlang_b(-1, 1.0), "servers"),
        (lambda: erlang_b(2.5, 1.0), "servers"),
        (lambda: erlang_c(2, -1.0), "load_erlangs"),
        (lambda: erlang_c(2, inf), "load_erlangs"),
        (lambda: erlang_a(2, 1.0, 0.0, 60.0), "handling_s"),
        (lambda: erlang_a(2, 1.0, 60.0, -5.0), "patience_s"),
        (lambda: answered_within(2, 1.0, 60.0, -5.0), "within_s"),
        (lambda: servers_needed(1.0, 1.0, 60.0, 20.0), "target"),
    ],
)
def test_an_impossible_number_is_named(call: object, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


@SHORT
@given(SERVERS, LOADS)
def test_one_more_server_never_hurts(servers: int, load: float) -> None:
    assert erlang_b(servers + 1, load) <= erlang_b(servers, load) <= 1.0
    assert erlang_c(servers + 1, load) <= erlang_c(servers, load)
    assert erlang_b(servers, load) <= erlang_c(servers, load)


@SHORT
@given(SERVERS, LOADS, TIMES_S, TIMES_S, TIMES_S)
def test_the_three_service_levels_keep_their_order(
    servers: int, load: float, handling_s: float, patience_s: float, within_s: float
) -> None:
    queue = erlang_a(servers, load, handling_s, patience_s)
    answered, patient, waited = (
        queue.answered_within(within_s),
        queue.patient_answered_within(within_s),
        queue.waited_within(within_s),
    )
    assert -1e-9 <= answered <= patient + 1e-9 <= waited + 2e-9 <= 1.0 + 3e-9
    assert answered <= 1.0 - queue.p_abandon + 1e-9, "who gave up was not answered"
    assert queue.answered_within(1e7 * patience_s) == pytest.approx(1.0 - queue.p_abandon), "and everyone else was"


@SHORT
@given(SERVERS, LOADS, TIMES_S, TIMES_S)
def test_what_comes_is_handled_or_gives_up(servers: int, load: float, handling_s: float, patience_s: float) -> None:
    queue = erlang_a(servers, load, handling_s, patience_s)
    assert queue.occupancy * servers + load * queue.p_abandon == pytest.approx(load)
    assert 0 <= queue.occupancy <= 1.0 + 1e-9


@SHORT
@given(st.integers(2, 60), st.floats(0.1, 0.9), TIMES_S)
def test_endless_patience_makes_a_an_erlang_c(servers: int, occupancy: float, handling_s: float) -> None:
    load = servers * occupancy
    queue = erlang_a(servers, load, handling_s, patience_s=1e9 * handling_s)
    assert queue.p_wait == pytest.approx(erlang_c(servers, load), rel=1e-5)
    expected = 1.0 - erlang_c(servers, load) * exp(-(servers - load) * 20.0 / handling_s)
    assert queue.answered_within(20.0) == pytest.approx(expected, rel=1e-5)


@SHORT
@given(st.floats(0.05, 0.99), LOADS, TIMES_S, st.floats(0.0, 600.0), st.none() | TIMES_S)
def test_the_servers_found_are_enough_and_one_fewer_is_not(
    target: float, load: float, handling_s: float, within_s: float, patience_s: float | None
) -> None:
    found = servers_needed(target, load, handling_s, within_s, patience_s)
    assert service_level(found, load, handling_s, within_s, patience_s) >= target
    assert found == 0 or service_level(found - 1, load, handling_s, within_s, patience_s) < target
