"""Builds the Kafka Streams program, once, with Maven, into the user's cache folder."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from streams.local.classpath import DOWNLOAD_TIMEOUT_S, cache_folder, find_maven
from streams.local.errors import LocalBrokerError
from streams.local.java import find_java

PROJECT = Path(__file__).with_name("streams-java")


def streams_command(*args: str) -> list[str]:
    """The argv that runs the Kafka Streams program, on a JVM with its default settings.

    Raises LocalBrokerError when Java or Maven is missing or too old, or when the build fails.
    """
    built = _built()
    # The local broker runs with the first compiler alone; this one keeps both, as its users' would.
    return [str(find_java()), "-XX:-UsePerfData", "-cp", f"{built}/build/classes:{built}/jars/*", "StreamsPeer", *args]


def _built() -> Path:
    """The folder with classes and jars; its name carries the sources' digest. Filled whole or not at all."""
    sources = [PROJECT / "pom.xml", *sorted(PROJECT.rglob("*.java"))]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]
    built = cache_folder() / f"streams-peer-{digest}"
    if built.is_dir():
        return built
    part = built.with_name(f"{built.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    goals = ["compile", "dependency:copy-dependencies"]
    options = [f"-Dpeer.target={part}", f"-DoutputDirectory={part}/jars", "-DincludeScope=runtime"]
    # -C refuses a jar whose checksum is wrong.
    build = [find_maven(), "-q", "-B", "-C", "-Dstyle.color=never", "-f", str(PROJECT / "pom.xml"), *goals, *options]
    answer = subprocess.run(build, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S)
    if answer.returncode != 0:
        said = "\n".join((answer.stdout + answer.stderr).strip().splitlines()[:8])
        raise LocalBrokerError(f"Maven could not build the Kafka Streams program. It said:\n{said}")
    part.rename(built)
    return built
