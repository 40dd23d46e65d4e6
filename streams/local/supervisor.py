"""Runs Java for a parent process and never outlives it, however the parent ends.

A script of its own process (``python supervisor.py ORDER``), with the standard library alone. ORDER is a JSON object:
``steps`` (argvs, run one after the other; the first that fails ends the run), ``parent_pid``, and ``remove`` (a folder,
or null). It prints the process id of each step, and ends with the last exit code.

The parent holds the write end of standard input: "t" terminates the step and "k" kills it. The pipe's end, another
parent (a forked child of the old one may still hold the pipe) or a signal mean that the parent is gone: the step is
killed and the folder removed. Should the supervisor itself be killed, the kernel kills the step (PR_SET_PDEATHSIG,
Linux). That signal follows the *thread* that forked, and asking for it runs Python code after a fork: both are safe
here, with one thread, and not in a parent with many.
"""

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable

TERMINATE = b"t"
KILL = b"k"

_PR_SET_PDEATHSIG = 1
_PARENT_CHECK_S = 1.0
_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class _Orphaned(Exception):
    """The parent is gone."""


def main(order: str) -> int:
    """Run the order to its end; the exit code is the last step's."""
    plan = json.loads(order)
    signals_fd = _signals_as_bytes()
    code = 0
    try:
        for argv in plan["steps"]:
            code = _run(argv, plan["parent_pid"], signals_fd)
            if code != 0:
                break
    except _Orphaned:
        if plan["remove"] is not None:
            shutil.rmtree(plan["remove"], ignore_errors=True)
        return 1
    return code


def _run(argv: list[str], parent_pid: int, signals_fd: int) -> int:
    step = subprocess.Popen(  # noqa: S603
        argv, stdin=subprocess.DEVNULL, stdout=sys.stderr, preexec_fn=_dies_with_us()
    )
    try:
        print(step.pid, flush=True)
        while step.poll() is None:
            ready, _, _ = select.select([sys.stdin.fileno(), signals_fd], [], [], _PARENT_CHECK_S)
            if signals_fd in ready and set(os.read(signals_fd, 64)) & set(_ENDING_SIGNALS):
                raise _Orphaned
            if sys.stdin.fileno() in ready:
                _obey(step, os.read(sys.stdin.fileno(), 1))
            if os.getppid() != parent_pid:
                raise _Orphaned
    except (_Orphaned, BrokenPipeError):
        step.kill()
        step.wait()
        raise _Orphaned from None
    return step.returncode


def _obey(step: subprocess.Popen[bytes], command: bytes) -> None:
    if command == TERMINATE:
        step.terminate()
    elif command == KILL:
        step.kill()
    else:
        raise _Orphaned


def _signals_as_bytes() -> int:
    """A descriptor that yields each signal's number: select() then waits for the step's end and for commands alike."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGCHLD, *_ENDING_SIGNALS):
        signal.signal(number, lambda *_: None)
    return reader


def _dies_with_us() -> Callable[[], None] | None:
    """What the forked step runs before its exec: ask the kernel to be killed when this process ends."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    our_pid = os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != our_pid:  # we ended before the request stood
            os._exit(1)

    return ask


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
