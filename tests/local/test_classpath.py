import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from streams.local import LocalBrokerError
from streams.local.classpath import cache_folder, kafka_jars


def fake_maven(folder: Path, script: str) -> None:
    """An `mvn` that is this shell script."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mvn"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_missing_maven_is_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalBrokerError, match=r"No Maven .* on the PATH.*Install Maven 3\.6\.3 or newer"):
        kafka_jars(tmp_path / "cache")


def test_an_old_maven_is_refused_with_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_maven(tmp_path, "echo 'Apache Maven 3.3.9 (bb52d8502b132ec0a5a3f4c09453c07478323dc5)'")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalBrokerError, match=r"is Maven 3\.3\.9, too old"):
        kafka_jars(tmp_path / "cache")


def test_a_maven_without_java_shows_what_it_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_maven(tmp_path, "echo 'The JAVA_HOME environment variable is not defined correctly' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalBrokerError, match=r"(?s)does not say its version.*JAVA_HOME environment variable"):
        kafka_jars(tmp_path / "cache")


def test_a_failed_download_shows_what_maven_said_and_leaves_no_jars(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_maven(
        tmp_path,
        'if [ "$1" = -version ]; then echo "Apache Maven 3.9.9"; exit; fi\n'
        'echo "[ERROR] Could not transfer artifact: Network is unreachable"; exit 1',
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(LocalBrokerError, match=r"(?s)could not fetch Kafka's jars\. Check the network.*is unreachable"):
        kafka_jars(tmp_path / "cache")
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalBrokerError, match=r"cannot be kept in .*set XDG_CACHE_HOME"):
        kafka_jars(tmp_path / "file" / "cache")


def test_processes_that_prepare_at_once_fetch_once(tmp_path: Path) -> None:
    # A wrapper that notes each fetch and then is the real Maven.
    maven = shutil.which("mvn")
    assert maven is not None
    fetches = tmp_path / "fetches"
    fake_maven(tmp_path / "bin", f'[ "$1" = -version ] || echo fetch >> "{fetches}"\nexec "{maven}" "$@"')
    program = "from streams.local.classpath import kafka_jars; print(kafka_jars())"
    environment = os.environ | {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    processes = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = {process.communicate()[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0]
    (jars,) = answers
    assert Path(jars).parent == tmp_path / "cache" / "spillway"
    assert {"kafka_2.13-4.3.1.jar", "kafka-tools-4.3.1.jar"} <= {jar.name for jar in Path(jars).iterdir()}
    assert fetches.read_text().splitlines() == ["fetch"]
    assert [path for path in Path(jars).parent.iterdir() if path.is_dir()] == [Path(jars)]


def test_the_cache_follows_the_xdg_specification(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/spillway")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == Path.home() / ".cache" / "spillway"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "spillway"
