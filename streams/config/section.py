"""What all parts of the settings have in common."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from msgspec import Meta, Struct
from msgspec.inspect import Field, Metadata, StructType, type_info

SECRET = {"secret": True}
"""As ``Meta(extra=SECRET)``: a field whose value is never shown, neither in a repr nor in an error."""


def one_of(names: Iterable[str]) -> Meta:
    """For a text that must be one of these names. A ``Literal`` says the same of names that are known to mypy."""
    return Meta(extra={"one_of": tuple(map(str, names))})


def shaped(pattern: str, form: str, most: int) -> Meta:
    """For a text of at most ``most`` characters that matches a pattern; ``form`` says it in words, after "text"."""
    return Meta(pattern=pattern, max_length=most, extra={"form": form})


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen table of fields, each with a type, bounds and a sentence in its ``msgspec.Meta``.

    The constructor trusts its caller, as the rest of Spillway builds settings from values it knows; whatever comes from
    a file or the environment is checked by ``load``.
    """

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        secrets = {field.name for field in described_section(type(self)).fields if is_secret(field)}
        values = [(name, getattr(self, name)) for name in self.__struct_fields__]
        return [(name, Hidden() if name in secrets and value is not None else value) for name, value in values]


class Hidden:
    """Stands for a secret where settings are shown."""

    def __repr__(self) -> str:
        return "<hidden>"


@cache
def described_section(section: type[Section]) -> StructType:
    """A section's fields with their types, bounds and sentences, as msgspec sees them."""
    info = type_info(section)
    assert isinstance(info, StructType)
    return info


def is_secret(field: Field) -> bool:
    """Whether a field's value must not be shown."""
    return isinstance(field.type, Metadata) and bool((field.type.extra or {}).get("secret"))
