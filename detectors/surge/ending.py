"""When a surge is over, and how large it is.

Evidence lingers, so the end is a test of its own: with theta the size of the surge so far (observed over expected, over
an hour or thirty expected messages, whichever is longer), it is over when the counts say for five nats that the rate is
back at the expected,

    S <- max(0, S - l_theta)      l_theta = log likelihood ratio of theta mu against mu

which at a thousand messages an hour takes two minutes and at thirty some ten. What then runs on between calm and the
size that it had is the tail of the same surge and no new one, for half an hour or so.

Source: Page, "Continuous inspection schemes", Biometrika 41, 1954 (CUSUM), turned downwards.
"""

from math import exp, log
from typing import Final

_MEMORY_MESSAGES: Final = 12.0
_MEMORY_S: Final = 300.0
_SIZE_S: Final = 3_600.0
_SIZE_MESSAGES: Final = 30.0
_TAIL_S: Final = 1_800.0
_PROOF: Final = 5.0
_HOLD_S: Final = 120.0
_LEAST_SIZE: Final = 1.5


class Ending:
    """Watches a series of buckets of `bucket_s` seconds for the end of its surge.

    >>> ending = Ending(bucket_s=60.0)
    >>> ending.aim(expected=100.0, k=50.0)
    >>> def over(*counts):
    ...     return [ending.update(count, 100.0, rising=True, active=True) for count in counts]
    >>> over(300.0, 320.0, 290.0), round(ending.ratio, 1)
    ([False, False, False], 3.0)
    >>> over(100.0, 100.0)
    [False, True]
    """

    __slots__ = (
        "_bucket_s",
        "_count",
        "_expected",
        "_k",
        "_keep",
        "_most",
        "_proof",
        "_run_count",
        "_run_expected",
        "_size_keep",
        "_tail",
        "_weight",
        "ratio",
    )

    def __init__(self, bucket_s: float) -> None:
        self._bucket_s = bucket_s
        self._most = _PROOF / max(1.0, _HOLD_S / bucket_s)  # no end without two minutes of it
        self._keep, self._size_keep, self._k = 0.0, 0.0, 1.0
        self._count = self._expected = self._weight = 0.0
        self._run_count = self._run_expected = 0.0
        self._proof = 0.0
        self._tail = 0.0
        self.ratio = 1.0

    @property
    def surplus(self) -> float:
        """Messages a bucket above what is expected, smoothed; below 0 if there are fewer."""
        return (self._count - self._expected) / self._weight if self._weight else 0.0

    @property
    def expected(self) -> float:
        """Messages a bucket expected, smoothed like `surplus`."""
        return self._expected / self._weight if self._weight else 0.0

    @property
    def size(self) -> float:
        """Observed over expected since the surge began, faded."""
        return (self._run_count + 1.0) / (self._run_expected + 1.0)

    @property
    def in_tail(self) -> bool:
        """Whether what is seen is still the tail of the surge that ended last."""
        return self.ratio < 1.0 + self._tail

    def aim(self, expected: float, k: float) -> None:
        """Say how many messages a bucket is expected to bring, and the negative binomial's k = 1 / phi."""
        self._keep = exp(-min(expected / _MEMORY_MESSAGES, self._bucket_s / _MEMORY_S))
        self._size_keep = exp(-min(expected / _SIZE_MESSAGES, self._bucket_s / _SIZE_S))
        self._k = k

    def update(self, count: float, expected: float, rising: bool, active: bool) -> bool:
        """Take in a bucket; answers whether a surge that is `active` is over with it.

        `rising`: the evidence speaks for a surge since some bucket, this or an earlier one.
        """
        keep = self._keep
        self._count = self._count * keep + count
        self._expected = self._expected * keep + expected
        self._weight = self._weight * keep + 1.0
        self.ratio = (self._count + 1.0) / (self._expected + 1.0)
        if not active:
            self._proof = 0.0
            if self._tail > 0.0:
                self._tail *= _TAIL_S / (_TAIL_S + self._bucket_s)
            if not rising:
                self._run_count = self._run_expected = 0.0
                return False
        self._run_count = self._run_count * self._size_keep + count
        self._run_expected = self._run_expected * self._size_keep + expected
        if not active:
            return False
        size, k = max(_LEAST_SIZE, self.size), self._k
        q = log((size * expected + k) / (expected + k))
        back = k * q - count * (log(size) - q)
        self._proof = max(0.0, self._proof + min(back, self._most))
        if self._proof < _PROOF:
            return False
        self._tail = 0.8 * (size - 1.0)
        self._run_count = self._run_expected = 0.0
        return True

    def end(self) -> None:
        """Start over, at a new level: what is seen now is calm."""
        self._count = self._expected = self._weight = 0.0
        self._run_count = self._run_expected = 0.0
        self._proof = self._tail = 0.0
        self.ratio = 1.0

    def dump(self) -> list[float]:
        """All state, for `load`."""
        smooth = [self._keep, self._size_keep, self._k, self._count, self._expected, self._weight, self.ratio]
        return [*smooth, self._run_count, self._run_expected, self._proof, self._tail]

    def load(self, state: list[float]) -> None:
        """Go on from a dump."""
        self._keep, self._size_keep, self._k, self._count, self._expected, self._weight, self.ratio, *run = state
        self._run_count, self._run_expected, self._proof, self._tail = run
