"""The last half hour, for moments that no week has taught yet.

In its first week a series has no season: at seven in the morning it has only seen a night. Then what it counted just
now predicts the next minutes, borrowed from the season as far as it holds few counts. It follows the slope of a day,
but not a threefold step.
"""

from math import exp, sqrt
from typing import Final

from detectors.surge.baseline import KAPPA

_MEMORY_S: Final = 1_800.0
_READY_S: Final = 1_200.0


class Recent:
    """A fading mean of the counts a bucket of `bucket_s` seconds.

    >>> recent = Recent(bucket_s=60.0)
    >>> for _ in range(60):
    ...     recent.learn(40.0)
    >>> recent.ready, round(recent.rate(season=20.0))
    (True, 40)
    """

    __slots__ = ("_bucket_s", "_buckets", "_count", "_keep")

    def __init__(self, bucket_s: float) -> None:
        self._bucket_s = bucket_s
        self._keep = exp(-bucket_s / _MEMORY_S)
        self._count = self._buckets = 0.0

    @property
    def ready(self) -> bool:
        """Whether enough of the last half hour was measured to say anything."""
        return self._buckets * self._bucket_s > _READY_S * 0.7

    def rate(self, season: float) -> float:
        """Counts a bucket, shrunk towards `season`."""
        return (self._count + KAPPA) / (self._buckets + KAPPA / season)

    def doubt(self, total: float) -> float:
        """Relative standard deviation of the rate, if `total` messages stand behind the season it is shrunk to."""
        return 1.0 / sqrt(self._count + min(KAPPA, total) + 0.5)

    def spread(self, cell_buckets: int) -> float:
        """Relative variance of the rate for what half an hour does not show, as seen in one of a cell's buckets."""
        return cell_buckets / (self._count + 2.0 * KAPPA)

    def learn(self, count: float, buckets: float = 1.0) -> None:
        """Take in the messages of a bucket, or of several."""
        keep = self._keep if buckets == 1.0 else self._keep**buckets
        self._count = self._count * keep + count
        self._buckets = self._buckets * keep + buckets

    def pass_by(self, seconds: float) -> None:
        """Forget what a time that was not measured makes stale."""
        keep = exp(-seconds / _MEMORY_S)
        self._count *= keep
        self._buckets *= keep

    def dump(self) -> list[float]:
        """All state, for `load`."""
        return [self._count, self._buckets]

    def load(self, state: list[float]) -> None:
        """Go on from a dump."""
        self._count, self._buckets = state
