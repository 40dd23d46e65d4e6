"""From a record's bytes to its contract, or to a reason why not.

The way through is msgspec alone, in a microsecond or two; why a record failed is worked out only once it has.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from streams.contracts.cloudevents import check_headers
from streams.contracts.contract import Contract
from streams.contracts.errors import ContractError, Reason

C = TypeVar("C", bound=Contract)

# How msgspec words its refusals. Its messages may quote the record, so only what these name ever leaves this file.
_PATH = re.compile(r" - at (?:`key` in )?`\$([^`]*)`\Z")
_MISSING = re.compile(r"Object missing required field `(\w+)`")


@lru_cache(maxsize=64)
def _decoder(contract: type[Contract]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(contract)


def decode(contract: type[C], value: bytes | None, headers: Iterable[tuple[str, bytes | None]] = ()) -> C:
    """Read one record. Strict: no type is turned into another, every size is bounded; unknown fields are ignored.

    value: the record's value as it came. headers: the record's, if CloudEvents headers are to be checked too.
    Raises ContractError with a reason and the failing field, never with any text of the record.
    Bytes that are no UTF-8 are refused wherever the contract looks, and overlooked inside fields unknown to it.

    >>> from streams.contracts.ticket_event import TicketEvent
    >>> decode(TicketEvent, b'{"ticket_id": "c-1", "group": "acme", "kind": "accepted", "epoch": "7"}')
    Traceback (most recent call last):
        ...
    streams.contracts.errors.ContractError: wrong_type: epoch
    """
    if value is None:
        raise ContractError(Reason.NULL_VALUE)
    if not value:
        raise ContractError(Reason.EMPTY_VALUE)
    check_headers(contract.event_type, headers)
    try:
        record: C = _decoder(contract).decode(value)
        return record
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as failure:
        error = _translate(contract, value, failure)
    raise error  # outside the handler, so that msgspec's message, which may quote the record, is not chained to it


def _translate(contract: type[Contract], value: bytes, failure: Exception) -> ContractError:
    try:
        value.decode()
    except UnicodeDecodeError:
        return ContractError(Reason.INVALID_UTF8, _undecodable_field(contract, value))
    if isinstance(failure, RecursionError):
        return ContractError(Reason.OUT_OF_BOUNDS)
    if not isinstance(failure, msgspec.ValidationError):
        return ContractError(Reason.INVALID_JSON)
    message = str(failure)
    path = _PATH.search(message)
    field = path[1].lstrip(".").replace("[...]", ".*") if path else ""
    missing = _MISSING.match(message)
    if missing:
        return ContractError(Reason.MISSING_FIELD, f"{field}.{missing[1]}" if field else missing[1])
    return ContractError(_reason(message), field)


def _reason(message: str) -> Reason:
    """What msgspec means. The order matters: the first two would pass for the last.

    >>> _reason("Expected `str` of length <= 200 - at `$.rep_id`")
    <Reason.OUT_OF_BOUNDS: 'out_of_bounds'>
    """
    if message.startswith("Expected `datetime` with a timezone"):
        return Reason.TIME_WITHOUT_ZONE
    if message.startswith("Invalid RFC3339"):
        return Reason.INVALID_TIME
    if message.startswith("Invalid enum value"):
        return Reason.UNKNOWN_CHOICE
    if "`, got `" in message:
        return Reason.WRONG_TYPE
    return Reason.OUT_OF_BOUNDS


def _undecodable_field(contract: type[Contract], value: bytes) -> str:
    """Which field of the contract holds bytes that are no UTF-8; empty if the record is no JSON beside that."""
    try:
        record = json.loads(value.decode(errors="surrogateescape"))
        broken = [name for name in contract.__struct_fields__ if name in record and not _is_utf8(record[name])]
    except (ValueError, TypeError, RecursionError):  # no JSON, no object, nested too deep
        return ""
    return broken[0] if broken else ""


def _is_utf8(part: object) -> bool:
    try:
        json.dumps(part, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
