"""What all contracts have in common."""

from datetime import UTC
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import force_setattr

from streams.contracts.cloudevents import EventType
from streams.contracts.times import in_utc


class Contract(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One public record: frozen, times in UTC, and nothing that can refer back to it (so ``gc=False`` is safe).

    ``event_type`` is its CloudEvents type; ``times`` names its fields that hold a time. Whatever zone a time came
    with, the field holds UTC, so that what we write always ends in Z. The constructor checks times (and a message its
    body) and raises ContractError; all other bounds are checked where records come in, by ``decode``.
    """

    event_type: ClassVar[EventType]
    times: ClassVar[tuple[str, ...]]

    def __post_init__(self) -> None:
        for name in self.times:
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is not UTC:
                force_setattr(self, name, in_utc(moment, name))
