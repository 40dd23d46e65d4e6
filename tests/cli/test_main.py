import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.cli.errors import ExitCode
from streams.cli.main import run
from streams.runtime.kafka import Security

NOBODY = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration but the defaults, and nobody at the broker's address."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPILLWAY_KAFKA__BOOTSTRAP", NOBODY)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "nonsense"),
        (["replay"], "FILE"),
        (["replay", "m.csv", "--rate", "fast"], "--rate"),
        (["replay", "m.csv", "--rate", "0"], "--rate must be above 0"),
        (["replay", "m.csv", "--rate", "1", "--speed", "1"], "not both"),
        (["replay", "m.csv", "--map", "text=bodi"], "did you mean body"),
        (["replay", "m.txt"], ".csv"),
        (["worker", "--stages", "triage,rout"], "no stage 'rout'"),
        (["state", "reset", "nobody", "--to", "end"], "no stage 'nobody'"),
        (["state", "reset", "triage", "--to", "there"], "start, end or an offset"),
        (["state", "reset", "triage", "--to", "7"], "--partition"),
        (["state", "reset", "triage", "--to", "end", "--topic", "reps.status"], "it reads: messages.raw"),
        (["topics", "plan", "--config", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_bad_usage_is_one_plain_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("spillway: ")
    assert says in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["status"], ["topics", "apply"], ["replay", "m.csv"]])
def test_a_password_file_that_is_not_there_is_bad_usage_and_its_path_is_not_told(
    arguments: list[str],
    kafka_files: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("hunter2").unlink()
    for name, value in kafka_files.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SPILLWAY_KAFKA__SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("SPILLWAY_KAFKA__SASL_USERNAME", "u")
    assert run(arguments) == ExitCode.USAGE
    variable = "SPILLWAY_KAFKA__SASL_PASSWORD_FILE"
    said = f"spillway: {variable}: kafka.sasl_password_file: cannot be read: No such file or directory\n"
    assert capsys.readouterr() == ("", said)


def test_a_password_file_that_goes_while_a_command_runs_is_not_told_either(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(security: Security) -> str:
        return Path("hunter2").read_text(encoding="utf-8")

    monkeypatch.setattr(Security, "ssl_context", gone)
    assert run(["status"]) == ExitCode.FAILED
    said = capsys.readouterr().err
    assert said.startswith("spillway: No such file or directory at ")
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "arguments",
    [["topics", "apply"], ["replay", "m.csv"], ["demo"]],
)
def test_a_broker_that_is_not_there_is_one_plain_line_and_code_3(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    Path("m.csv").write_text("body\nHello\n")
    began_s = time.monotonic()
    assert run(arguments) == ExitCode.UNREACHABLE
    assert time.monotonic() - began_s < 60
    assert capfd.readouterr().err == f"spillway: no broker answers at {NOBODY}\n"


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; from streams.cli.main import run; code = run(['--help']); print(code, *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    code, *modules = done.stdout.splitlines()[-1].split()
    assert code == "0"
    assert "spillway" in done.stdout
    assert not {"numba", "numpy", "faust", "river", "kafka", "aiokafka", "aiohttp", "rich"} & set(modules)
