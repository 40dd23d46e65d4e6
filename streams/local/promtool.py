"""Finds Prometheus's programs, for tests of the rules: on the PATH, else Debian's packages in the user's cache folder.

Nothing is installed and nobody needs to be root: ``apt-get download`` checks the packages' signatures, and ``dpkg -x``
unpacks them into the cache.
"""

import fcntl
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from streams.local.classpath import cache_folder

PACKAGES = {"promtool": "prometheus", "prometheus": "prometheus", "amtool": "prometheus-alertmanager"}
"""The Debian and Ubuntu package of each program."""

DOWNLOAD_TIMEOUT_S = 300.0
_log = logging.getLogger(__name__)


class ToolMissingError(Exception):
    """A program is not here and cannot be fetched. The message says how to get it."""


def find_tool(name: str, cache: Path | None = None) -> Path:
    """The program ``name``: promtool, prometheus or amtool. ``cache`` is the folder to keep packages in.

    Any number of processes may call this at once: one fetches, the others wait for it.
    Raises ToolMissingError where it is not on the PATH and there is no apt, or when apt cannot fetch it; KeyError for
    any other name.
    """
    package = PACKAGES[name]
    if found := shutil.which(name):
        return Path(found)
    how = f"Install {package} (for example `apt install {package}`, or from prometheus.io), so that {name} is on PATH"
    folder = debian_package(package, name, how, cache)
    tool = folder / "usr" / "bin" / name
    if not tool.is_file():
        raise ToolMissingError(f"The package {package} holds no {name}. {how}.")
    return tool


def debian_package(package: str, wanted: str, how: str, cache: Path | None = None) -> Path:
    """The folder into which Debian's ``package`` is unpacked, for ``wanted``; ``how`` says how else one can have that.

    Raises ToolMissingError where there is no apt, or when apt cannot fetch it.
    """
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise ToolMissingError(f"No {wanted} on the PATH, and no apt-get and dpkg to fetch it with. {how}.")
    folder = (cache or cache_folder()) / f"debian-{package}"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_name(f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                _fetch(package, folder)
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or "").strip()[-500:]
        raise ToolMissingError(f"Could not fetch {package}: {said or error}. {how}.") from error
    return folder


def _fetch(package: str, folder: Path) -> None:
    """Fill ``folder``, whose lock the caller holds: it appears whole or not at all."""
    _log.info("Fetching Debian's package %s (once) into %s", package, folder)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        try:
            _run(["apt-get", "download", package], work)
        except subprocess.CalledProcessError:
            # No package lists on this machine, or old ones: fetch our own, beside those that only root may renew.
            (work / "lists" / "partial").mkdir(parents=True)
            (work / "archives" / "partial").mkdir(parents=True)
            own = ["-o", f"Dir::State::Lists={work / 'lists'}", "-o", f"Dir::Cache={work}"]
            _run(["apt-get", *own, "update"], work)
            _run(["apt-get", *own, "download", package], work)
        (archive,) = work.glob(f"{package}_*.deb")
        _run(["dpkg", "-x", str(archive), "unpacked"], work)
        (work / "unpacked").rename(folder)


def _run(command: Sequence[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S)  # noqa: S603
