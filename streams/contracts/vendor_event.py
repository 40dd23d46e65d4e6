"""The record of vendors.events: what a vendor answers to a request for seats."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.names import Id, Name, Units
from streams.contracts.times import Time


class VendorEventKind(StrEnum):
    """The life of seats: acknowledged or rejected, active, draining (no new tickets), released."""

    ACKNOWLEDGED = "acknowledged"
    ACTIVE = "active"
    REJECTED = "rejected"
    DRAINING = "draining"
    RELEASED = "released"


class VendorEvent(Contract, frozen=True, kw_only=True):
    """Something that happened to a capacity request at its vendor.

    >>> from streams.contracts.times import at
    >>> event = VendorEvent(
    ...     request_id="acme/flex/general/7", group="acme", kind=VendorEventKind.ACTIVE, seats=5, at=at(9)
    ... )
    >>> event.at_s
    9.0
    """

    event_type: ClassVar[EventType] = EventType.VENDOR_EVENT
    times: ClassVar[tuple[str, ...]] = ("at",)

    request_id: Annotated[Id, Meta(description="The request that this answers.")]
    group: Annotated[Name, Meta(description="The request's group.")]
    kind: Annotated[VendorEventKind, Meta(description="What happened.")]
    seats: Annotated[Units, Meta(description="How many seats it is about: the absolute total, never a difference.")]
    at: Annotated[Time, Meta(description="When it happened.")]

    @property
    def at_s(self) -> float:
        """When it happened, in seconds since the epoch."""
        return self.at.timestamp()
