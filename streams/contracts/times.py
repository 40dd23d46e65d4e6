"""Times: RFC 3339 with a zone in records, seconds since the epoch (float, UTC) inside.

A float keeps microseconds until the year 2106; more digits than six in a record are rounded to them.
Source: RFC 3339.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from streams.contracts.errors import ContractError, Reason

Time = Annotated[datetime, Meta(tz=True)]
"""A moment in a record: RFC 3339, with a zone."""


@lru_cache(maxsize=1_024)  # all records of a batch have the broker's one time
def at(time_s: float) -> datetime:
    """The moment, in UTC, of some seconds since the epoch. Raises ValueError or OverflowError outside years 1-9999.

    >>> at(1.5).isoformat()
    '1970-01-01T00:00:01.500000+00:00'
    """
    return datetime.fromtimestamp(time_s, UTC)


@lru_cache(maxsize=1_024)
def rfc3339(time_s: float) -> str:
    """Seconds since the epoch as RFC 3339 in UTC, with microseconds only where there are some. Raises as ``at``.

    >>> rfc3339(0.0), rfc3339(1732438800.25)
    ('1970-01-01T00:00:00Z', '2024-11-24T09:00:00.250000Z')
    """
    return at(time_s).isoformat()[:-6] + "Z"


def seconds(text: str, field: str) -> float:
    """RFC 3339 as seconds since the epoch.

    Raises ContractError, naming ``field``: time_without_zone, or invalid_time for anything else that is no such time.

    >>> seconds("1970-01-01T01:00:00+01:00", "sent_at")
    0.0
    >>> seconds("2024-11-24T09:00:00", "sent_at")
    Traceback (most recent call last):
        ...
    streams.contracts.errors.ContractError: time_without_zone: sent_at
    """
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        moment = None
    if moment is None:
        raise ContractError(Reason.INVALID_TIME, field)
    return in_utc(moment, field).timestamp()


def in_utc(moment: datetime, field: str) -> datetime:
    """The same moment in UTC. Raises ContractError, naming ``field``: time_without_zone, or invalid_time for a moment
    that UTC's calendar (years 1-9999) does not hold.

    >>> in_utc(datetime.fromisoformat("2024-11-24T10:00:00+01:00"), "at").isoformat()
    '2024-11-24T09:00:00+00:00'
    """
    if moment.tzinfo is None:
        raise ContractError(Reason.TIME_WITHOUT_ZONE, field)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        pass
    raise ContractError(Reason.INVALID_TIME, field)
