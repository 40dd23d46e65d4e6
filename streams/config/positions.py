"""On which line of a TOML file each setting stands. Python's own parser does not say.

The text has already been parsed, so this scanner may trust it: it only walks over keys and values and counts lines. The
path of a setting is what indexes the parsed document: ``("groups", 0, "name")``. Source: TOML 1.0.0, https://toml.io.
"""

import json
import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n,]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' r"|'''(?:[^']|'(?!''))*'{3,5}" r'|"(?:[^"\\]|\\.)*"' r"|'[^']*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def lines_of(text: str) -> dict[Path, int]:
    """The first line (from 1) of every table, key and list item of a valid document.

    >>> lines_of("[web]\\nport = 1\\n[[groups]]\\n  name = 'a'")[("groups", 0, "name")]
    4
    """
    return _Scanner(text.replace("\r\n", "\n")).scan()


def line_of(path: Path, lines: Mapping[Path, int]) -> int | None:
    """The line of a setting, or of the nearest table that should hold it; None when the file has neither.

    >>> line_of(("web", "host"), {("web",): 7})
    7
    """
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


def label(path: Path) -> str:
    """A path as people write it.

    >>> label(("groups", 0, "absence_grace_s", "*"))
    'groups[0].absence_grace_s."*"'
    """
    parts = [f"[{part}]" if isinstance(part, int) else f".{key(part)}" for part in path]
    return "".join(parts).removeprefix(".")


def key(name: str) -> str:
    """A key as TOML writes it, in quotes where they are needed."""
    if _BARE_KEY.fullmatch(name):
        return name
    return f'"{name}"' if name.isprintable() else json.dumps(name)


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._line, self._counted = 1, 0
        self._lines: dict[Path, int] = {}
        self._items: dict[Path, int] = {}  # how many tables each [[list]] has so far

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _mark(self, path: Path) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        self._lines.setdefault(path, self._line)

    def _header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``: a name on the way that is a list of tables stands for its last one."""
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        *parents, last = self._keys()
        path: Path = ()
        for key in parents:
            path = (*path, key)
            self._mark(path)
            if path in self._items:
                path = (*path, self._items[path] - 1)
        path = (*path, last)
        self._mark(path)
        if brackets == 2:
            index = self._items[path] = self._items.get(path, 0) + 1
            path = (*path, index - 1)
            self._mark(path)
        self._skip(_SPACE)
        self._at += brackets
        return path

    def _pair(self, table: Path) -> None:
        keys = self._keys()
        for end in range(1, len(keys) + 1):
            self._mark((*table, *keys[:end]))
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value((*table, *keys))

    def _keys(self) -> list[str]:
        """A key with its dots. Ends before whatever follows: ``=`` or ``]``."""
        keys = []
        while True:
            start = self._skip(_SPACE)
            if self._text[start] in "\"'":
                written = self._text[start : self._skip(_STRING)]
                keys.append(str(tomllib.loads(f"key = {written}")["key"]))
            else:
                keys.append(self._text[start : self._skip(_BARE_KEY)])
            if self._text[self._skip(_SPACE)] != ".":
                return keys
            self._at += 1

    def _value(self, path: Path) -> None:
        first = self._text[self._at]
        if first == "[":
            self._inside("]", path)
        elif first == "{":
            self._inside("}", path)
        elif first in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_SCALAR)

    def _inside(self, end: str, path: Path) -> None:
        """A list's items or an inline table's pairs, up to the bracket that closes them."""
        self._at += 1
        index = 0
        while self._text[self._skip(_BLANK)] != end:
            if end == "}":
                self._pair(path)
            else:
                self._mark((*path, index))
                self._value((*path, index))
                index += 1
        self._at += 1
