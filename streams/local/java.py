"""Finds a Java that can run Kafka, and writes the command lines that run it."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from streams.local.errors import LocalBrokerError

JAVA_VERSION_MIN = 17
"""Kafka 4's brokers and tools are compiled for Java 17."""

_INSTALL_JAVA = (
    f"Install Java {JAVA_VERSION_MIN} or newer (for example `apt install openjdk-{JAVA_VERSION_MIN}-jre-headless`)"
)
_LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")


def find_java() -> Path:
    """The Java to run: ``$JAVA_HOME/bin/java`` where that is set, else the first ``java`` on the PATH.

    Raises LocalBrokerError when there is none, when it does not run, or when it is older than 17.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    if found is None:
        where = f"in JAVA_HOME ({home})" if home else "on the PATH"
        raise LocalBrokerError(f"No Java {where}. {_INSTALL_JAVA}, or point JAVA_HOME at one.")
    try:
        answer = subprocess.run([found, "-version"], capture_output=True, text=True, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalBrokerError(f"{found} does not run ({error}). {_INSTALL_JAVA}.") from error
    version = java_version(answer.stderr + answer.stdout)
    if answer.returncode != 0 or version is None:
        raise LocalBrokerError(f"`{found} -version` does not say its version. {_INSTALL_JAVA}.")
    if version < JAVA_VERSION_MIN:
        raise LocalBrokerError(
            f"{found} is Java {version}, too old for Kafka. {_INSTALL_JAVA}, or set JAVA_HOME to it."
        )
    return Path(found)


def java_version(text: str) -> int | None:
    """The feature release that ``java -version`` printed, or None; before Java 9 it came second (1.8).

    >>> java_version('openjdk version "17.0.15" 2025-04-15'), java_version('java version "1.8.0_392"')
    (17, 8)
    """
    match = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(match[1]) if match else None


def java_command(java: Path, jars: Path, class_name: str, options: Sequence[str], args: Sequence[str]) -> list[str]:
    """The argv that runs a class of Kafka's, ``options`` for the JVM and ``args`` for the class, logging quietly.

    >>> java_command(Path("java"), Path("jars"), "kafka.Kafka", ["-Xmx1g"], ["a.properties"])[-3:]
    ['jars/*', 'kafka.Kafka', 'a.properties']
    """
    # The first compiler alone (measured, medians of 3, broker with 2 cores): starts in 1.7 s instead of 2.3, and takes
    # 190-220k records/s in transactions of 5,000 instead of 160-170k, as the second compiler competes for the cores.
    # G1 and the serial collector did not differ. Without -UsePerfData a killed JVM leaves a file in /tmp.
    usual = [
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseG1GC",
        "-XX:-UsePerfData",
        f"-Dlog4j2.configurationFile={_LOG_SETTINGS}",
    ]
    return [str(java), *usual, *options, "-cp", f"{jars}/*", class_name, *args]
