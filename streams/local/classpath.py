"""Kafka's jars: fetched once from Maven Central by ``kafka-pom.xml``, kept in the user's cache folder."""

import fcntl
import hashlib
import logging
import os
import re
import shutil
import subprocess
from pathlib import Path

from streams.local.errors import LocalBrokerError

KAFKA_VERSION = "4.3.1"
MAVEN_VERSION_MIN = (3, 6, 3)
"""What the pinned maven-dependency-plugin asks for."""

DOWNLOAD_TIMEOUT_S = 900.0

_POM = Path(__file__).with_name("kafka-pom.xml")
_INSTALL_MAVEN = f"Install Maven {'.'.join(map(str, MAVEN_VERSION_MIN))} or newer (for example `apt install maven`)"
_log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/spillway``, by default ``~/.cache/spillway`` (the XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification has relative paths ignored.
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "spillway"


def kafka_jars(cache: Path | None = None) -> Path:
    """The folder with Kafka's jars, filled on the first call; ``cache`` is the folder to keep it in.

    Any number of processes may call this at once: one downloads, the others wait for it. The folder's name carries the
    pom's digest, so a changed pom never exchanges the jars under a running broker.
    Raises LocalBrokerError when Maven is missing or too old, or when the download fails.
    """
    cache = cache or cache_folder()
    jars = cache / f"kafka-{KAFKA_VERSION}-{hashlib.sha256(_POM.read_bytes()).hexdigest()[:8]}"
    if jars.is_dir():
        return jars
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with jars.with_name(f"{jars.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not jars.is_dir():
                _download(jars, lock.fileno())
    except OSError as error:
        raise LocalBrokerError(
            f"Kafka's jars cannot be kept in {cache} ({error}). Make it writable, or set XDG_CACHE_HOME."
        ) from error
    return jars


def _download(jars: Path, lock_fd: int) -> None:
    """Fill ``jars``, whose lock the caller holds: it appears whole or not at all."""
    maven = find_maven()
    part = jars.with_name(f"{jars.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    _log.info("Fetching Apache Kafka %s (45 MB, once) into %s", KAFKA_VERSION, jars)
    # -C refuses a jar whose checksum is wrong.
    fetch = [maven, "-q", "-B", "-C", "-Dstyle.color=never", "-f", str(_POM), "dependency:copy-dependencies"]
    options = [f"-DoutputDirectory={part}", "-DincludeScope=runtime"]
    try:
        # Maven inherits the lock: if this process is killed, the next one waits until Maven has ended too.
        answer = subprocess.run(  # noqa: S603
            fetch + options, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S, pass_fds=[lock_fd]
        )
    except subprocess.TimeoutExpired as error:
        raise LocalBrokerError(
            f"Maven did not fetch Kafka's jars within {DOWNLOAD_TIMEOUT_S / 60:.0f} minutes. "
            "Check the network and try again."
        ) from error
    if answer.returncode != 0:
        said = "\n".join((answer.stdout + answer.stderr).strip().splitlines()[:8])
        raise LocalBrokerError(
            "Maven could not fetch Kafka's jars. Check the network, and the proxy or mirror in ~/.m2/settings.xml. "
            f"It said:\n{said}"
        )
    part.rename(jars)


def find_maven() -> str:
    """The ``mvn`` on the PATH; raises LocalBrokerError when it is missing, broken or too old."""
    maven = shutil.which("mvn")
    if maven is None:
        raise LocalBrokerError(f"No Maven (`mvn`) on the PATH; it fetches Kafka's jars, once. {_INSTALL_MAVEN}.")
    answer = subprocess.run([maven, "-version"], capture_output=True, text=True, timeout=60)  # noqa: S603
    version = maven_version(answer.stdout)
    if version is None:
        said = (answer.stderr + answer.stdout).strip()[:500]
        raise LocalBrokerError(f"`{maven} -version` does not say its version. {_INSTALL_MAVEN}. It said:\n{said}")
    if version < MAVEN_VERSION_MIN:
        raise LocalBrokerError(f"{maven} is Maven {'.'.join(map(str, version))}, too old. {_INSTALL_MAVEN}.")
    return maven


def maven_version(text: str) -> tuple[int, int, int] | None:
    """The version that ``mvn -version`` printed, or None.

    >>> maven_version("Apache Maven 3.8.7\\nMaven home: /usr/share/maven"), maven_version("?")
    ((3, 8, 7), None)
    """
    match = re.search(r"Apache Maven (\d+)\.(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None
