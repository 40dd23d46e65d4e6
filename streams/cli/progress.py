"""The progress bar of a replay: on a terminal only, by the file's bytes, so that nothing is counted beforehand."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EVERY_S = 0.1


class Progress:
    """How far a replay has come. Without a bar it does nothing."""

    def __init__(self, bar: Any = None, file_bytes: int = 0) -> None:
        self._bar, self._file_bytes = bar, file_bytes
        self._task = None if bar is None else bar.add_task("replay", sent=0, total=None)
        self._shown_s = 0.0

    def update(self, repeat: int, read_bytes: int, sent: int) -> None:
        """Say it, ten times a second at most. ``repeat``: how often the file was read to its end."""
        if self._bar is None or time.monotonic() - self._shown_s < EVERY_S:
            return
        self._shown_s = time.monotonic()
        self._bar.update(self._task, completed=repeat * self._file_bytes + read_bytes, sent=sent)


@contextmanager
def progress_bar(file: Path, repeats: int, *, shown: bool) -> Iterator[Progress]:
    """A bar on stderr, gone at the end, if that is a terminal."""
    if not shown or not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(30), TaskProgressColumn(), TextColumn("{task.fields[sent]:,} sent"), TimeRemainingColumn())
    size = file.stat().st_size if file.exists() else 0
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        progress = Progress(bar, size)
        bar.update(bar.task_ids[0], total=size * repeats)
        yield progress
