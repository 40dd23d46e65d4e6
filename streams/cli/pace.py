"""When each message of a replay is due."""

from collections.abc import Callable

DEBT_S = 0.25
"""How far a replay may fall behind and still catch up; beyond that the schedule moves, so that no burst follows."""


class Pace:
    """One message after another, evenly: by a rate, or by the messages' own times; with neither, as fast as possible.

    rate: messages a second. speed: seconds of the messages' time in a second of ours. clock: a monotonic clock, in s.

    >>> pace = Pace(rate=10.0, clock=lambda: 100.0)
    >>> [pace.wait_s() for _ in range(3)]
    [0.0, 0.1, 0.2]
    """

    def __init__(self, *, rate: float | None = None, speed: float | None = None, clock: Callable[[], float]) -> None:
        self._rate, self._speed, self._clock = rate, speed, clock
        self._due_s: float | None = None  # of the next message, by rate
        self._origin_s: tuple[float, float] | None = None  # a time of the messages, and ours for it

    def restart(self) -> None:
        """The messages' own times begin anew: the file is repeated."""
        self._origin_s = None

    def wait_s(self, sent_at_s: float = 0.0) -> float:
        """How long to wait before the next message, which was sent at ``sent_at_s``; 0 or less means: now."""
        now_s = self._clock()
        if self._rate is not None:
            due_s = now_s if self._due_s is None else max(self._due_s, now_s - DEBT_S)
            self._due_s = due_s + 1 / self._rate
            return round(due_s - now_s, 6)
        if self._speed is not None:
            if self._origin_s is None:
                self._origin_s = (sent_at_s, now_s)
            first_s, began_s = self._origin_s
            return began_s + (sent_at_s - first_s) / self._speed - now_s
        return 0.0
