"""Reads the values of internal topics, where anyone may have written anything."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from streams.contracts import ContractError, Reason

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises over bytes that are no such record: not UTF-8, and nested too deeply, it lets through."""

# Only names of fields stand in msgspec's path, never the record's own keys: those are [...].
_PATH = re.compile(r"`\$\.?([^`]*)`\Z")


def reader(record_type: Any, reason: Reason) -> Callable[[bytes | None], Any]:
    """A function from a record's value to the record in it; it raises ContractError with this reason and the field.

    >>> reader(list[int], Reason.INVALID_COUNTS)(b"[1, 2]")
    [1, 2]
    >>> reader(dict[str, int], Reason.INVALID_COUNTS)(b'{"their own word": null}')
    Traceback (most recent call last):
        ...
    streams.contracts.errors.ContractError: invalid_counts: *
    """
    decode = msgspec.json.Decoder(record_type).decode

    def read(value: bytes | None) -> Any:
        try:
            return decode(value or b"")
        except UNREADABLE as failure:
            path = _PATH.search(str(failure))
            error = ContractError(reason, path[1].replace("[...]", ".*").lstrip(".") if path else "")
        raise error  # outside the handler: msgspec's message may quote the record, and would be chained to it

    return read
