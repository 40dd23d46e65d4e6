"""Writes docs/configuration.md from the settings' own types: ``python -m streams.config.reference FILE``."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath

from msgspec import NODEFAULT
from msgspec.inspect import DictType, Field, Metadata, StructType, Type, VarTupleType

from streams.config.environment import settable, variable
from streams.config.kinds import bare, described
from streams.config.positions import Path, key
from streams.config.section import Section, described_section
from streams.config.settings import Settings

UNITS = {"_s": "seconds", "_bytes": "bytes", "_records": "records", "_messages": "messages", "_units": "effort units"}
"""The ends of names that say a unit."""

INTRODUCTION = """\
# Configuration

Written by `python -m streams.config.reference docs/configuration.md` from the settings' types: change those, not this.

One file in [TOML](https://toml.io/en/v1.0.0) configures Spillway: `./spillway.toml`, or what `--config` names.
[deploy/spillway.toml](../deploy/spillway.toml) is an example. Every setting has a default, so Spillway also runs
without a file: a tenant `default`, a group `default` with one queue, and one pool of employees, `home`. A name's end
says its unit.

- `spillway check FILE` prints every mistake with file and line, and ends with exit code 2 if there is one. Names that
  Spillway does not know are mistakes too; so is a `ca_file` or `sasl_password_file` that cannot be read.
- Environment variables win over the file: the path of the setting in capitals, two underscores between its levels.
  Tenants and groups stand in the file only. A variable `SPILLWAY_...` that is no setting is a mistake, except those
  that Kubernetes sets for Services of that name.
- A secret is the path of a file that holds it. Neither secret nor path is ever printed.
- Relative paths begin at the folder in which Spillway was started.
"""


def reference() -> str:
    """The whole page, in Markdown."""
    root = described_section(Settings)
    parts = [INTRODUCTION]
    for field in root.fields:
        parts.extend(_chapter(field, (field.encode_name,), in_list=False, unit=""))
    return "\n".join(parts)


def toml(value: object) -> str:
    """A default as TOML would write it; of a table only what differs from the defaults.

    >>> from streams.config.settings import Tenant
    >>> toml(("a", 1.5)), toml((Tenant("default"),)), toml(None)
    ('["a", 1.5]', '[{ name = "default" }]', 'none')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:_.0f}" if value.is_integer() else str(value)
    if isinstance(value, int):
        return f"{value:_}"
    if isinstance(value, Section):
        fields = [(field, getattr(value, field.name)) for field in described_section(type(value)).fields]
        return _inline({field.encode_name: item for field, item in fields if item != _default(field)})
    if isinstance(value, Mapping):
        return _inline(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(str(value), ensure_ascii=False)


def _inline(table: Mapping[str, object]) -> str:
    pairs = ", ".join(f"{key(name)} = {toml(value)}" for name, value in table.items())
    return f"{{ {pairs} }}" if pairs else "{}"


def _chapter(field: Field, path: Path, *, in_list: bool, unit: str) -> Iterator[str]:
    """The table of one section, and then those of the sections in it."""
    kind = bare(field.type)
    is_list = isinstance(kind, VarTupleType)
    section = bare(kind.item_type) if isinstance(kind, VarTupleType) else kind
    assert isinstance(section, StructType)
    name = ".".join(map(str, path))
    unit = unit or _unit(field.encode_name)
    in_list = in_list or is_list
    yield f"## {f'[[{name}]]' if is_list else f'[{name}]'}\n"
    yield f"{_sentence(field)}{f' Without one: `{toml(_default(field))}`.' if is_list else ''}\n"
    variables = set() if in_list else set(settable(section, path))
    yield f"| setting | takes | default | what it does |{' variable |' if variables else ''}"
    yield f"|---|---|---|---|{'---|' if variables else ''}"
    for each in section.fields:
        where = (*path, each.encode_name)
        default = _default(each)
        shown = "required" if default is NODEFAULT else "none" if default is None else f"`{toml(default)}`"
        shown = "its own defaults" if isinstance(default, Section) else shown
        row = f"| `{each.encode_name}` | {_takes(each, name, unit)} | {shown} | {_sentence(each)} |"
        if variables:
            row += f" `{variable(where)}` |" if where in variables else " |"
        yield row
    yield ""
    for each in section.fields:
        if _has_chapter(each.type):
            yield from _chapter(each, (*path, each.encode_name), in_list=in_list, unit=unit)


def _takes(field: Field, section: str, unit: str) -> str:
    kind = bare(field.type)
    unit = unit or _unit(field.encode_name)
    in_unit = f", in {unit}" if unit else ""
    if _has_chapter(field.type):
        name = f"{section}.{field.encode_name}"
        return f"tables, see `[[{name}]]`" if isinstance(kind, VarTupleType) else f"a table, see `[{name}]`"
    if isinstance(kind, VarTupleType):
        return f"{described(kind)}, each {described(kind.item_type)}"
    if isinstance(kind, DictType):
        return f"a table; names: {described(kind.key_type)}; values: {described(kind.value_type)}{in_unit}"
    return described(field.type) + in_unit


def _has_chapter(field_type: Type) -> bool:
    kind = bare(field_type)
    return isinstance(bare(kind.item_type) if isinstance(kind, VarTupleType) else kind, StructType)


def _unit(name: str) -> str:
    return next((unit for end, unit in UNITS.items() if name.endswith(end)), "")


def _sentence(field: Field) -> str:
    assert isinstance(field.type, Metadata), f"{field.name} has no description"
    return str((field.type.extra_json_schema or {})["description"])


def _default(field: Field) -> object:
    return field.default if field.default_factory is NODEFAULT else field.default_factory()


if __name__ == "__main__":
    FilePath(sys.argv[1]).write_text(reference(), encoding="utf-8")
