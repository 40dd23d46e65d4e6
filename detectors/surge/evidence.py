"""How strongly the counts say that the rate has risen, whenever that began.

For each size theta of a surge a sum of likelihood ratios runs over all moments at which it may have begun, one more at
every bucket (Shiryaev-Roberts):

    R <- (min(1, m0) + R) e^l

with l the log likelihood ratio of a negative binomial count of mean theta m0 against m0. (A surge begins with a
message, so a bucket that expects less than one adds only that much.) Their mean over the sizes is again such a sum, so
E = ln mean R needs no correction for looking at several sizes. l is capped at ln(buckets a week) - 3, but not below 4,
so that no single bucket is proof (4.6 in buckets of 300 s, 6.2 in those of 60 s, where the dial asks for more), and R
at e^25, so that the end of a surge is not waited for.

Source: Shin, Ramdas and Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", 2022;
Roberts, "A comparison of some control chart procedures", Technometrics 8, 1966.
"""

from math import exp, log
from typing import Final

from detectors.surge.calendar import WEEK_S

SIZES: Final = (1.5, 2.0, 3.0, 5.0, 10.0)
_LEAST_CAP: Final = 4.0
_MOST: Final = exp(25.0)
_AFTER_END: Final = exp(2.0)


class Evidence:
    """The evidence for a surge in one series, in buckets of `bucket_s` seconds.

    >>> evidence = Evidence(bucket_s=300.0)
    >>> evidence.aim(expected=100.0, k=50.0)
    >>> calm = [evidence.update(300.0 * i, 100.0) for i in range(3)]
    >>> surge = [evidence.update(300.0 * i, 300.0) for i in range(3, 6)]
    >>> max(calm) < 0 and surge[0] < surge[1] < surge[2], evidence.onset_s
    (True, 900.0)
    """

    __slots__ = ("_began_s", "_cap", "_cusums", "_fixed", "_per_count", "_start", "_sums")

    def __init__(self, bucket_s: float) -> None:
        self._cap = max(_LEAST_CAP, log(WEEK_S / bucket_s) - 3.0)
        self._sums = [0.0] * len(SIZES)
        self._per_count = [0.0] * len(SIZES)
        self._fixed = [0.0] * len(SIZES)
        self._start = 0.0
        self._cusums = [0.0] * len(SIZES)  # above 0 since the likeliest onset of a surge of that size
        self._began_s = [0.0] * len(SIZES)

    def aim(self, expected: float, k: float) -> None:
        """Say what to test the next counts against: the mean a bucket and the negative binomial's k = 1 / phi."""
        self._start = min(1.0, expected)
        for i, size in enumerate(SIZES):
            q = log((size * expected + k) / (expected + k))
            self._per_count[i] = log(size) - q
            self._fixed[i] = k * q

    def update(self, start_s: float, count: float) -> float:
        """Take in the count of the bucket that starts at `start_s`; answers E = ln mean R."""
        sums, per_count, fixed, start, cap = self._sums, self._per_count, self._fixed, self._start, self._cap
        cusums = self._cusums
        total = 0.0
        for i in range(len(SIZES)):
            ratio = count * per_count[i] - fixed[i]
            if cusums[i] == 0.0:
                self._began_s[i] = start_s
            cusum = cusums[i] + ratio
            cusums[i] = cusum if cusum > 0.0 else 0.0
            if ratio > cap:
                ratio = cap
            r = (start + sums[i]) * exp(ratio)
            if r > _MOST:
                r = _MOST
            sums[i] = r
            total += r
        # An R that underflowed to 0 is as good as e^-100.
        return log(total / len(SIZES)) if total > 1e-40 else -92.0

    @property
    def rising(self) -> bool:
        """Whether counts have spoken for a surge, were it the smallest, since some bucket."""
        return self._cusums[0] > 0.0

    @property
    def onset_s(self) -> float:
        """The start of the first bucket of the surge, were there one of the likeliest size."""
        return self._began_s[self._sums.index(max(self._sums))]

    def pause(self) -> None:
        """What was seen so far is no part of a surge that comes."""
        self._cusums = [0.0] * len(SIZES)

    def end(self) -> None:
        """Forget most of a surge that has ended."""
        self._sums = [min(r, _AFTER_END) for r in self._sums]
        self.pause()

    def dump(self) -> list[float]:
        """All state, for `load`; what `aim` set is part of it."""
        return [self._start, *self._sums, *self._cusums, *self._began_s, *self._per_count, *self._fixed]

    def load(self, state: list[float]) -> None:
        """Go on from a dump."""
        n = len(SIZES)
        self._start, *rest = state
        parts = [rest[i * n : (i + 1) * n] for i in range(5)]
        self._sums, self._cusums, self._began_s, self._per_count, self._fixed = parts
