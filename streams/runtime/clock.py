"""Clocks: what time it is on the broker, and one map from it to the pipeline's time.

All times of the pipeline are the broker's (LogAppendTime), so that workers whose own clocks differ agree. A demo or a
test runs hours in minutes by scaling that time, the same for every process. Source: DESIGN section 5.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

WINDOW_S = 60.0


@dataclass(frozen=True, slots=True)
class TimeScale:
    """One map t' = start_s + speed (t - origin_s) from the broker's time to the pipeline's.

    >>> TimeScale(origin_s=100.0, start_s=1000.0, speed=60.0).apply(101.0)
    1060.0
    >>> TimeScale().apply(101.0)
    101.0
    """

    origin_s: float = 0.0
    start_s: float = 0.0
    speed: float = 1.0

    def __post_init__(self) -> None:
        if not self.speed > 0:
            raise ValueError(f"speed must be above 0, not {self.speed}")

    def apply(self, broker_s: float) -> float:
        """The pipeline's time at a time of the broker, both in seconds since the epoch."""
        return self.start_s + self.speed * (broker_s - self.origin_s)


class Clock(Protocol):
    """What the runtime asks for the time."""

    scale: TimeScale

    def now_s(self) -> float:
        """The pipeline's time now."""

    def at_s(self, monotonic_s: float) -> float:
        """The pipeline's time at a reading of the monotonic clock."""


class BrokerClock:
    """The monotonic clock, set to the broker's time by the timestamps of our own commits.

    A record appended at broker time b and acknowledged at monotonic time m shows that the broker's clock reads at least
    b at m: ``b - m`` never overestimates the offset. The largest of the last one to two minutes is the best estimate,
    and old ones are forgotten, so that the clock follows a broker that is set back. Before the first observation it is
    the machine's own clock.

    >>> clock = BrokerClock(monotonic=lambda: 10.0, wall=lambda: 1000.0)
    >>> clock.now_s()
    1000.0
    >>> clock.observe(broker_s=1500.0, acknowledged_s=10.0)
    >>> clock.now_s(), clock.skew_s()
    (1500.0, 500.0)
    """

    def __init__(
        self,
        scale: TimeScale | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.scale = scale or TimeScale()
        self.monotonic = monotonic
        self._wall = wall
        self._before: float | None = None
        self._latest: float | None = None
        self._window_s = monotonic()

    def observe(self, broker_s: float, acknowledged_s: float) -> None:
        """Learn from a record of ours: its broker timestamp, and the monotonic time at which its answer was here."""
        if self.monotonic() - self._window_s > WINDOW_S:
            self._before, self._latest, self._window_s = self._latest, None, self.monotonic()
        offset_s = broker_s - acknowledged_s
        self._latest = offset_s if self._latest is None else max(self._latest, offset_s)

    def _offset_s(self) -> float:
        known = [offset_s for offset_s in (self._before, self._latest) if offset_s is not None]
        return max(known) if known else self._wall() - self.monotonic()

    def at_s(self, monotonic_s: float) -> float:
        """The pipeline's time at a reading of the monotonic clock."""
        return self.scale.apply(self._offset_s() + monotonic_s)

    def now_s(self) -> float:
        """The pipeline's time now."""
        return self.at_s(self.monotonic())

    def skew_s(self) -> float:
        """How far the broker's clock is ahead of this machine's, in seconds."""
        return self._offset_s() - (self._wall() - self.monotonic())


class VirtualClock:
    """A clock that stands still until it is moved: the memory runner's.

    >>> clock = VirtualClock(5.0)
    >>> clock.advance(10.0)
    >>> clock.now_s()
    15.0
    """

    def __init__(self, start_s: float = 0.0) -> None:
        self.scale = TimeScale()
        self._now_s = start_s

    def now_s(self) -> float:
        """The virtual time, in seconds."""
        return self._now_s

    def at_s(self, monotonic_s: float) -> float:
        """The virtual time: its own monotonic clock."""
        return monotonic_s

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass. Raises ValueError when asked to go back."""
        if seconds < 0:
            raise ValueError(f"time does not go back: {seconds}")
        self._now_s += seconds
