import asyncio
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from streams.cli.errors import ExitCode
from streams.local import LocalBroker
from streams.local.ports import free_ports
from streams.web.server import WebServer
from tests.deploy.files import DOCKERFILE, ROOT
from tests.flow.deployment import eventually

LINES = re.sub(r"\\\n\s*", "", DOCKERFILE.read_text()).splitlines()
BUILD, IMAGE = (stage.splitlines() for stage in re.split(r"(?m)^(?=FROM )", "\n".join(LINES))[1:])
RUNTIME_LOCK = ROOT / "requirements-runtime.lock"
USE = """
from detectors.surge import SurgeBank
from detectors.text import TextMessage, Triage
from streams.runtime.partitioner import key_hash
Triage.default().triage_many([TextMessage("Where is my parcel?")])
bank = SurgeBank("default")
for minute in range(10):
    bank.close(60.0 * minute, {"all": (5, 1)})
SurgeBank("default").restore({key: row for key, row in bank.changed_rows().items() if row is not None})
key_hash(b"conversation-1")
"""


def instruction(name: str) -> str:
    """The only one of this name in the image's own stage."""
    (found,) = [line.strip() for line in IMAGE if line.strip().startswith(f"{name} ")]
    return found.removeprefix(f"{name} ")


def words(text: str) -> list[str]:
    """The list of an instruction in exec form."""
    found: list[str] = json.loads(text)
    return found


def here(command: list[str]) -> list[str]:
    """A command of the image with this environment's programs."""
    return [str(Path(sys.executable).with_name(command[0])), *command[1:]]


def pins(path: Path) -> dict[str, tuple[str, set[str]]]:
    """Of each package of a lock its version and its hashes."""
    entries = re.findall(r"(?m)^([a-z0-9._-]+)==(\S+) \\\n((?:\s+--hash=\S+(?: \\)?\n)+)", path.read_text())
    return {name: (version, set(re.findall(r"sha256:[0-9a-f]{64}", hashes))) for name, version, hashes in entries}


def test_hadolint_has_nothing_to_say(hadolint: str) -> None:
    answer = subprocess.run([hadolint, str(DOCKERFILE)], capture_output=True, text=True, timeout=60)
    assert (answer.returncode, answer.stdout) == (0, "")


def test_both_stages_start_from_the_same_pinned_python() -> None:
    bases = [line.split()[1] for line in LINES if line.startswith("FROM ")]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", bases[0])


def test_the_image_does_not_run_as_root() -> None:
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", instruction("USER"))


def test_what_is_copied_into_the_build_exists() -> None:
    sources = [source for line in BUILD if line.startswith("COPY ") for source in line.split()[1:-1]]
    assert "requirements-runtime.lock" in sources
    assert all((ROOT / source).exists() for source in sources)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {package.rstrip("*") for package in packages} <= set(sources)


def test_the_build_is_sent_what_it_copies_and_nothing_else() -> None:
    ignore = DOCKERFILE.with_name("Dockerfile.dockerignore").read_text().splitlines()
    sources = {source for line in BUILD if line.startswith("COPY ") for source in line.split()[1:-1]}
    assert ignore[1] == "*"
    assert {line.removeprefix("!") for line in ignore if line.startswith("!")} == sources


def test_nothing_is_installed_without_its_hash() -> None:
    installs = [line for line in BUILD if "pip install" in line]
    assert len(installs) == 2
    assert all("--require-hashes" in line or "--no-deps --no-build-isolation" in line for line in installs)


def test_the_image_has_what_the_lock_of_developers_has_and_no_tools_of_theirs() -> None:
    runtime, everything = pins(RUNTIME_LOCK), pins(ROOT / "requirements.lock")
    assert runtime == {name: everything[name] for name in runtime}, "run: make lock"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed, tools = (
        {re.split(r"[<>=\[;]", entry)[0] for entry in entries}
        for entries in (project["dependencies"], project["optional-dependencies"]["dev"])
    )
    assert needed <= runtime.keys()
    assert not tools & runtime.keys()


def test_the_entry_point_with_its_default_command_is_a_command_of_ours() -> None:
    command = here([*words(instruction("ENTRYPOINT")), *words(instruction("CMD"))])
    answer = subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0
    assert "Run stages until SIGTERM" in answer.stdout


def test_the_one_shot_service_makes_the_topics_and_then_there_is_nothing_left_to_plan(broker: LocalBroker) -> None:
    environment = os.environ | {"SPILLWAY_KAFKA__BOOTSTRAP": broker.bootstrap, "SPILLWAY_KAFKA__PREFIX": "image-test."}

    def topics(verb: str) -> str:
        command = here([*words(instruction("ENTRYPOINT")), "topics", verb])

        def ended() -> subprocess.CompletedProcess[str] | None:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
            return None if done.returncode == ExitCode.UNREACHABLE else done

        done: subprocess.CompletedProcess[str] = eventually(ended, 60, "a broker answers, which may be busy")
        assert done.returncode == ExitCode.OK, done.stderr
        return done.stdout

    assert "image-test.messages.raw" in topics("apply")
    assert topics("plan").startswith("Nothing to do")


@pytest.mark.timeout(1_100)
def test_the_kernels_are_compiled_while_the_image_is_built(tmp_path: Path) -> None:
    (warm,) = [line for line in IMAGE if line.startswith("RUN [")]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_CPU_NAME": "generic"}
    assert f"NUMBA_CPU_NAME={environment['NUMBA_CPU_NAME']}" in instruction("ENV")

    def kernels() -> set[str]:
        return {file.name for file in tmp_path.rglob("*.nbc")}

    def run(program: list[str]) -> None:
        subprocess.run(here(program), env=environment, check=True, timeout=500)

    run(words(warm.removeprefix("RUN ")))
    compiled = kernels()
    assert compiled
    run(["python", "-c", USE])
    assert kernels() == compiled


async def test_the_health_check_tells_a_live_worker_from_one_that_should_be_restarted() -> None:
    port, _ = free_ports()
    check = words(next(line for line in IMAGE if "HEALTHCHECK" in line).partition(" CMD ")[2])
    command = [part.replace(":8585/", f":{port}/") for part in here(check)]
    assert f"EXPOSE {8585}" in IMAGE
    assert sum("timeout=4" in part for part in command) == 1
    patient = [part.replace("timeout=4", "timeout=60") for part in command]  # a busy machine is no sick worker

    async def healthy() -> bool:
        process = await asyncio.create_subprocess_exec(*patient, stderr=asyncio.subprocess.DEVNULL)
        return await process.wait() == 0

    live = True
    server = WebServer(CollectorRegistry(), live=lambda: live, not_ready=tuple)
    assert not await healthy()
    await server.start("127.0.0.1", port)
    try:
        assert await healthy()
        live = False
        assert not await healthy()
    finally:
        await server.stop()
