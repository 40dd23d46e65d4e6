"""A file of messages (CSV or JSON Lines) as records of messages.raw, each checked against the contract."""

import csv
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from streams.cli.errors import CommandError, ExitCode
from streams.contracts import BODY_BYTES, ContractError, Message, Reason, decode, rfc3339

FORMATS = {".csv": "CSV", ".jsonl": "JSON Lines", ".ndjson": "JSON Lines"}
FIELDS = frozenset(Message.__struct_fields__) - {"message_id"}


class Line(NamedTuple):
    """One record of the file: the line that it begins on (the first is 1), and its columns or why it cannot be read."""

    number: int
    columns: dict[str, Any]
    error: ContractError | None = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a record gets that its line does not say. ``run`` begins every message_id."""

    run: str
    tenant: str = "default"
    channel: str = "chat"

    def message(self, line: Line, repeat: int, mapping: Mapping[str, str], now_s: float) -> Message:
        """The message of a line. Raises ContractError when it does not keep the contract.

        ``mapping``: column -> field; columns that bear a field's name need no mapping.

        >>> line = Line(2, {"text": "Where is my card?", "sent_at": "2026-03-10T12:00:00Z"})
        >>> message = Defaults("r1").message(line, 0, {"text": "body"}, now_s=0.0)
        >>> message.message_id, message.conversation_id, message.body
        ('r1/0/2', 'r1/0/2', 'Where is my card?')
        """
        if line.error is not None:
            raise line.error
        columns, message_id = line.columns, f"{self.run}/{repeat}/{line.number}"
        fields = {name: value for name, value in columns.items() if name in FIELDS}
        for column, name in mapping.items():
            if column in columns:
                fields[name] = columns[column]
        said = {name: value for name, value in fields.items() if value is not None}
        record = {
            "conversation_id": message_id,
            "tenant": self.tenant,
            "channel": self.channel,
            "sent_at": rfc3339(now_s),
            **said,
            "message_id": message_id,
        }
        try:
            value = orjson.dumps(record)
        except TypeError:
            # A lone surrogate stands for a byte that was no UTF-8; nothing else in a parsed line cannot be written.
            broken = next((name for name, text in said.items() if not _is_utf8(text)), "")
            raise ContractError(Reason.INVALID_UTF8, broken) from None
        return decode(Message, value)


def parse_mapping(options: list[str]) -> dict[str, str]:
    """``--map`` options, column=field each. Raises CommandError for one that says nothing usable.

    >>> parse_mapping(["text=body"])
    {'text': 'body'}
    """
    mapping: dict[str, str] = {}
    for option in options:
        column, equals, name = option.rpartition("=")
        if not equals or not column:
            raise CommandError(ExitCode.USAGE, f"--map takes COLUMN=FIELD, not {option!r}")
        if name == "message_id":
            raise CommandError(ExitCode.USAGE, "--map: message_id is always RUN/REPEAT/LINE")
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(sorted(FIELDS))}"
            raise CommandError(ExitCode.USAGE, f"--map: a message has no field {name!r}{hint}")
        if name in mapping.values():
            raise CommandError(ExitCode.USAGE, f"--map: two columns for the field {name}")
        mapping[column] = name
    return mapping


def format_of(path: Path) -> str:
    """The file's format by its name. Raises CommandError for others."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise CommandError(ExitCode.USAGE, f"{path}: the name must end in {', '.join(FORMATS)}") from None


def read_lines(file: BinaryIO, path: Path, mapping: Mapping[str, str]) -> Iterator[Line]:
    """The records of an open file, in order. Empty cells and blank lines say nothing and are left out.

    Raises CommandError when a CSV has no header or lacks a mapped column.
    """
    return _csv_lines(file, path, mapping) if format_of(path) == "CSV" else _json_lines(file)


def _csv_lines(file: BinaryIO, path: Path, mapping: Mapping[str, str]) -> Iterator[Line]:
    csv.field_size_limit(4 * BODY_BYTES)
    reader = csv.reader(TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline=""))
    header = next(reader, [])
    missing = sorted(mapping.keys() - set(header))
    if missing:
        has = ", ".join(header) or "none"
        raise CommandError(ExitCode.USAGE, f"{path}: no column {missing[0]!r}; it has: {has}")
    bodies = {name for name in header if mapping.get(name, name) == "body"}
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Line(number, {}, ContractError(Reason.OUT_OF_BOUNDS))
            continue
        if row:
            cells = zip(header, row, strict=False)
            yield Line(number, {name: cell for name, cell in cells if cell or name in bodies})


def _json_lines(file: BinaryIO) -> Iterator[Line]:
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            columns = orjson.loads(text)
        except orjson.JSONDecodeError:
            yield Line(number, {}, ContractError(Reason.INVALID_JSON if _decodes(text) else Reason.INVALID_UTF8))
            continue
        if isinstance(columns, dict):
            yield Line(number, columns)
        else:
            yield Line(number, {}, ContractError(Reason.WRONG_TYPE))


def _decodes(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(text: object) -> bool:
    try:
        str(text).encode()
    except UnicodeEncodeError:
        return False
    return True
