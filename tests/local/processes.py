"""Watching processes that are not our children."""

import os
import select
from pathlib import Path


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


class Watch:
    """Awaits the end of a process by an event of the kernel's; made while that process is alive."""

    def __init__(self, pid: int) -> None:
        self._fd = os.pidfd_open(pid)

    def ends_within(self, timeout_s: float) -> bool:
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        ended = bool(poll.poll(timeout_s * 1000))
        if ended:
            os.close(self._fd)
        return ended
