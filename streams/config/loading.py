"""Reads the one file and the environment. The only place of Spillway that does."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from streams.config.checks import check
from streams.config.environment import overrides, variable
from streams.config.errors import ConfigError, Problem
from streams.config.positions import Path, label, line_of, lines_of
from streams.config.reading import Reading
from streams.config.section import described_section
from streams.config.settings import Settings

_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


def load(path: FilePath | None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that a file (TOML) and the environment give; a variable wins over the file.

    path: None for no file, just defaults. environ: variables by name; the process's own when absent.

    Raises ConfigError with every problem that was found; nothing else, whatever the file holds.

    >>> load(None, {"SPILLWAY_WEB__PORT": "0"}).web.port
    0
    >>> load(None, {"SPILLWAY_WEB__PROT": "0"})
    Traceback (most recent call last):
    streams.config.errors.ConfigError: SPILLWAY_WEB__PROT: is not a setting of the environment; did you mean \
'SPILLWAY_WEB__PORT'?
    """
    texts, unknown = overrides(os.environ if environ is None else environ, described_section(Settings))
    try:
        document, lines = ({}, {}) if path is None else _parse(path)
    except ConfigError as error:
        raise ConfigError([*error.problems, *unknown]) from None
    reading = Reading(texts)
    settings = reading.read(Settings, document)
    check(settings, reading)
    in_file = [(line_of(where, lines) or 0, where, what) for where, what in reading.problems if where not in texts]
    in_environment = [(where, what) for where, what in reading.problems if where in texts]
    problems = [
        *(Problem(_place(path, line), label(where), what) for line, where, what in sorted(in_file, key=_line)),
        *(Problem(variable(where), label(where), what) for where, what in in_environment),
        *unknown,
    ]
    if problems:
        raise ConfigError(problems)
    return settings


def _line(found: tuple[int, Path, str]) -> int:
    return found[0]


def _place(path: FilePath | None, line: int) -> str:
    return "environment" if path is None else f"{path}:{line}" if line else str(path)


def _parse(path: FilePath) -> tuple[dict[str, Any], dict[Path, int]]:
    """The document, and the lines of what is in it."""
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such path"
        raise ConfigError([Problem(str(path), "", f"cannot be read: {reason}")]) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError([Problem(f"{path}:{line}", "", "is not UTF-8")]) from error
    try:
        document = _parsed(path, text)
        return document, lines_of(text)
    except RecursionError as error:
        raise ConfigError([Problem(str(path), "", "is nested too deeply")]) from error


def _parsed(path: FilePath, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise ConfigError([_syntax_problem(path, text, str(error))]) from error


def _syntax_problem(path: FilePath, text: str, message: str) -> Problem:
    found = _SYNTAX.fullmatch(message)
    if found is None:  # from Python's own numbers and dates, without a position
        return Problem(str(path), "", f"is not valid TOML: {message}")
    if found["line"]:
        return Problem(f"{path}:{found['line']}", "", f"is not valid TOML at column {found['column']}: {found['what']}")
    return Problem(f"{path}:{len(text.splitlines()) or 1}", "", f"is not valid TOML at its end: {found['what']}")
