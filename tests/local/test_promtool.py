import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from streams.local.promtool import PACKAGES, ToolMissingError, find_tool


def program(folder: Path, name: str, script: str) -> Path:
    """A shell script that stands for a program."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def fake_apt(folder: Path, download: str, holds: str = "promtool") -> None:
    """An `apt-get` whose download is this shell script, and a `dpkg` that unpacks one program, ``holds``."""
    program(folder, "apt-get", f'case "$*" in *download*) {download} ;; *) exit 0 ;; esac')
    program(folder, "dpkg", f"/bin/mkdir -p unpacked/usr/bin && /bin/cp /bin/true unpacked/usr/bin/{holds}")


def test_what_is_on_the_path_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there = program(tmp_path / "bin", "promtool", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_tool("promtool", tmp_path / "cache") == there
    assert not (tmp_path / "cache").exists()


def test_without_apt_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ToolMissingError, match=r"No amtool on the PATH, and no apt-get.*Install prometheus-alertmanager"
    ):
        find_tool("amtool", tmp_path / "cache")


def test_the_package_is_fetched_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_apt(tmp_path / "bin", f'echo fetch >> "{tmp_path}/fetches"; : > prometheus_1_all.deb')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    first, second = (find_tool("promtool", tmp_path / "cache") for _ in range(2))
    assert first == second == tmp_path / "cache" / "debian-prometheus" / "usr" / "bin" / "promtool"
    assert (tmp_path / "fetches").read_text() == "fetch\n"


def test_a_machine_without_package_lists_fetches_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_apt(tmp_path / "bin", 'case "$*" in *Lists*) : > prometheus_1_all.deb ;; *) exit 100 ;; esac')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_tool("promtool", tmp_path / "cache").is_file()


def test_a_failed_download_shows_what_apt_said_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_apt(tmp_path / "bin", "echo 'E: Unable to locate package' >&2; exit 100")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(ToolMissingError, match=r"Could not fetch prometheus: E: Unable to locate package\. Install"):
        find_tool("promtool", tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["debian-prometheus.lock"]


def test_a_package_without_the_program_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_apt(tmp_path / "bin", ": > prometheus_1_all.deb", holds="something-else")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(ToolMissingError, match="The package prometheus holds no promtool"):
        find_tool("promtool", tmp_path / "cache")


def test_processes_that_look_at_once_fetch_once(tmp_path: Path) -> None:
    fake_apt(tmp_path / "bin", f'echo fetch >> "{tmp_path}/fetches"; : > prometheus_1_all.deb')
    code = "from streams.local.promtool import find_tool; print(find_tool('promtool'))"
    environment = os.environ | {"PATH": str(tmp_path / "bin"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", code]
    processes = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert len({process.communicate()[0] for process in processes}) == 1
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert (tmp_path / "fetches").read_text() == "fetch\n"


@pytest.mark.skipif(shutil.which("apt-get") is None, reason="needs Debian or Ubuntu: there is no apt-get")
@pytest.mark.parametrize("name", PACKAGES)
def test_debians_packages_hold_programs_that_run(name: str) -> None:
    said = subprocess.run([find_tool(name), "--version"], capture_output=True, text=True, timeout=60, check=True)
    assert " version " in said.stdout + said.stderr
