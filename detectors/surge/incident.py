"""What surges are made of: a series after a bucket, and one surge that lasts, with what was said of it last."""

from math import inf
from typing import Any, NamedTuple


class SeriesState(NamedTuple):
    """A series after a bucket: its reading, the bucket's count, and its surplus and base (messages a bucket above the
    expected, and expected, both smoothed over some minutes, fewer in a busy series). `excess` is how many messages came
    above the expected in those minutes: just after an onset those of a busy and of a quiet series can be compared.
    """

    active: bool
    onset_s: float | None
    ratio: float
    observed: int
    expected: float
    surplus: float
    base: float
    excess: float


class Incident:
    """One open surge of the series `members`, named `series`. `lead` is the one whose end is its end: that which names
    it, once it is active itself, or another that is still large when that is calm.
    """

    def __init__(self, series: str, lead: str, onset_s: float, members: set[str]) -> None:
        self.series, self.lead, self.onset_s, self.members = series, lead, onset_s, members
        self.said_s = 0.0
        self.said_ratio = 1.0
        self.said_members = 0
        self.said_end_s = inf  # when it was said to end; inf if nothing was
        self.said_observed, self.said_expected = 0, 0.0
        self.most_surplus = 0.0
        self.first_height = self.height = 0.0  # messages a bucket, smoothed: when first said, and at most

    @property
    def lost(self) -> bool:
        """Whether the series that names it is not held any more."""
        return self.series not in self.members

    def dump(self) -> list[Any]:
        """All state, for `load`."""
        said = [self.said_s, self.said_ratio, self.said_members]
        sizes = [self.most_surplus, self.first_height, self.height]
        return [
            [self.series, self.lead, self.onset_s, sorted(self.members)],
            [*said, *sizes, self.said_end_s, self.said_observed, self.said_expected],
        ]

    @classmethod
    def load(cls, state: list[Any]) -> "Incident":
        """Go on from a dump, or from one of before it said when it would end and what was counted."""
        (series, lead, onset_s, members), numbers = state
        incident = cls(series, lead, onset_s, set(members))
        incident.said_s, incident.said_ratio, incident.said_members, *sizes = numbers[:6]
        incident.most_surplus, incident.first_height, incident.height = sizes
        incident.said_end_s, incident.said_observed, incident.said_expected = numbers[6:] or (inf, 0, 0.0)
        return incident
