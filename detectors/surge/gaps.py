"""Which buckets were not measured, of late."""

from typing import Final

_MOST: Final = 100


class Gaps:
    """The last hundred times without measurement, however long each was.

    >>> gaps = Gaps(60.0)
    >>> for start_s in (0.0, 60.0, 120.0, 600.0):
    ...     gaps.add(start_s)
    >>> 120.0 in gaps, 180.0 in gaps, gaps.dump()
    (True, False, [(0.0, 180.0), (600.0, 660.0)])
    """

    def __init__(self, bucket_s: float) -> None:
        self._bucket_s = bucket_s
        self._gaps: list[tuple[float, float]] = []

    def add(self, start_s: float) -> None:
        """The bucket that starts at `start_s`, after all others, was not measured."""
        end_s = start_s + self._bucket_s
        if self._gaps and self._gaps[-1][1] == start_s:
            self._gaps[-1] = self._gaps[-1][0], end_s
        else:
            self._gaps = [*self._gaps[1 - _MOST :], (start_s, end_s)]

    def __contains__(self, start_s: float) -> bool:
        return any(from_s <= start_s < to_s for from_s, to_s in self._gaps)

    def dump(self) -> list[tuple[float, float]]:
        """All state, for `load`."""
        return list(self._gaps)

    def load(self, state: list[tuple[float, float] | float]) -> None:
        """Go on from a dump; those of before held the start of each bucket of the last hour."""
        self._gaps = []
        for gap in state:
            if isinstance(gap, float):
                self.add(gap)
            else:
                self._gaps.append((gap[0], gap[1]))
