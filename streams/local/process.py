"""The parent's end of the supervisor: programs that cannot outlive this process."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from streams.local import supervisor


class SupervisedProcess:
    """Programs run one after the other under a supervisor that kills them when this process ends, in whatever way.

    ``steps``: argvs; the first that fails ends the run. ``log``: the file their output is appended to. ``remove``: a
    folder to remove should this process end before them. Use one object from one thread at a time.
    """

    def __init__(self, steps: Sequence[Sequence[str]], log: Path, remove: Path | None = None) -> None:
        order = {"steps": steps, "parent_pid": os.getpid(), "remove": None if remove is None else str(remove)}
        self._steps = len(steps)
        self._pid: int | None = None
        with log.open("ab") as output:
            # A session of its own: Ctrl-C in a terminal is ours to handle. Unbuffered: a command to a supervisor that
            # has ended is lost at once, and not raised again when the pipe closes.
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-S", supervisor.__file__, json.dumps(order)],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether the run has not ended."""
        return self._process.poll() is None

    def last_pid(self) -> int:
        """The process id of the last step; blocks until that has begun. Raises RuntimeError when it never will."""
        if self._pid is None:
            assert self._process.stdout is not None
            lines = [self._process.stdout.readline() for _ in range(self._steps)]
            if not all(lines):
                raise RuntimeError("an earlier step failed")
            self._pid = int(lines[-1])
        return self._pid

    def terminate(self, timeout_s: float) -> bool:
        """Ask the current step to end (SIGTERM); whether the run ended within ``timeout_s``."""
        self._order(supervisor.TERMINATE)
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """Kill the current step (SIGKILL), and wait for the run's end. Does nothing when it has ended."""
        self._order(supervisor.KILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def wait(self) -> int:
        """Wait until the run ends by itself; the last step's exit code."""
        return self._process.wait()

    def _order(self, command: bytes) -> None:
        if self.running:
            assert self._process.stdin is not None
            with contextlib.suppress(BrokenPipeError):  # it ended just now
                self._process.stdin.write(command)
