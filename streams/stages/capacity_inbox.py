"""The records of capacity.inbox: what route, surge, intake and operators tell plan. Internal.

The key is the group, the value one of the types here, told apart by ``kind``. Operators write here too, so every field
is bounded and checked when it is read. Between sources no order is promised: the newest observation of each counts.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, structs

from routers.capacity import (
    KillSwitch,
    Observation,
    ObservationError,
    QueueStatistics,
    RepStatistics,
    SeatsOverride,
    SpendCap,
    Statistics,
    SurgeReport,
    VendorEvent,
)
from routers.matching.statistics import SKILL_SETS
from streams.contracts import ContractError, Reason
from streams.contracts.names import LIST_ITEMS, Id, Name, Names, Text, Units
from streams.runtime.stage import Send
from streams.stages.reading import reader
from streams.topics import Topic

Amount = Annotated[float, Meta(ge=0.0, le=1e12)]
TimeS = Annotated[float, Meta(ge=0.0, le=1e11)]


class _Said(Struct, tag_field="kind", frozen=True, kw_only=True, omit_defaults=True, gc=False):
    command_id: Id | None = None  # of an operator's command: its answer goes to audit


class QueueSaid(Struct, frozen=True, gc=False):
    """One queue's part of the statistics."""

    queue: Name
    arrivals_per_s: Amount
    waiting: Units
    handling_s: Annotated[float, Meta(gt=0.0, le=1e9)] | None
    wait_s: Amount
    skills: Names = ()


class RepsSaid(Struct, frozen=True, gc=False):
    """The part of the statistics that the reps of one pool with the same skills have."""

    pool: Name
    online: Units
    slots: Amount
    skills: Annotated[tuple[Name, ...], Meta(max_length=2 * LIST_ITEMS)] = ()  # their own and the pool's


class StatisticsObservation(_Said, tag="statistics", frozen=True, kw_only=True):
    """From route, every 10 s."""

    at_s: TimeS
    queues: Annotated[tuple[QueueSaid, ...], Meta(max_length=LIST_ITEMS)]
    reps: Annotated[tuple[RepsSaid, ...], Meta(max_length=SKILL_SETS + LIST_ITEMS)]  # those, and a set a pool

    def observation(self) -> Observation:
        """All queues and reps of the group."""
        queues = [QueueStatistics(**structs.asdict(queue)) for queue in self.queues]
        return Statistics(self.at_s, queues, [RepStatistics(**structs.asdict(reps)) for reps in self.reps])


class SurgeObservation(_Said, tag="surge", frozen=True, kw_only=True):
    """From surge, whenever a surge begins, changes or ends, and every now and then while it lasts."""

    surge_id: Id
    phase: Literal["onset", "ongoing", "cleared"]
    at_s: TimeS
    observed_per_s: Amount
    expected_per_s: Amount

    def observation(self) -> Observation:
        """How far the traffic runs above its history."""
        return SurgeReport(self.surge_id, self.phase, self.at_s, self.observed_per_s, self.expected_per_s)


class VendorObservation(_Said, tag="vendor", frozen=True, kw_only=True):
    """From intake: what a vendor said of a request."""

    request_id: Id
    event: Literal["acknowledged", "active", "rejected", "draining", "released"]
    seats: Units
    at_s: TimeS

    def observation(self) -> Observation:
        """What became of the request."""
        return VendorEvent(self.request_id, self.event, self.seats, self.at_s)


class OverrideCommand(_Said, tag="override", frozen=True, kw_only=True):
    """From an operator: so many seats of a contract; null leaves it to the planner again."""

    vendor: Name
    skill: Text
    seats: Units | None
    at_s: TimeS

    def observation(self) -> Observation:
        """The seats wanted."""
        return SeatsOverride(self.vendor, self.skill, self.seats, self.at_s)


class KillSwitchCommand(_Said, tag="kill_switch", frozen=True, kw_only=True):
    """From an operator: while on, nothing is asked of any vendor."""

    on: bool
    at_s: TimeS

    def observation(self) -> Observation:
        """The switch."""
        return KillSwitch(self.on, self.at_s)


class SpendCapCommand(_Said, tag="spend_cap", frozen=True, kw_only=True):
    """From an operator: what may be spent a day; null takes the limit away."""

    per_day: Amount | None
    at_s: TimeS

    def observation(self) -> Observation:
        """The limit."""
        return SpendCap(self.per_day, self.at_s)


CapacityRecord = (
    StatisticsObservation | SurgeObservation | VendorObservation | OverrideCommand | KillSwitchCommand | SpendCapCommand
)

_encode = msgspec.json.Encoder().encode
_decode = reader(CapacityRecord, Reason.INVALID_OBSERVATION)


def to_capacity(group: str, record: CapacityRecord) -> Send:
    """The record for capacity.inbox."""
    return Send(Topic.CAPACITY_INBOX, group.encode(), _encode(record))


def read_capacity(value: bytes | None) -> tuple[CapacityRecord, Observation]:
    """The record in a value, and what the planner is told of it. Raises ContractError.

    >>> read_capacity(b'{"kind":"kill_switch","on":true,"at_s":7.0}')[1]
    KillSwitch(on=True, at_s=7.0)
    """
    record: CapacityRecord = _decode(value)
    try:
        return record, record.observation()
    except ObservationError:
        error = ContractError(Reason.INVALID_OBSERVATION)
    raise error  # outside the handler: what the core says may quote the record, and would be chained to it
