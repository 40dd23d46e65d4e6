from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streams.cli.pace import DEBT_S, Pace


class Clock:
    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def sent_at(pace: Pace, clock: Clock, count: int) -> list[float]:
    """When messages go that are sent as soon as the pace lets them."""
    times = []
    for _ in range(count):
        clock.now_s += max(0.0, pace.wait_s())
        times.append(clock.now_s)
    return times


def test_a_rate_spaces_messages_evenly() -> None:
    clock = Clock()
    times = sent_at(Pace(rate=100.0, clock=clock), clock, 101)
    assert abs(times[-1] - times[0] - 1.0) < 1e-6
    assert max(b - a for a, b in pairwise(times)) < 0.0101


@given(st.lists(st.floats(0.0, 2.0), max_size=20), st.floats(1.0, 1_000.0))
def test_no_second_sees_more_than_its_rate_and_a_little_debt_whatever_stalls(stalls: list[float], rate: float) -> None:
    clock = Clock()
    pace = Pace(rate=rate, clock=clock)
    times: list[float] = []
    for stall_s in [*stalls, 0.0]:
        clock.now_s += stall_s
        times += sent_at(pace, clock, 50)
    for first in times:
        within = sum(first <= each < first + 1.0 for each in times)
        assert within <= rate * (1.0 + DEBT_S) + 2


def test_a_speed_follows_the_messages_own_times() -> None:
    clock = Clock()
    pace = Pace(speed=60.0, clock=clock)
    assert [round(pace.wait_s(at_s), 6) for at_s in (500.0, 560.0, 530.0, 620.0)] == [0.0, 1.0, 0.5, 2.0]


def test_a_repeated_file_begins_its_times_anew() -> None:
    clock = Clock()
    pace = Pace(speed=1.0, clock=clock)
    pace.wait_s(500.0)
    clock.now_s += 10.0
    pace.restart()
    assert pace.wait_s(500.0) == 0.0


def test_without_rate_or_speed_nothing_waits() -> None:
    pace = Pace(clock=Clock())
    assert [pace.wait_s(at_s) for at_s in (5.0, 9.0)] == [0.0, 0.0]
