"""What a CapacityPlanner is told, by whom, and when. Of two from one source about one thing the newer counts.

They come from four sources, in no promised order between them: the Router (statistics), the surge detectors, the
vendors, and operators. All are checked when they are built, so that a step never fails halfway.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

SurgePhase = Literal["onset", "ongoing", "cleared"]
VendorEventKind = Literal["acknowledged", "active", "rejected", "draining", "released"]
_INFINITY = float("inf")


class ObservationError(ValueError):
    """An observation that makes no sense. ``field`` names the value at fault."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


def _check_least(observation: object, *names: str, least: float = 0.0) -> None:
    for name in names:
        number = getattr(observation, name)
        if number is not None and not least <= number < _INFINITY:
            raise ObservationError(name, f"must be {least:g} or more" if least == 0 else "must be a finite number")


def _check_time(observation: object, *names: str) -> None:
    for name in names:
        number = getattr(observation, name)
        if number is not None and not -_INFINITY < number < _INFINITY:
            raise ObservationError(name, "must be a finite time")


def _check_kind(name: str, kind: str, kinds: object) -> None:
    if kind not in get_args(kinds):
        raise ObservationError(name, f"must be one of {', '.join(get_args(kinds))}")


@dataclass(frozen=True, slots=True)
class QueueStatistics:
    """How one queue does.

    skills: what its tickets need. arrivals_per_s: since the statistics before. waiting: tickets without a rep.
    handling_s: mean time that a ticket keeps a rep, or None while unknown. wait_s: mean wait of the tickets waiting.
    language_shares: language -> share of the arrivals; empty if unknown.
    """

    queue: str
    arrivals_per_s: float
    waiting: int = 0
    handling_s: float | None = None
    wait_s: float = 0.0
    skills: Collection[str] = ()
    language_shares: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_least(self, "arrivals_per_s", "waiting", "wait_s")
        if self.handling_s is not None and not 0 < self.handling_s < _INFINITY:
            raise ObservationError("handling_s", "must be above 0")
        if not all(0 <= share <= 1 for share in self.language_shares.values()):
            raise ObservationError("language_shares", "must be shares from 0 to 1")
        object.__setattr__(self, "skills", tuple(sorted(set(self.skills))))


@dataclass(frozen=True, slots=True)
class RepStatistics:
    """The reps of one pool who have the same skills and are there now.

    slots: how many tickets they can hold at once, all together, those they hold included.
    """

    pool: str
    online: int
    slots: float
    skills: Collection[str] = ()

    def __post_init__(self) -> None:
        _check_least(self, "online", "slots")
        object.__setattr__(self, "skills", tuple(sorted(set(self.skills))))


@dataclass(frozen=True, slots=True)
class Statistics:
    """From the Router, every 10 s: all queues and all reps of the group. Reps are counted once, not once a queue.

    >>> Statistics(10.0, [QueueStatistics("default", arrivals_per_s=0.02)], [RepStatistics("home", 12, 12)]).at_s
    10.0
    """

    at_s: float
    queues: Collection[QueueStatistics]
    reps: Collection[RepStatistics] = ()

    def __post_init__(self) -> None:
        _check_time(self, "at_s")
        names = [queue.queue for queue in self.queues]
        if len(set(names)) < len(names):
            raise ObservationError("queues", "must not name one queue twice")
        object.__setattr__(self, "queues", tuple(self.queues))
        object.__setattr__(self, "reps", tuple(self.reps))


@dataclass(frozen=True, slots=True)
class SurgeReport:
    """From the surge detectors: how far a series runs above what its history predicts, and for how long if known."""

    surge_id: str
    phase: SurgePhase
    at_s: float
    observed_per_s: float
    expected_per_s: float
    expected_end_s: float | None = None

    def __post_init__(self) -> None:
        _check_kind("phase", self.phase, SurgePhase)
        _check_time(self, "at_s", "expected_end_s")
        _check_least(self, "observed_per_s", "expected_per_s")

    @property
    def extra_per_s(self) -> float:
        """Arrivals per second above what was expected."""
        return max(self.observed_per_s - self.expected_per_s, 0.0)


@dataclass(frozen=True, slots=True)
class VendorEvent:
    """From a vendor: what became of a request. ``seats`` counts for ``active``: how many are there in all."""

    request_id: str
    kind: VendorEventKind
    seats: int
    at_s: float

    def __post_init__(self) -> None:
        _check_kind("kind", self.kind, VendorEventKind)
        _check_least(self, "seats")
        _check_time(self, "at_s")


@dataclass(frozen=True, slots=True)
class SeatsOverride:
    """From an operator: so many seats of a contract, at once and until further notice; None leaves it to the planner.

    The number is rounded up to the contract's step, and stays within its cap, the spend cap and the kill switch.
    """

    vendor: str
    skill: str
    seats: int | None
    at_s: float

    def __post_init__(self) -> None:
        _check_least(self, "seats")
        _check_time(self, "at_s")


@dataclass(frozen=True, slots=True)
class KillSwitch:
    """From an operator: while on, nothing is asked of any vendor. Seats that are paid run to their end."""

    on: bool
    at_s: float

    def __post_init__(self) -> None:
        _check_time(self, "at_s")


@dataclass(frozen=True, slots=True)
class SpendCap:
    """From an operator: what may be spent on requests of one day (UTC), in the contracts' currency; None: no limit."""

    per_day: float | None
    at_s: float

    def __post_init__(self) -> None:
        _check_least(self, "per_day")
        _check_time(self, "at_s")


Observation: TypeAlias = Statistics | SurgeReport | VendorEvent | SeatsOverride | KillSwitch | SpendCap
