import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.local.process import SupervisedProcess

from .processes import Watch, parent_of

SLEEP = ["sleep", "600"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def a_parent_program(log: Path, remove: Path, then: str) -> list[str]:
    """Python that supervises a sleeping step, prints its process id, and then does ``then``."""
    program = (
        "import os, signal, sys; from pathlib import Path; from streams.local.process import SupervisedProcess\n"
        "step = SupervisedProcess([['sleep', '600']], Path(sys.argv[1]), remove=Path(sys.argv[2]))\n"
        "print(step.last_pid(), flush=True)\n"
    )
    return [sys.executable, "-c", program + then, str(log), str(remove)]


@pytest.mark.parametrize(
    ("then", "end"),
    [
        ("signal.pause()", signal.SIGKILL),
        ("signal.pause()", signal.SIGTERM),
        ("raise RuntimeError('a crash')", None),
        ("os._exit(3)", None),
    ],
    ids=["killed", "terminated", "an exception", "an exit without clean-up"],
)
def test_a_step_ends_with_its_parent_and_its_folder_goes(
    tmp_path: Path, log: Path, then: str, end: signal.Signals | None
) -> None:
    folder = tmp_path / "folder"
    (folder / "data").mkdir(parents=True)
    with subprocess.Popen(
        a_parent_program(log, folder, f"sys.stdin.readline()\n{then}"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        step, supervisor = Watch(pid), Watch(parent_of(pid))
        if end is not None:
            parent.send_signal(end)
        else:
            parent.stdin.write(b"go\n")
            parent.stdin.flush()
        assert step.ends_within(60)
        assert supervisor.ends_within(60)
    assert not folder.exists()


def test_a_forked_child_that_keeps_the_pipe_does_not_keep_the_step(tmp_path: Path, log: Path) -> None:
    fork = "child = os.fork()\nif child: print(child, flush=True)\nsignal.pause()"
    with subprocess.Popen(a_parent_program(log, tmp_path / "none", fork), stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        step, child = Watch(int(parent.stdout.readline())), int(parent.stdout.readline())
        parent.kill()
        try:
            assert step.ends_within(60)
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_step_ends_with_its_supervisor(log: Path) -> None:
    process = SupervisedProcess([SLEEP], log)
    step = Watch(process.last_pid())
    os.kill(parent_of(process.last_pid()), signal.SIGKILL)
    assert step.ends_within(60)
    assert process.wait() == -signal.SIGKILL
    process.kill()


def test_a_frozen_step_ends_with_its_parent_too(tmp_path: Path, log: Path) -> None:
    with subprocess.Popen(a_parent_program(log, tmp_path / "none", "signal.pause()"), stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        step = Watch(pid)
        os.kill(pid, signal.SIGSTOP)
        parent.kill()
        assert step.ends_within(60)


def test_steps_run_in_order_and_a_failed_one_ends_the_run(log: Path) -> None:
    process = SupervisedProcess([["echo", "one"], ["sh", "-c", "echo two; exit 3"], ["echo", "never"]], log)
    assert process.wait() == 3
    assert not process.running
    assert log.read_text() == "one\ntwo\n"
    with pytest.raises(RuntimeError, match="an earlier step failed"):
        process.last_pid()
    process.kill()


def test_terminate_lets_a_step_end_in_its_own_way(tmp_path: Path, log: Path) -> None:
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    process = SupervisedProcess(
        [["sh", "-c", f"trap 'echo tidy; exit 0' TERM; echo > {ready}; while :; do sleep 0.05; done"]], log
    )
    ready.read_text()  # returns when the step has set its trap
    assert process.terminate(timeout_s=60)
    assert process.wait() == 0
    assert log.read_text() == "tidy\n"
    process.kill()


def test_kill_ends_a_step_that_will_not_terminate(tmp_path: Path, log: Path) -> None:
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    process = SupervisedProcess([["sh", "-c", f"trap '' TERM; echo > {ready}; while :; do sleep 0.05; done"]], log)
    ready.read_text()
    step = Watch(process.last_pid())
    assert not process.terminate(timeout_s=0.3)
    assert process.running
    process.kill()
    assert not process.running
    assert step.ends_within(60)
