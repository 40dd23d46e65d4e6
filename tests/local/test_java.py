from pathlib import Path

import pytest

from streams.local import LocalBroker, LocalBrokerError
from streams.local.java import find_java


def fake_java(folder: Path, says: str, exit_code: int = 0) -> Path:
    """A `java` that prints ``says`` as its version."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "java"
    script.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {exit_code}\n")
    script.chmod(0o755)
    return script


@pytest.fixture(autouse=True)
def only_our_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_missing_java_is_said_with_what_to_install() -> None:
    with pytest.raises(LocalBrokerError, match=r"No Java on the PATH\. Install Java 17 or newer"):
        LocalBroker().start()


def test_a_java_home_without_java_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_java(tmp_path, 'openjdk version "21.0.1"')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    with pytest.raises(LocalBrokerError, match=r"No Java in JAVA_HOME \(.*/gone\)"):
        find_java()


@pytest.mark.parametrize(("says", "version"), [('java version "1.8.0_392"', 8), ('openjdk version "11.0.25"', 11)])
def test_an_old_java_is_refused_with_its_version(tmp_path: Path, says: str, version: int) -> None:
    fake_java(tmp_path, says)
    with pytest.raises(LocalBrokerError, match=rf"is Java {version}, too old for Kafka\. Install Java 17"):
        LocalBroker().start()


def test_a_java_that_fails_is_refused(tmp_path: Path) -> None:
    fake_java(tmp_path, "Unable to locate a Java Runtime.", exit_code=1)
    with pytest.raises(LocalBrokerError, match=r"does not say its version\. Install Java 17"):
        find_java()


@pytest.mark.parametrize("version", ["17", "17.0.15", "21-ea", "25.0.1"])
def test_java_17_and_newer_are_taken(tmp_path: Path, version: str) -> None:
    script = fake_java(tmp_path, f'openjdk version "{version}" 2025-04-15')
    assert find_java() == script


def test_java_home_comes_before_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_java(tmp_path, 'openjdk version "11.0.25"')
    wanted = fake_java(tmp_path / "jdk" / "bin", 'openjdk version "21.0.1"')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    assert find_java() == wanted
