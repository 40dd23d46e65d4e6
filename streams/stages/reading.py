"""Reads the values of internal topics, where anyone may have written anything."""

from collections.abc import Callable
from typing import Any

import msgspec


def reader(record_type: Any) -> Callable[[bytes | None], Any]:
    """A function from a record's value to the record in it; it raises msgspec.DecodeError, and nothing else.

    >>> reader(list[int])(b"[1, 2]")
    [1, 2]
    >>> reader(str)(b'"\\xff"')
    Traceback (most recent call last):
        ...
    msgspec.DecodeError: not UTF-8, or nested too deeply
    """
    decode = msgspec.json.Decoder(record_type).decode

    def read(value: bytes | None) -> Any:
        try:
            return decode(value or b"")
        except (UnicodeDecodeError, RecursionError):
            # msgspec lets both through; from None, because the first of them quotes the value.
            raise msgspec.DecodeError("not UTF-8, or nested too deeply") from None

    return read
