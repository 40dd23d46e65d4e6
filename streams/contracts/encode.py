"""From a contract to a record's bytes."""

import msgspec

from streams.contracts.contract import Contract

_encoder = msgspec.json.Encoder()


def encode(contract: Contract) -> bytes:
    """Compact JSON; fields at their defaults are left out; times are RFC 3339 ending in Z.

    Numbers must be finite (JSON has no others), texts free of lone surrogates: UnicodeEncodeError otherwise.

    >>> from streams.contracts.ticket_event import TicketEvent, TicketEventKind
    >>> from streams.contracts.times import at
    >>> encode(TicketEvent(ticket_id="c-1", group="acme", kind=TicketEventKind.ACCEPTED, epoch=7, at=at(0)))
    b'{"ticket_id":"c-1","group":"acme","kind":"accepted","epoch":7,"at":"1970-01-01T00:00:00Z"}'
    """
    return _encoder.encode(contract)
