"""What is wrong with a configuration: every problem, each with its place and a plain sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

LISTED = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """where: ``file:line``, a file, or an environment variable. field: the setting's path, empty for the whole file.

    >>> print(Problem("spillway.toml:3", "web.port", "must be a whole number"))
    spillway.toml:3: web.port: must be a whole number
    """

    where: str
    field: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.field, self.text) if part)


class ConfigError(Exception):
    """A configuration that cannot be used. ``problems`` holds all that were found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def hint(name: str, names: Iterable[str], likeness: float = 0.6) -> str:
    """The nearest valid name, or else all of them (the first twelve); empty when there is none.

    likeness: from 0 to 1, how alike two names must be; names that begin alike need more.

    >>> hint("bootstap", ["bootstrap", "prefix"])
    "; did you mean 'bootstrap'?"
    >>> hint("zzz", ["bootstrap", "prefix"])
    '; there are: bootstrap, prefix'
    """
    known = list(dict.fromkeys(names))
    if near := get_close_matches(name, known, n=1, cutoff=likeness):
        return f"; did you mean {near[0]!r}?"
    return f"; there are: {', '.join(known[:LISTED])}{', ...' if len(known) > LISTED else ''}" if known else ""


def quoted(name: str) -> str:
    """A name from outside, on one line and not too long.

    >>> quoted("a\\nb")
    "'a\\\\nb'"
    """
    return repr(name if len(name) <= 60 else name[:60] + "...")
