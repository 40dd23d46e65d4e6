"""How much arrives now: a short average, a slow one that says what is usual, and when to believe which.

Counts are noisy: a short average wanders about by a fifth of a small rate. So the usual level holds until the short one
is further off than chance explains, and in a surge the surge detector's word counts, which knows before any average.
"""

from dataclasses import dataclass
from math import log, sqrt

SHORT_HALF_LIFE_S = 360.0
SLOW_HALF_LIFE_S = 5_400.0
_LONGEST_GAP_S = 60.0
"""Statistics come every 10 s. After a pause the last rate says little of the time between."""
_SURPRISE_SD = 3.0


@dataclass(slots=True)
class Average:
    """A mean of what was measured, whose weight halves every half-life; unbiased from the first measurement on.

    >>> average = Average()
    >>> average.add(2.0, 10.0, half_life_s=60.0)
    >>> round(average.mean, 6)
    2.0
    """

    total: float = 0.0
    weight: float = 0.0

    def add(self, value: float, time_s: float, half_life_s: float) -> None:
        """The value held for so many seconds."""
        kept = 0.5 ** (time_s / half_life_s)
        self.total = self.total * kept + value * (1.0 - kept)
        self.weight = self.weight * kept + 1.0 - kept

    @property
    def mean(self) -> float:
        """0 before anything was measured."""
        return self.total / self.weight if self.weight else 0.0


@dataclass(slots=True)
class Level:
    """The arrivals and the handling time of one queue.

    >>> level = Level()
    >>> for minute in range(60):
    ...     level.add(0.02, handling_s=300.0, time_s=60.0, surging=False)
    >>> level.add(0.03, handling_s=None, time_s=10.0, surging=False)
    >>> round(level.rate_per_s, 3), round(level.handling.mean)
    (0.02, 300)
    """

    short: Average
    slow: Average
    handling: Average

    def __init__(
        self, short: Average | None = None, slow: Average | None = None, handling: Average | None = None
    ) -> None:
        self.short, self.slow, self.handling = short or Average(), slow or Average(), handling or Average()

    def add(self, arrivals_per_s: float, handling_s: float | None, time_s: float, *, surging: bool) -> None:
        """Take in what was measured over the last ``time_s`` seconds. A surge does not teach what is usual."""
        time_s = min(time_s, _LONGEST_GAP_S)
        self.short.add(arrivals_per_s, time_s, SHORT_HALF_LIFE_S)
        if not surging:
            self.slow.add(arrivals_per_s, time_s, SLOW_HALF_LIFE_S)
        if handling_s is not None:
            self.handling.add(handling_s, time_s, SLOW_HALF_LIFE_S)

    @property
    def rate_per_s(self) -> float:
        """Arrivals per second outside a surge."""
        # The variance of a Poisson rate averaged with time constant tau is rate / (2 tau).
        chance = sqrt(self.slow.mean * log(2.0) / (2.0 * SHORT_HALF_LIFE_S))
        surprising = abs(self.short.mean - self.slow.mean) > _SURPRISE_SD * chance
        return self.short.mean if surprising or not self.slow.weight else self.slow.mean

    def surge_rate_per_s(self, extra_per_s: float) -> float:
        """Arrivals per second in a surge that brings this queue so many more than usual."""
        return max(self.short.mean, self.slow.mean + extra_per_s)
