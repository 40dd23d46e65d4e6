"""What a field takes, in words and as a check: the leaves of the settings' types."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.inspect import (
    BoolType,
    CustomType,
    DictType,
    FloatType,
    IntType,
    LiteralType,
    Metadata,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
)

from streams.config.errors import hint, quoted

KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a decimal number",
    str: "text",
    list: "a list",
    dict: "a table",
}

WANTED: Mapping[type[Type], tuple[type, ...]] = {IntType: (int,), FloatType: (int, float), BoolType: (bool,)}
"""What a document must hold for each kind of field; for all others, text."""


class UnfitError(Exception):
    """A value that its field does not take. The text is what to say of it: never a secret's value."""


def bare(field_type: Type) -> Type:
    """The type without its description, and without None: TOML has no null, an absent key stands for it.

    >>> from msgspec.inspect import type_info
    >>> bare(type_info(str | None))
    StrType(min_length=None, max_length=None, pattern=None)
    """
    while isinstance(field_type, Metadata | UnionType):
        field_type = field_type.type if isinstance(field_type, Metadata) else _present(field_type)
    return field_type


def extras(field_type: Type) -> Mapping[str, Any]:
    """What ``section.py`` notes of a type beside its bounds."""
    found: dict[str, Any] = {}
    while isinstance(field_type, Metadata | UnionType):
        if isinstance(field_type, Metadata):
            found |= field_type.extra or {}
            field_type = field_type.type
        else:
            field_type = _present(field_type)
    return found


def choices(field_type: Type) -> tuple[str, ...]:
    """The names that a text must be one of; empty if it may be any."""
    kind = bare(field_type)
    if isinstance(kind, LiteralType):
        return tuple(str(value) for value in kind.values)
    return tuple(extras(field_type).get("one_of", ()))


def described(field_type: Type) -> str:
    """What the field takes, to follow "must be".

    >>> from msgspec.inspect import type_info
    >>> described(type_info(int)), described(type_info(tuple[str, ...]))
    ('a whole number', 'a list')
    """
    kind = bare(field_type)
    if names := choices(field_type):
        return f"one of {', '.join(names)}"
    if isinstance(kind, IntType | FloatType):
        return f"a {'whole ' if isinstance(kind, IntType) else ''}number{bounds(kind)}"
    if isinstance(kind, StrType):
        form = extras(field_type).get("form")
        return f"text{f' {form}' if form else ''}{_sizes(kind.min_length, kind.max_length, 'characters')}"
    if isinstance(kind, BoolType):
        return "true or false"
    if isinstance(kind, CustomType) and kind.cls is Path:
        return "the path of a file"
    if isinstance(kind, VarTupleType):
        return f"a list{_sizes(kind.min_length, kind.max_length, 'items')}"
    if isinstance(kind, DictType | StructType):
        return "a table"
    raise TypeError(f"settings have no fields of type {kind}")


def bounds(kind: IntType | FloatType) -> str:
    """The bounds of a number, as in " from 0 to 60"."""
    return "" if kind.ge is None or kind.le is None else f" from {kind.ge:,} to {kind.le:,}"


def fit(field_type: Type, value: object) -> Any:
    """The value as its field wants it. Raises UnfitError."""
    kind = bare(field_type)
    # By the exact type: Python's true and false are whole numbers too.
    if type(value) not in WANTED.get(type(kind), (str,)):
        raise unfit(field_type, value)
    if names := choices(field_type):
        if value not in names:
            raise UnfitError(f"{quoted(str(value))} is not known{hint(str(value), names)}")
    elif isinstance(kind, IntType | FloatType):
        assert isinstance(value, int | float)
        # In this form NaN is refused too.
        if not (kind.ge is None or kind.ge <= value) or not (kind.le is None or value <= kind.le):
            raise UnfitError(f"must be {described(field_type)}")
        return float(value) if isinstance(kind, FloatType) else value
    elif isinstance(kind, StrType):
        assert isinstance(value, str)
        if not (kind.min_length or 0) <= len(value) <= (kind.max_length or len(value)) or (
            kind.pattern is not None and not re.search(kind.pattern, value)
        ):
            raise UnfitError(f"must be {described(field_type)}")
    elif isinstance(kind, CustomType):
        if not value or "\0" in str(value):
            raise UnfitError(f"must be {described(field_type)}")
        return Path(str(value))
    return value


def fit_text(field_type: Type, text: str) -> Any:
    """A value from the environment, where everything is text. Raises UnfitError."""
    kind = bare(field_type)
    if isinstance(kind, IntType | FloatType):
        try:
            return fit(field_type, int(text) if isinstance(kind, IntType) else float(text))
        except ValueError:
            raise UnfitError(f"must be {described(field_type)}") from None
    if isinstance(kind, BoolType):
        return fit(field_type, {"true": True, "false": False}.get(text, text))
    return fit(field_type, text)


def unfit(field_type: Type, value: object) -> UnfitError:
    """For a value of another kind than the field's."""
    return UnfitError(f"must be {described(field_type)}, not {KINDS.get(type(value), 'a date or time')}")


def fit_size(kind: VarTupleType, value: object) -> list[object]:
    """The items of a list that is neither too short nor too long; else raises UnfitError."""
    if not isinstance(value, list):
        raise unfit(kind, value)
    if not (kind.min_length or 0) <= len(value) <= (kind.max_length or len(value)):
        raise UnfitError(f"must be {described(kind)}")
    return value


def _present(union: UnionType) -> Type:
    """What an optional field holds when it holds something."""
    (present,) = (each for each in union.types if not isinstance(each, NoneType))
    return present


def _sizes(least: int | None, most: int | None, what: str) -> str:
    if most is None:
        return ""
    return f", {least:,} to {most:,} {what}" if least else f", at most {most:,} {what}"
