"""A line of the table."""

from typing import NamedTuple


class Row(NamedTuple):
    """A line of the table: `reached` is None where there is no goal."""

    what: str
    goal: str
    figure: str
    reached: bool | None = None
