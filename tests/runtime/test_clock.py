import pytest

from streams.runtime.clock import WINDOW_S, BrokerClock, TimeScale, VirtualClock


class Hands:
    """Two clocks of a machine, moved by hand."""

    def __init__(self) -> None:
        self.monotonic_s, self.wall_s = 10.0, 1_000.0

    def move(self, seconds: float) -> None:
        self.monotonic_s += seconds
        self.wall_s += seconds

    def clock(self, scale: TimeScale | None = None) -> BrokerClock:
        return BrokerClock(scale, monotonic=lambda: self.monotonic_s, wall=lambda: self.wall_s)


def test_before_the_broker_spoke_the_machines_own_clock_counts() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.move(5.0)
    assert clock.now_s() == 1_005.0
    assert clock.skew_s() == 0.0


def test_the_brokers_time_counts_and_a_slow_answer_does_not_set_it_back() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.observe(1_300.0, acknowledged_s=10.0)
    hands.move(1.0)
    clock.observe(1_300.2, acknowledged_s=11.0)  # 0.8 s on its way
    assert clock.now_s() == 1_301.0
    assert clock.skew_s() == 300.0


def test_a_jump_of_the_machines_clock_does_not_matter() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.observe(1_000.0, acknowledged_s=10.0)
    hands.wall_s += 3_600.0
    assert clock.now_s() == 1_000.0


def test_a_clock_that_drifts_is_followed_within_two_windows() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.observe(1_300.0, acknowledged_s=10.0)
    for _ in range(3):
        hands.move(WINDOW_S + 1)
        clock.observe(hands.wall_s, acknowledged_s=hands.monotonic_s)
    assert clock.now_s() == hands.wall_s


def test_the_scale_applies_to_the_clock_and_to_its_past_alike() -> None:
    hands = Hands()
    clock = hands.clock(TimeScale(origin_s=1_000.0, start_s=5_000.0, speed=60.0))
    hands.move(2.0)
    assert clock.now_s() == 5_120.0
    assert clock.at_s(11.0) == 5_060.0


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_time_must_run_forwards(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        TimeScale(speed=speed)


def test_a_virtual_clock_moves_only_when_told_and_never_back() -> None:
    clock = VirtualClock(5.0)
    assert clock.now_s() == clock.now_s() == 5.0
    clock.advance(0.0)
    clock.advance(2.5)
    assert clock.now_s() == 7.5
    with pytest.raises(ValueError, match="back"):
        clock.advance(-0.1)
