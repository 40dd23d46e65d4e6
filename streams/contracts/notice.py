"""The record of notices: what status pages and bots can tell customers before they ask."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.names import LIST_ITEMS, Id, Name, Probability, Text
from streams.contracts.surge import SurgeKind
from streams.contracts.times import Time

NOTICE_WORDS = 8
NOTICE_MESSAGE_IDS = 5
NOTICE_SHARES = 20


class NoticeState(StrEnum):
    """open: many customers report it. closed: the all-clear."""

    OPEN = "open"
    CLOSED = "closed"


class Notice(Contract, frozen=True, kw_only=True):
    """Many customers report the same since some time. One notice an incident, then its all-clear.

    Of two records of one notice_id the one of the higher revision counts.
    """

    event_type: ClassVar[EventType] = EventType.NOTICE
    times: ClassVar[tuple[str, ...]] = ("since", "at", "expected_end")

    notice_id: Annotated[Id, Meta(description="The surge_id of the incident.")]
    group: Annotated[Name, Meta(description="The group whose customers report it.")]
    state: Annotated[NoticeState, Meta(description="open or closed.")]
    series: Annotated[Text, Meta(description="The slice that surges: all, channel:…, language:…, topic:….")]
    since: Annotated[Time, Meta(description="When it began.")]
    at: Annotated[Time, Meta(description="When this was said.")]
    messages: Annotated[
        int,
        Meta(ge=0, description="How many messages came in the bucket that this speaks of, one of each conversation."),
    ]
    also: Annotated[
        Annotated[tuple[Text, ...], Meta(max_length=LIST_ITEMS)],
        Meta(description="Other slices that rose with it."),
    ] = ()
    kind: Annotated[
        SurgeKind, Meta(description="volume: more messages than usual. sentiment: more of them angry than usual.")
    ] = SurgeKind.VOLUME
    revision: Annotated[int, Meta(ge=1, description="1 for the first record of a notice, then one more each.")] = 1
    total_messages: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(
            description="How many conversations of the slice began since then. Left out if it was seen only after more "
            "than three hours, and where the slice is other."
        ),
    ] = None
    words: Annotated[
        tuple[Text, ...],
        Meta(
            max_length=NOTICE_WORDS,
            description="Words that set the messages apart: first from the usual ones of their topic, then from those "
            "of all topics; each was used in 20 conversations or more.",
        ),
    ] = ()
    languages: Annotated[
        dict[Text, Probability],
        Meta(max_length=NOTICE_SHARES, description="The share of each language, the largest first."),
    ] = field(default_factory=dict)
    channels: Annotated[
        dict[Text, Probability],
        Meta(max_length=NOTICE_SHARES, description="The share of each channel, the largest first."),
    ] = field(default_factory=dict)
    message_ids: Annotated[
        tuple[Id, ...],
        Meta(
            max_length=NOTICE_MESSAGE_IDS,
            description="Some typical messages. None where the slice is of a channel or a language, or is other.",
        ),
    ] = ()
    expected_end: Annotated[Time | None, Meta(description="When it will probably be over; always after at.")] = None
