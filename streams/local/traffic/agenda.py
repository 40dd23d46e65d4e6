"""What is going to happen in the simulated world, in order of time."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

Step = Callable[[], None]


class Agenda:
    """Steps that are due at some time. A step may plan others, never before the present.

    Steps due at the same time run in the order in which they were planned, but what came from outside runs after what
    the world planned by itself: so it makes no difference how far the world had been run when the input came.

    >>> agenda, seen = Agenda(0.0), []
    >>> agenda.plan(2.0, lambda: seen.append("b"))
    >>> agenda.plan(1.0, lambda: agenda.plan(1.5, lambda: seen.append("a")))
    >>> agenda.run_until(3.0)
    >>> seen, agenda.now_s
    (['a', 'b'], 3.0)
    """

    def __init__(self, start_s: float) -> None:
        self.now_s = start_s
        self._steps: list[tuple[float, bool, int, Step]] = []
        self._numbers = count()

    def plan(self, time_s: float, step: Step, *, from_outside: bool = False) -> None:
        """Do ``step`` at a time, or now if that has passed."""
        heappush(self._steps, (max(time_s, self.now_s), from_outside, next(self._numbers), step))

    def run_until(self, time_s: float) -> None:
        """Do all that is due up to and at ``time_s``."""
        while self._steps and self._steps[0][0] <= time_s:
            self.now_s, _, _, step = heappop(self._steps)
            step()
        self.now_s = max(self.now_s, time_s)
