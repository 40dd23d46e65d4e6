import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.local.probe import ask_cluster

COMMAND = [sys.executable, "-m", "streams.local"]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_ctrl_c_and_leaves_nothing_behind(tmp_path: Path, end: signal.Signals) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout is not None
        host, port = process.stdout.readline().decode().strip().split(":")
        assert ask_cluster(host, int(port), timeout_s=30).brokers == 1
        process.send_signal(end)
        assert process.wait(60) == 0
    with pytest.raises(ConnectionRefusedError):
        ask_cluster(host, int(port))
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_java_gets_one_plain_sentence(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"} | {"PATH": str(tmp_path)}
    answer = subprocess.run(COMMAND, capture_output=True, text=True, env=environment, timeout=60)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.startswith("No Java on the PATH. Install Java 17 or newer")
    assert len(answer.stderr.splitlines()) == 1
