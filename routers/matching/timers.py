"""One heap of everything that happens by itself when time passes."""

from heapq import heappop, heappush
from typing import Literal, NamedTuple

TimerKind = Literal["absence", "bot", "due", "forget", "gone", "reservation", "retry", "seats", "silent", "status"]


class Timer(NamedTuple):
    """At ``at_s``, look at the ticket, rep or pool ``name``: ``kind`` says why. Ordered by all, so deterministic."""

    at_s: float
    kind: TimerKind
    name: str


class Timers:
    """A heap that is never searched: a timer that no longer applies stays in it, and is recognised when it fires.

    >>> timers = Timers()
    >>> timers.set(5.0, "reservation", "c-1")
    >>> timers.pop_due(4.9), timers.pop_due(5.0)
    (None, Timer(at_s=5.0, kind='reservation', name='c-1'))
    """

    def __init__(self) -> None:
        self._heap: list[Timer] = []

    def __len__(self) -> int:
        return len(self._heap)

    def set(self, at_s: float, kind: TimerKind, name: str) -> None:
        """Look at ``name`` when time has reached ``at_s``."""
        heappush(self._heap, Timer(at_s, kind, name))

    def pop_due(self, now_s: float) -> Timer | None:
        """The next timer whose time has come, if any: one comparison when there is none."""
        if self._heap and self._heap[0].at_s <= now_s:
            return heappop(self._heap)
        return None
