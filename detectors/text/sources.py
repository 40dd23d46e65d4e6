"""How much one source of labels may teach: so many labels an hour, and a bounded weight in what is learned.

Whoever labels may err, be a program run wild, or mean harm. Two bounds hold for each source by itself:

- a token bucket: so many labels an hour, and as many at once;
- influence: the weight that it has taught, which fades by half each day, never passes a bound. Up to half of the bound
  labels count in full, beyond it less and less: by the part of the bound that is left, doubled.

The state of one source is three numbers, so a replay of the same labels at the same times decides the same.
"""

from typing import Final, NamedTuple

HALF_LIFE_S: Final = 86_400.0
LEAST_WEIGHT: Final = 0.01
"""What would count for less is set aside: a thousand of such do not make up for their cost."""

_HOUR_S: Final = 3_600.0
_FORGOTTEN: Final = 0.5  # of weight: a source that taught no more than that starts anew


class SourceLimits(NamedTuple):
    """labels_per_hour: how many labels a source may give, and at once. influence: the most weight, in labels.

    sources: how many sources are remembered; while all of them still count, no other is listened to.
    """

    labels_per_hour: float = 1_000.0
    influence: float = 200.0
    sources: int = 8_000

    def shared(self, parts: int) -> "SourceLimits":
        """What one of so many parts may let through, if a source's labels spread over them evenly.

        >>> SourceLimits(labels_per_hour=800.0).shared(8).labels_per_hour
        100.0
        """
        return SourceLimits(self.labels_per_hour / parts, self.influence / parts, max(1, self.sources // parts))


class Source(NamedTuple):
    """One source as of ``at_s``: the labels that it may give now, and the faded weight of those that it gave."""

    at_s: float
    tokens: float
    weight: float


class Admission(NamedTuple):
    """What a label counts now: ``weight`` above 0, or 0 and ``why``: over_rate, over_influence, too_many_sources."""

    weight: float
    why: str = ""


class Sources:
    """All sources. Time (seconds) may not go back.

    >>> sources = Sources(SourceLimits(labels_per_hour=2.0, influence=10.0))
    >>> [sources.admit("ann", 1.0, 0.0).weight for _ in range(3)]
    [1.0, 1.0, 0.0]
    >>> sources.admit("ann", 1.0, 1800.0).why, sources.admit("bob", 0.2, 1800.0).weight
    ('', 0.2)
    """

    def __init__(self, limits: SourceLimits) -> None:
        self.limits = limits
        self._sources: dict[str, Source] = {}

    def __len__(self) -> int:
        return len(self._sources)

    def admit(self, by: str, weight: float, now_s: float) -> Admission:
        """Count a label of this weight (above 0, at most 1) to its source, and say what it counts for."""
        source = self._now(by, now_s)
        if source is None:
            return Admission(0.0, "too_many_sources")
        if source.tokens < 1.0:
            return Admission(0.0, "over_rate")
        limit = self.limits.influence
        left = max(0.0, limit - source.weight)
        counted = min(weight * min(1.0, 2.0 * left / limit), left)
        if counted < min(LEAST_WEIGHT, weight):
            return Admission(0.0, "over_influence")
        self._sources[by] = Source(now_s, source.tokens - 1.0, source.weight + counted)
        return Admission(counted)

    def of(self, by: str) -> Source | None:
        """What is remembered of a source."""
        return self._sources.get(by)

    def remember(self, by: str, source: Source) -> None:
        """Take up what `of` said."""
        self._sources[by] = source

    def forgotten(self, now_s: float, most: int) -> list[str]:
        """Forget sources of which nothing is left to remember; looks at ``most`` of them. Answers their names."""
        looked_at = list(self._sources)[:most]
        gone = [by for by in looked_at if self._is_spent(self._faded(self._sources[by], now_s))]
        for by in looked_at:
            source = self._sources.pop(by)
            if by not in gone:
                self._sources[by] = source  # to the end: next time others are looked at
        return gone

    def _now(self, by: str, now_s: float) -> Source | None:
        source = self._sources.get(by)
        if source is not None:
            return self._faded(source, now_s)
        if len(self._sources) >= self.limits.sources:
            return None
        return Source(now_s, max(1.0, self.limits.labels_per_hour), 0.0)

    def _faded(self, source: Source, now_s: float) -> Source:
        passed_s = max(0.0, now_s - source.at_s)
        most = max(1.0, self.limits.labels_per_hour)
        tokens = min(most, source.tokens + passed_s * self.limits.labels_per_hour / _HOUR_S)
        return Source(now_s, tokens, source.weight * 0.5 ** (passed_s / HALF_LIFE_S))

    def _is_spent(self, source: Source) -> bool:
        return source.tokens >= max(1.0, self.limits.labels_per_hour) and source.weight < _FORGOTTEN
