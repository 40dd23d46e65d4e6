"""The record of notices: what status pages and bots can tell customers before they ask."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.names import LIST_ITEMS, Id, Name, Text
from streams.contracts.times import Time


class NoticeState(StrEnum):
    """open: many customers report it. closed: the all-clear."""

    OPEN = "open"
    CLOSED = "closed"


class Notice(Contract, frozen=True, kw_only=True):
    """Many customers report the same since some time. One notice an incident, then its all-clear."""

    event_type: ClassVar[EventType] = EventType.NOTICE
    times: ClassVar[tuple[str, ...]] = ("since", "at")

    notice_id: Annotated[Id, Meta(description="The surge_id of the incident.")]
    group: Annotated[Name, Meta(description="The group whose customers report it.")]
    state: Annotated[NoticeState, Meta(description="open or closed.")]
    series: Annotated[Text, Meta(description="The slice that surges: all, channel:…, language:…, topic:….")]
    since: Annotated[Time, Meta(description="When it began.")]
    at: Annotated[Time, Meta(description="When this was said.")]
    messages: Annotated[int, Meta(ge=0, description="How many messages came in the bucket that this speaks of.")]
    also: Annotated[
        Annotated[tuple[Text, ...], Meta(max_length=LIST_ITEMS)],
        Meta(description="Other slices that rose with it."),
    ] = ()
