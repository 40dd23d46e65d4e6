"""The record of reps.status: a heartbeat of whoever handles tickets."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.message import Channel
from streams.contracts.names import VALID_FOR_S, Id, Languages, Name, Names, Units
from streams.contracts.times import Time


class RepState(StrEnum):
    """Whether a rep can take tickets: online yes; away not now (keeps what it holds for a while); offline no."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


class RepStatus(Contract, frozen=True, kw_only=True):
    """What a rep (a person or a bot) can do from now on. Of two, the one with the newer ``at`` counts.

    >>> from streams.contracts.times import at
    >>> status = RepStatus(rep_id="r-1", group="acme", pool="home", state=RepState.ONLINE, skills=("billing",),
    ...                    languages=("en",), channels=(Channel.CHAT,), capacity_units=6, at=at(100))
    >>> status.valid_until_s
    400.0
    """

    event_type: ClassVar[EventType] = EventType.REP_STATUS
    times: ClassVar[tuple[str, ...]] = ("at",)

    rep_id: Annotated[Id, Meta(description="Who.")]
    group: Annotated[Name, Meta(description="The group whose tickets the rep takes.")]
    pool: Annotated[Name, Meta(description="The rep's pool: home, vendor or bot, as the policy says.")]
    state: Annotated[RepState, Meta(description="online, away or offline.")]
    skills: Annotated[Names, Meta(description="What the rep is trained for.")]
    languages: Annotated[Languages, Meta(description="The languages that the rep writes and speaks.")]
    channels: Annotated[
        Annotated[tuple[Channel, ...], Meta(max_length=len(Channel))],
        Meta(description="The channels that the rep works on."),
    ]
    capacity_units: Annotated[Units, Meta(description="Effort units that the rep can hold at once.")]
    at: Annotated[Time, Meta(description="When this became true.")]
    valid_for_s: Annotated[
        float, Meta(gt=0.0, le=VALID_FOR_S, description="Seconds after which, unless repeated, the rep counts as away.")
    ] = 300.0

    @property
    def at_s(self) -> float:
        """When this became true, in seconds since the epoch."""
        return self.at.timestamp()

    @property
    def valid_until_s(self) -> float:
        """Until when it counts if nothing newer comes, in seconds since the epoch."""
        return self.at.timestamp() + self.valid_for_s
