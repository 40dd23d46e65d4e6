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
    """onset: it began. ongoing: it lasts. cleared: it is over."""

    ONSET = "onset"
    ONGOING = "ongoing"
    CLEARED = "cleared"


class SurgeKind(StrEnum):
    """volume: more messages than expected. sentiment: more of them angry, at the usual volume. drop: new
    conversations stop coming. growth: more from week to week. A conversation counts once in some hours.
    """

    VOLUME = "volume"
    SENTIMENT = "sentiment"
    DROP = "drop"
    GROWTH = "growth"


class Surge(Contract, frozen=True, kw_only=True):
    """One incident of a group, named by the series that explains it best. Of two records, the later ``at`` counts."""

    event_type: ClassVar[EventType] = EventType.SURGE
    times: ClassVar[tuple[str, ...]] = (
        "onset_at",
        "at",
        "expected_end",
        "expected_end_earliest",
        "expected_end_latest",
    )

    surge_id: Annotated[Id, Meta(description="One incident, from onset to cleared.")]
    group: Annotated[Name, Meta(description="The group whose messages surge.")]
    series: Annotated[Text, Meta(description="The slice that explains most: all, channel:…, language:…, topic:….")]
    state: Annotated[SurgeState, Meta(description="onset, ongoing or cleared.")]
    onset_at: Annotated[Time, Meta(description="When it began.")]
    at: Annotated[Time, Meta(description="The end of the bucket that this speaks of.")]
    observed: Annotated[
        Count, Meta(description="Messages a minute of the series, as counted: one of each conversation.")
    ]
    expected: Annotated[Count, Meta(description="Messages a minute of the series, as its history predicts.")]
    ratio: Annotated[Count, Meta(description="Observed to expected, smoothed.")]
    false_alarms_per_week: Annotated[float, Meta(gt=0.0, description="The setting of the dial it was judged at.")]
    also: Annotated[
        Annotated[tuple[Text, ...], Meta(max_length=LIST_ITEMS)],
        Meta(description="Other series that rose with it."),
    ] = ()
    expected_end: Annotated[Time | None, Meta(description="When it will probably be over.")] = None
    kind: Annotated[
        SurgeKind, Meta(description="volume, sentiment (counts are of angry messages), drop or growth (never cleared).")
    ] = SurgeKind.VOLUME
    expected_end_earliest: Annotated[
        Time | None, Meta(description="The end is expected between this and the latest, four times in five.")
    ] = None
    expected_end_latest: Annotated[Time | None, Meta(description="See expected_end_earliest.")] = None
    expected_peak: Annotated[Count | None, Meta(description="The most messages a minute that it will reach.")] = None
    expected_peak_least: Annotated[
        Count | None, Meta(description="The peak is expected between this and the most, four times in five.")
    ] = None
    expected_peak_most: Annotated[Count | None, Meta(description="See expected_peak_least.")] = None

    @property
    def at_s(self) -> float:
        """The end of the bucket that this speaks of, in seconds since the epoch."""
        return self.at.timestamp()
