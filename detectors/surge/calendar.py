"""Which cell of the week a moment falls into, in the time that people live by.

Traffic follows local time, so a change of the clocks moves no pattern; a holiday is no ordinary weekday, so it is told
apart. Cells are at least 300 s long however short the buckets are: finer ones would hold too few messages to be known.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

CELL_S: Final = 300
DAY_S: Final = 86_400
WEEK_S: Final = 604_800


class Cell(NamedTuple):
    """A cell of the week: its number among the cells of the week, its hour of the week and of the day, whether it
    lies on a holiday, and how many times as much as usual is planned for it. On a holiday the numbers are those of a
    Sunday.
    """

    of_week: int
    hour_of_week: int
    holiday: bool
    factor: float = 1.0


class Planned(NamedTuple):
    """Something planned, as a campaign: from `start_s` until `end_s` (seconds since the epoch) `factor` times as many
    messages as usual.
    """

    start_s: float
    end_s: float
    factor: float


def planned_factor(planned: Iterable[Planned], at_s: float) -> float:
    """How many times as much as usual is planned at a moment: what overlaps multiplies.

    >>> planned_factor([Planned(0.0, 600.0, 3.0), Planned(300.0, 900.0, 2.0)], 300.0)
    6.0
    """
    factor = 1.0
    for one in planned:
        if one.start_s <= at_s < one.end_s:
            factor *= one.factor
    return factor


class Calendar:
    """Maps seconds since the epoch to cells of the week.

    `cell_s` is the length of a cell, `timezone` an IANA name, `holidays` ISO dates. Raises ValueError if a date is none
    and zoneinfo.ZoneInfoNotFoundError if the zone is unknown.

    >>> calendar = Calendar(timezone="Europe/Berlin", holidays=["2026-12-25"])
    >>> calendar.cell(datetime(2026, 11, 24, 14, 5, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
    Cell(of_week=457, hour_of_week=38, holiday=False, factor=1.0)
    >>> calendar.cell(datetime(2026, 12, 25, 14, 5, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
    Cell(of_week=1897, hour_of_week=158, holiday=True, factor=1.0)
    """

    def __init__(self, cell_s: int = CELL_S, timezone: str = "UTC", holidays: Iterable[str] = ()) -> None:
        self.cell_s = cell_s
        self._zone = ZoneInfo(timezone)
        self._holidays = frozenset(date.fromisoformat(day) for day in holidays)
        self._last_s = -1.0
        self._last: Cell = Cell(0, 0, False)

    @staticmethod
    @lru_cache(maxsize=64)
    def shared(cell_s: int, timezone: str, holidays: tuple[str, ...]) -> "Calendar":
        """One calendar for all who ask for the same: the series of a bank look up the same moment one by one."""
        return Calendar(cell_s, timezone, holidays)

    def cell(self, at_s: float) -> Cell:
        """The cell that `at_s` falls into."""
        if at_s != self._last_s:
            local = datetime.fromtimestamp(at_s, self._zone)
            holiday = local.date() in self._holidays
            day = 6 if holiday else local.weekday()
            second_of_day = local.hour * 3600 + local.minute * 60 + local.second
            hour_of_week = day * 24 + local.hour
            of_week = (day * DAY_S + second_of_day) // self.cell_s
            self._last, self._last_s = Cell(of_week, hour_of_week, holiday), at_s
        return self._last
