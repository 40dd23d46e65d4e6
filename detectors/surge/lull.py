"""A series far below what is expected teaches nothing, for a day and a half of busy hours.

A forgotten holiday or a broken source is no new habit: learned, it would make the ordinary day after it, and the same
day a week later, look like a surge. So while observed over expected, smoothed over an hour or thirty expected messages
(whichever is longer), is below .65, the baseline rests. What lasts longer than 36 hours is how things are now.
"""

from math import exp
from typing import Any, Final

from numba import njit

_MEMORY_S: Final = 3_600.0
_MEMORY_MESSAGES: Final = 30.0
_LOW: Final = 0.65
_PRIOR: Final = 6.0
_LONGEST_S: Final = 129_600.0


@njit(cache=True)
def ratio(one: Any) -> float:
    """Observed over expected, smoothed."""
    return (one.lull_count + _PRIOR) / (one.lull_expected + _PRIOR)


@njit(cache=True)
def lasts(one: Any) -> bool:
    """Whether it is no lull any more but how things are now."""
    return one.lull_for_s > _LONGEST_S


@njit(cache=True)
def update(one: Any, count: float, expected: float) -> bool:
    """Take in a cell; answers whether this is a lull."""
    keep = exp(-min(expected / _MEMORY_MESSAGES, one.cell_s / _MEMORY_S))
    one.lull_count = one.lull_count * keep + count
    one.lull_expected = one.lull_expected * keep + expected
    on = ratio(one) < _LOW
    one.lull_on = on
    one.lull_for_s = one.lull_for_s + one.cell_s if on else 0.0
    return on


@njit(cache=True)
def end(one: Any) -> None:
    """Start over, at a new level."""
    one.lull_count = one.lull_expected = one.lull_for_s = 0.0
    one.lull_on = False
