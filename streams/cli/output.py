"""What commands print: plain lines, JSON, and tables that fit 80 columns."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from rich.table import Table


def say(text: str = "") -> None:
    """A line on stdout."""
    print(text)


def complain(text: str) -> None:
    """A line on stderr."""
    print(text, file=sys.stderr)


def say_json(answer: object) -> None:
    """One JSON document on one line of stdout."""
    print(orjson.dumps(answer, default=str).decode())


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> "Table":
    """A plain table. Columns whose names end in "#" hold numbers: they are aligned to the right, without the sign."""
    from rich.table import Table

    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column.removesuffix("#"), justify="right" if column.endswith("#") else "left", overflow="fold")
    for row in rows:
        made.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    return made


def show(*tables: "Table") -> None:
    """Tables on stdout, an empty line between them."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    for number, each in enumerate(tables):
        if number:
            console.print()
        console.print(each)
