"""The record of capacity.requests: seats that a group wants of a vendor."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from streams.contracts.cloudevents import EventType
from streams.contracts.contract import Contract
from streams.contracts.names import Epoch, Id, Name, Probability, Text, Units
from streams.contracts.times import Time

Amount = Annotated[float, Meta(ge=0.0)]


class CapacityWhy(Struct, frozen=True, omit_defaults=True, gc=False):
    """Why these seats: what is coming, what it does to the service level, what it costs.

    >>> CapacityWhy("surge", load_erlangs=31.5, service_level_without=0.41, service_level_with=0.9, price=640.0).rule
    'surge'
    """

    rule: Annotated[Text, Meta(description="The rule that asked.")]
    load_erlangs: Annotated[Amount, Meta(description="The load that the forecast offers, in erlangs.")] = 0.0
    service_level_without: Annotated[Probability, Meta(description="Answered in time without the seats.")] = 0.0
    service_level_with: Annotated[Probability, Meta(description="Answered in time with them.")] = 0.0
    price: Annotated[Amount, Meta(description="What the seats cost over their commitment.")] = 0.0


class CapacityRequest(Contract, frozen=True, kw_only=True):
    """How many seats are wanted in all. Of two for one group, vendor and skill, the higher epoch counts."""

    event_type: ClassVar[EventType] = EventType.CAPACITY_REQUEST
    times: ClassVar[tuple[str, ...]] = ("needed_at", "until", "expires_at", "decided_at")

    request_id: Annotated[Id, Meta(description="group/vendor/skill/epoch; unique, so an idempotency key.")]
    group: Annotated[Name, Meta(description="Whose tickets the seats are for.")]
    vendor: Annotated[Name, Meta(description="Who is asked.")]
    skill: Annotated[Text, Meta(description="What the seats must be able to do; several joined by +.")]
    epoch: Annotated[Epoch, Meta(description="Rises with every request.")]
    seats: Annotated[Units, Meta(description="The absolute total wanted, never a difference; 0 gives all back.")]
    needed_at: Annotated[Time, Meta(description="From when they are wanted.")]
    until: Annotated[Time, Meta(description="Until when they are wanted, if nothing else is said.")]
    expires_at: Annotated[Time, Meta(description="Unless acknowledged by then, somebody else is asked.")]
    decided_at: Annotated[Time, Meta(description="When it was decided, in the broker's time.")]
    why: Annotated[CapacityWhy, Meta(description="The forecast, the service level without and with, the price.")]
