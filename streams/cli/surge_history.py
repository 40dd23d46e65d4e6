"""A file of earlier counts (CSV or JSON Lines of time, count and slice) as history for volume.counts."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from detectors.surge.slices import SLICE_PATTERN
from streams.cli.errors import CommandError, ExitCode
from streams.cli.messages import Line, read_lines
from streams.contracts import ContractError, seconds
from streams.stages.counts import BUCKET_S, SLICES, HistoryRecord

WIDTH_S = 300.0
"""Of the buckets that are sent: detectors learn as much from them as from finer ones, several times faster."""
RECORD_BUCKETS = 144
RECORD_CHARS = 400_000
"""Of a record, at most: topics take a megabyte."""
PROBLEMS = 20
_WIDTHS_S = (BUCKET_S, WIDTH_S)
_IN_A_ROW = 6
"""So many times in a row that lie 300 s apart are no minutes of which four are missing each time."""
_MOST = 10**9
_SLICE = re.compile(SLICE_PATTERN)
_WHOLE = re.compile(r"\d{1,10}\Z")

Buckets = dict[float, dict[str, tuple[int, int]]]


class _Refused(Exception):
    """A line that is no count; the text says why, without anything of the line."""


class History(NamedTuple):
    """What a file holds: the records, oldest first, and how many of its lines are in them."""

    records: list[HistoryRecord]
    lines: int
    used: int


def read_history(file: BinaryIO, path: Path) -> History:
    """The history in an open file, in records of at most half a day each.

    Every line counts the messages from its ``time`` on until the next time in the file, which all lie evenly 60 or
    300 s apart, at whole multiples of that; ``slice`` is "all" where there is none, and "all" must be counted at each
    time. A gap of whole buckets is left out, and stays unknown. Raises CommandError (2) with FILE:LINE for each line
    that does not fit, 20 at most, and if most of the file would be left out.
    """
    problems: list[str] = []
    counts: Buckets = {}
    first_line: dict[float, int] = {}
    for line in read_lines(file, path, {}):
        try:
            time_s, name, count = _count(line)
            bucket = counts.setdefault(time_s, {})
            first_line.setdefault(time_s, line.number)
            if name in bucket:
                raise _Refused(f"counts {name} at this time once more")
            if len(bucket) >= SLICES:
                raise _Refused(f"has more than {SLICES:,} slices at one time")
            bucket[name] = (count, 0)
        except _Refused as refused:
            problems.append(f"{path}:{line.number}: {refused}")
            if len(problems) >= PROBLEMS:
                problems.append(f"{path}: and perhaps more")
                break
    if not problems:
        problems = [
            f"{path}:{first_line[time_s]}: this time has no count of all"
            for time_s, bucket in counts.items()
            if "all" not in bucket
        ][:PROBLEMS]
    if problems:
        raise CommandError(ExitCode.USAGE, "\n".join(problems))
    if len(counts) < 2:
        raise CommandError(ExitCode.USAGE, f"{path}: holds fewer than two times: how long a bucket is cannot be told")
    wide = _widened(counts, _width_s(counts, first_line, path))
    if not wide:
        raise CommandError(ExitCode.USAGE, f"{path}: holds no whole 5 minutes")
    unused = [time_s for time_s in counts if time_s // WIDTH_S * WIDTH_S not in wide]
    lines = sum(len(bucket) for bucket in counts.values())
    used = lines - sum(len(counts[time_s]) for time_s in unused)
    if 2 * used < lines:
        raise CommandError(
            ExitCode.USAGE,
            f"{path}:{first_line[unused[0]]}: lies in no 5 minutes that are there as a whole, as most lines: only "
            f"{used:,} of {lines:,} do; write a count of 0, too",
        )
    return History(list(_records(wide)), lines, used)


def _count(line: Line) -> tuple[float, str, int]:
    if line.error is not None:
        raise _Refused(str(line.error.reason))
    columns = line.columns
    for column in ("time", "count"):
        if column not in columns:
            raise _Refused(f"has no {column}")
    name = columns.get("slice") or "all"
    if not isinstance(name, str) or len(name) > 400 or not _SLICE.match(name):
        raise _Refused("slice is none: all, channel:…, language:…, topic:… or topic:…,channel:…")
    count = columns["count"]
    if isinstance(count, str) and _WHOLE.match(count):
        count = int(count)
    if type(count) is not int or not 0 <= count <= _MOST:
        raise _Refused(f"count is no whole number from 0 to {_MOST:,}")
    return _time_s(columns["time"]), name, count


def _time_s(time: Any) -> float:
    try:
        time_s = seconds(time, "time") if isinstance(time, str) else None
    except ContractError as error:
        raise _Refused(f"{error.reason}: time; write it like 2026-03-10T12:00:00Z") from None
    if time_s is None or time_s < 0:
        raise _Refused("time is no text like 2026-03-10T12:00:00Z")
    return time_s


def _width_s(counts: Buckets, first_line: dict[float, int], path: Path) -> float:
    """The one that most of the times have, of the two that there are: the least gap may be a single slip."""
    times = sorted(counts)
    gaps = [after - before for before, after in pairwise(times)]
    width_s = max(_WIDTHS_S, key=gaps.count)
    if width_s not in gaps:
        raise CommandError(
            ExitCode.USAGE, f"{path}: its times lie {min(gaps):g} s apart; detectors learn from 60 or 300 s"
        )
    wider: list[float] = []
    for time_s, gap_s in zip(times, [0.0, *gaps], strict=True):
        wider = [*wider, time_s] if gap_s == WIDTH_S > width_s and time_s % WIDTH_S == 0 else []
        if time_s % width_s:
            misfit_s, problem = time_s, f"time is no multiple of the file's {width_s:g} s"
        elif len(wider) == _IN_A_ROW:
            misfit_s, problem = (
                wider[0],
                f"from here on times lie {WIDTH_S:g} s apart, most of the file's {width_s:g} s",
            )
        else:
            continue
        raise CommandError(ExitCode.USAGE, f"{path}:{first_line[misfit_s]}: {problem}; make it a file of one width")
    return width_s


def _widened(counts: Buckets, width_s: float) -> Buckets:
    """Buckets of 300 s, of those that are there as a whole."""
    wide: Buckets = {}
    parts: dict[float, int] = {}
    for time_s in sorted(counts):
        start_s = time_s // WIDTH_S * WIDTH_S
        parts[start_s] = parts.get(start_s, 0) + 1
        bucket = wide.setdefault(start_s, {})
        for name, (count, _) in counts[time_s].items():
            bucket[name] = (bucket.get(name, (0, 0))[0] + count, 0)
    return {start_s: bucket for start_s, bucket in wide.items() if parts[start_s] * width_s == WIDTH_S}


def _records(counts: Buckets) -> Iterator[HistoryRecord]:
    start_s, chars, buckets = 0.0, 0, list[Any]()
    for time_s, bucket in counts.items():
        more = sum(len(name) + 20 for name in bucket)
        full = len(buckets) == RECORD_BUCKETS or chars + more > RECORD_CHARS
        if buckets and (full or time_s != start_s + len(buckets) * WIDTH_S):
            yield HistoryRecord(start_s, WIDTH_S, buckets)
            chars, buckets = 0, []
        if not buckets:
            start_s = time_s
        buckets.append(bucket)
        chars += more
    if buckets:
        yield HistoryRecord(start_s, WIDTH_S, buckets)
