from hypothesis import given
from hypothesis import strategies as st

from streams.local.traffic.agenda import Agenda


@given(st.lists(st.integers(0, 20)))
def test_steps_run_in_order_of_time_and_then_of_planning(times: list[int]) -> None:
    agenda, ran = Agenda(0.0), []
    for number, time_s in enumerate(times):
        agenda.plan(time_s, lambda entry=(time_s, number): ran.append(entry))

    agenda.run_until(20.0)

    assert ran == sorted(ran)
    assert len(ran) == len(times)


def test_what_is_due_later_waits() -> None:
    agenda, ran = Agenda(0.0), []
    agenda.plan(2.0, lambda: ran.append("later"))

    agenda.run_until(1.9)

    assert not ran


def test_what_is_planned_for_the_past_runs_at_the_present() -> None:
    agenda, times = Agenda(5.0), []
    agenda.plan(1.0, lambda: times.append(agenda.now_s))

    agenda.run_until(6.0)

    assert times == [5.0]


def test_an_input_runs_after_what_the_world_planned_for_that_moment_even_if_it_came_first() -> None:
    agenda, ran = Agenda(0.0), []
    agenda.plan(1.0, lambda: ran.append("input"), from_outside=True)
    agenda.plan(1.0, lambda: ran.append("world"))

    agenda.run_until(1.0)

    assert ran == ["world", "input"]
