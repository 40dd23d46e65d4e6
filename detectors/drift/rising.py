"""An alarm when a model's error rate rises, and only then.

ADWIN keeps a window of the newest errors, as buckets of 1, 2, 4, ... of them, five of a size, so that its memory and
its time grow with the logarithm of the window. Where an older part and the newer rest differ by more than chance
allows, the older part is dropped. Here that raises the alarm only if errors became more frequent: where they became
fewer, which a learning model's should, the window just follows. (ADWIN on both sides with a reset was measured to be
harmful: it throws away what a model learns.)

Source: Bifet and Gavaldà, "Learning from Time-Changing Data with Adaptive Windowing", SDM 2007.
"""

import json
from typing import Any, Final, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

_SIZES: Final = 40
_OF_A_SIZE: Final = 5
_EVERY: Final = 4  # labels between two looks
_LEAST: Final = 10  # errors on either side of a cut


class RisingError:
    """Tells from a model's errors, one a label, when they begin to be more frequent.

    Parameters
    ----------
    false_alarm
        How likely chance alone is to pass for a rise, at one look at a steady stream; above 0 and below 1.

    Raises
    ------
    ValueError
        If `false_alarm` is out of range.

    Examples
    --------
    >>> rising = RisingError()
    >>> any(rising.update(i % 10 == 0) for i in range(1_000))  # one in ten is wrong
    False
    >>> [i for i in range(200) if rising.update(i % 10 < 5)][0] < 100  # one in two
    True
    >>> any(rising.update(False) for _ in range(1_000))
    False
    """

    def __init__(self, false_alarm: float = 0.0005) -> None:
        if not 0 < false_alarm < 1:
            raise ValueError("false_alarm must be above 0 and below 1")
        self.false_alarm = false_alarm
        self.buckets: NDArray[np.float64] = new_buckets()

    def update(self, wrong: bool) -> bool:
        """Take note of one judgement; true if an alarm is raised now."""
        return bool(note(self.buckets, float(wrong), self.false_alarm))

    @property
    def window_labels(self) -> int:
        """How many judgements the window holds: all since things last changed."""
        return int(self.buckets[0, 0])

    def dump(self) -> bytes:
        """All of it as JSON."""
        return json.dumps({"false_alarm": self.false_alarm, "buckets": self.buckets.tolist()}).encode()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """What `dump` wrote. Raises ValueError if the bytes are something else."""
        try:
            state = json.loads(data)
            rising, buckets = cls(float(state["false_alarm"])), np.array(state["buckets"], dtype=np.float64)
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise ValueError("not a drift detector") from error
        check_buckets(buckets)
        rising.buckets = buckets
        return rising


def new_buckets() -> NDArray[np.float64]:
    """An empty window for `note`.

    Row 0: judgements, errors, labels since the last look. Row 1 + s, for buckets of 2^s judgements: how many there
    are, then the errors in each, the oldest first.
    """
    return np.zeros((1 + _SIZES, 2 + _OF_A_SIZE))


def check_buckets(buckets: NDArray[np.float64]) -> None:
    """Raise ValueError unless this can be a window."""
    if buckets.shape != (1 + _SIZES, 2 + _OF_A_SIZE) or not (np.isfinite(buckets).all() and (buckets >= 0).all()):
        raise ValueError("a window of errors with impossible numbers")
    filled = buckets[1:, 0]
    if not ((filled == filled.astype(int)).all() and (filled <= _OF_A_SIZE).all()):
        raise ValueError("a window of errors with impossible numbers")
    if buckets[0, 0] != filled @ 2.0 ** np.arange(_SIZES):
        raise ValueError("a window of errors of another length")


@njit(cache=True)
def note(buckets: Any, error: float, false_alarm: float) -> bool:
    """Add an error (0 or 1) to a window; whether errors rose (compiled; for kernels)."""
    _insert(buckets, error)
    buckets[0, 2] += 1.0
    if buckets[0, 2] < _EVERY:
        return False
    buckets[0, 2] = 0.0
    alarm = False
    change = _change(buckets, false_alarm)
    while change != 0:
        alarm = alarm or change > 0
        _drop_oldest(buckets)
        change = _change(buckets, false_alarm)
    return alarm


@njit(cache=True)
def _insert(buckets: Any, error: float) -> None:
    buckets[0, 0] += 1.0
    buckets[0, 1] += error
    row, carried = 1, error
    while True:
        if buckets[row, 0] < _OF_A_SIZE or row == _SIZES:
            filled = min(int(buckets[row, 0]), _OF_A_SIZE - 1)
            buckets[row, 1 + filled] = carried
            buckets[row, 0] = filled + 1
            return
        merged = buckets[row, 1] + buckets[row, 2]  # the two oldest become one of the next size
        for i in range(1, _OF_A_SIZE - 1):
            buckets[row, i] = buckets[row, i + 2]
        buckets[row, _OF_A_SIZE - 1] = carried
        buckets[row, _OF_A_SIZE] = 0.0
        buckets[row, 0] = _OF_A_SIZE - 1
        row, carried = row + 1, merged


@njit(cache=True)
def _change(buckets: Any, false_alarm: float) -> int:
    """1 if the newer part of some cut has more errors than chance allows, -1 if fewer, 0 if neither."""
    n, total = buckets[0, 0], buckets[0, 1]
    if n < 2 * _LEAST:
        return 0
    mean = total / n
    doubt = np.log(2.0 * np.log(n) / false_alarm)
    older_n, older = 0.0, 0.0
    for row in range(_SIZES, 0, -1):
        for i in range(int(buckets[row, 0])):
            older_n += 2.0 ** (row - 1)
            older += buckets[row, 1 + i]
            newer_n = n - older_n
            if newer_n < _LEAST:
                return 0
            if older_n >= _LEAST:
                m = 1.0 / (1.0 / older_n + 1.0 / newer_n)
                bound = np.sqrt(2.0 / m * mean * (1.0 - mean) * doubt) + 2.0 / (3.0 * m) * doubt
                difference = (total - older) / newer_n - older / older_n
                if difference > bound:
                    return 1
                if -difference > bound:
                    return -1
    return 0


@njit(cache=True)
def _drop_oldest(buckets: Any) -> None:
    row = _SIZES
    while buckets[row, 0] == 0:
        row -= 1
    buckets[0, 0] -= 2.0 ** (row - 1)
    buckets[0, 1] -= buckets[row, 1]
    filled = int(buckets[row, 0])
    for i in range(1, filled):
        buckets[row, i] = buckets[row, i + 1]
    buckets[row, filled] = 0.0
    buckets[row, 0] = filled - 1
