"""The record of surges: a series of a group runs well above what its history predicts."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.names import LIST_ITEMS, Id, Name, Text
from streams.contracts.times import Time

Count = Annotated[float, Meta(ge=0.0)]


class SurgeState(StrEnum):
    """onset: it began. ongoing: it changed. cleared: it is over."""

    ONSET = "onset"
    ONGOING = "ongoing"
    CLEARED = "cleared"


class Surge(Contract, frozen=True, kw_only=True):
    """One incident of a group, named by the series that explains it best. Of two records, the later ``at`` counts."""

    event_type: ClassVar[EventType] = EventType.SURGE
    times: ClassVar[tuple[str, ...]] = ("onset_at", "at", "expected_end")

    surge_id: Annotated[Id, Meta(description="One incident, from onset to cleared.")]
    group: Annotated[Name, Meta(description="The group whose messages surge.")]
    series: Annotated[Text, Meta(description="The slice that explains most: all, channel:…, language:…, topic:….")]
    state: Annotated[SurgeState, Meta(description="onset, ongoing or cleared.")]
    onset_at: Annotated[Time, Meta(description="When it began.")]
    at: Annotated[Time, Meta(description="The end of the bucket that this speaks of.")]
    observed: Annotated[Count, Meta(description="Messages a minute of the series, as counted.")]
    expected: Annotated[Count, Meta(description="Messages a minute of the series, as its history predicts.")]
    ratio: Annotated[Count, Meta(description="Observed to expected, smoothed.")]
    false_alarms_per_week: Annotated[float, Meta(gt=0.0, description="The setting of the dial it was judged at.")]
    also: Annotated[
        Annotated[tuple[Text, ...], Meta(max_length=LIST_ITEMS)],
        Meta(description="Other series that rose with it."),
    ] = ()
    expected_end: Annotated[Time | None, Meta(description="When it will probably be over.")] = None

    @property
    def at_s(self) -> float:
        """The end of the bucket that this speaks of, in seconds since the epoch."""
        return self.at.timestamp()
