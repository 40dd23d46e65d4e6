"""How strongly the counts say that the rate has risen, whenever that began.

For each size theta of a surge a sum of likelihood ratios runs over all moments at which it may have begun, one more at
every bucket (Shiryaev-Roberts):

    R <- (min(1, m0) + R) e^l

with l the log likelihood ratio of a negative binomial count of mean theta m0 against m0. (A surge begins with a
message, so a bucket that expects less than one adds only that much.) Their mean over the sizes is again such a sum, so
E = ln mean R needs no correction for looking at several sizes. l is capped at 4, so that no single bucket is proof, and
R at e^25, so that the end of a surge is not waited for.

Source: Shin, Ramdas and Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", 2022;
Roberts, "A comparison of some control chart procedures", Technometrics 8, 1966.
"""

from math import exp, log
from typing import Final

SIZES: Final = (1.5, 2.0, 3.0, 5.0, 10.0)
_MOST_A_BUCKET: Final = 4.0
_MOST: Final = exp(25.0)
_AFTER_END: Final = exp(2.0)


class Evidence:
    """The evidence for a surge in one series.

    >>> evidence = Evidence()
    >>> evidence.aim(expected=100.0, k=50.0)
    >>> calm = [evidence.update(100.0) for _ in range(3)]
    >>> surge = [evidence.update(300.0) for _ in range(3)]
    >>> max(calm) < 0 and surge[0] < surge[1] < surge[2]
    True
    """

    __slots__ = ("_fixed", "_per_count", "_since", "_start", "_sums")

    def __init__(self) -> None:
        self._sums = [0.0] * len(SIZES)
        self._per_count = [0.0] * len(SIZES)
        self._fixed = [0.0] * len(SIZES)
        self._start = 0.0
        self._since = 0.0  # CUSUM of the smallest size: above 0 since the likeliest onset

    def aim(self, expected: float, k: float) -> None:
        """Say what to test the next counts against: the mean a bucket and the negative binomial's k = 1 / phi."""
        self._start = min(1.0, expected)
        for i, size in enumerate(SIZES):
            q = log((size * expected + k) / (expected + k))
            self._per_count[i] = log(size) - q
            self._fixed[i] = k * q

    def update(self, count: float) -> float:
        """Take in a bucket's count; answers E = ln mean R."""
        sums, per_count, fixed, start = self._sums, self._per_count, self._fixed, self._start
        total = 0.0
        for i in range(len(SIZES)):
            ratio = count * per_count[i] - fixed[i]
            if i == 0:
                self._since = max(0.0, self._since + ratio)
            if ratio > _MOST_A_BUCKET:
                ratio = _MOST_A_BUCKET
            r = (start + sums[i]) * exp(ratio)
            if r > _MOST:
                r = _MOST
            sums[i] = r
            total += r
        # An R that underflowed to 0 is as good as e^-100.
        return log(total / len(SIZES)) if total > 1e-40 else -92.0

    @property
    def rising(self) -> bool:
        """Whether counts have spoken for a surge since some bucket; the first such bucket is the likeliest onset."""
        return self._since > 0.0

    def end(self) -> None:
        """Forget most of a surge that has ended."""
        self._sums = [min(r, _AFTER_END) for r in self._sums]
        self._since = 0.0

    def dump(self) -> list[float]:
        """All state, for `load`; what `aim` set is part of it."""
        return [self._start, self._since, *self._sums, *self._per_count, *self._fixed]

    def load(self, state: list[float]) -> None:
        """Go on from a dump."""
        n = len(SIZES)
        self._start, self._since, *rest = state
        self._sums, self._per_count, self._fixed = rest[:n], rest[n : 2 * n], rest[2 * n :]
