"""CloudEvents 1.0 over Kafka, binary mode: the attributes travel as headers, the value is the bare record.

Every record that we write carries them. On records that we read they are optional, since many producers know nothing
of CloudEvents; but a record that says that it is something else is believed, and refused.
Source: CloudEvents 1.0.2, and its Kafka protocol binding, section 3.2.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from streams.contracts.errors import ContractError, Reason
from streams.contracts.times import rfc3339

Headers = tuple[tuple[str, bytes], ...]

SPEC_VERSION = b"1.0"


class EventType(StrEnum):
    """The ``ce_type`` of each contract; the end is its major version."""

    MESSAGE = "spillway.message.v1"
    REP_STATUS = "spillway.rep.status.v1"
    TICKET_EVENT = "spillway.ticket.event.v1"
    TICKET_TRIAGED = "spillway.ticket.triaged.v1"
    TICKET_ASSIGNMENT = "spillway.ticket.assignment.v1"
    FEEDBACK = "spillway.feedback.v1"
    VENDOR_EVENT = "spillway.vendor.event.v1"
    SURGE = "spillway.surge.v1"
    NOTICE = "spillway.notice.v1"
    CAPACITY_REQUEST = "spillway.capacity.request.v1"
    AUDIT = "spillway.audit.v1"


_STEMS = frozenset(event_type.rpartition(".v")[0].encode() for event_type in EventType)


@lru_cache(maxsize=256)
def _constant_headers(event_type: EventType, source: str) -> Headers:
    return (
        ("ce_specversion", SPEC_VERSION),
        ("ce_type", event_type.encode()),
        ("ce_source", source.encode()),
        ("content-type", b"application/json"),
    )


def event_headers(event_type: EventType, event_id: str, time_s: float, source: str) -> Headers:
    """The headers of one record: ``event_id`` as from ``ids.event_id``, ``source`` the writer, as a URI reference.

    >>> headers = event_headers(EventType.TICKET_TRIAGED, "7f", 0.0, "/spillway/triage")
    >>> dict(headers)["ce_type"], dict(headers)["ce_time"]
    (b'spillway.ticket.triaged.v1', b'1970-01-01T00:00:00Z')
    """
    return (
        *_constant_headers(event_type, source),
        ("ce_id", event_id.encode()),
        ("ce_time", rfc3339(time_s).encode()),
    )


def check_headers(expected: EventType, headers: Iterable[tuple[str, bytes | None]]) -> None:
    """Refuse a record that declares itself another contract of ours, another major version, or not CloudEvents 1.0.

    Types that we do not know are let through: the value decides. Raises ContractError(wrong_event_type).

    >>> check_headers(EventType.MESSAGE, [("ce_type", b"com.example.chat")])
    >>> check_headers(EventType.MESSAGE, [("ce_type", b"spillway.message.v2")])
    Traceback (most recent call last):
        ...
    streams.contracts.errors.ContractError: wrong_event_type: ce_type
    """
    for name, value in headers:
        if name == "ce_specversion" and value != SPEC_VERSION:
            raise ContractError(Reason.WRONG_EVENT_TYPE, name)
        if name == "ce_type" and value != expected.encode() and (value or b"").rpartition(b".v")[0] in _STEMS:
            raise ContractError(Reason.WRONG_EVENT_TYPE, name)
