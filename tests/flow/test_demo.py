"""One demo run, as people start it, on an outage of its own, watched by the real Prometheus; and Ctrl-C in others."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.deploy.prometheus import alerts, running_prometheus
from tests.flow.deployment import SPILLWAY, eventually

METRICS = re.compile(r"http://127\.0\.0\.1:\d+(?=/metrics)")
WITHIN_S = 300.0
pytestmark = pytest.mark.timeout(WITHIN_S + 120)  # it runs for two and a half minutes; what it waits for has limits
SHORTER = {
    "length_min = 180": "length_min = 80",
    "from_min = 60": "from_min = 15",
    "to_min = 102": "to_min = 45",
}
"""The outage of the demo in an hour and twenty minutes, so that the tests are done sooner."""


@dataclass
class Demo:
    """A ``spillway demo`` of its own process. All that it makes is in ``folder``."""

    process: subprocess.Popen[bytes]
    folder: Path
    said: Path
    firing: set[str] = field(default_factory=set)
    outcome: dict[str, Any] = field(default_factory=dict)

    def has_said(self, words: str) -> bool:
        assert self.process.poll() is None, self.said.read_text()
        return words in self.said.read_text()

    def left_behind(self) -> list[str]:
        """Processes that still run in its name, and files that it left."""
        processes = processes_with(f"TMPDIR={self.folder}".encode())
        return [*map(str, self.folder.iterdir()), *map(str, processes)]


def processes_with(mark: bytes) -> Iterator[int]:
    """The processes whose environment holds ``mark``."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if mark in (entry / "environ").read_bytes():
                    yield int(entry.name)
            except OSError:
                continue  # it has ended meanwhile, or is somebody else's


def start(folder: Path, *arguments: str) -> Demo:
    """Start one whose standard error goes to a file, in a process group of its own, as a terminal would."""
    said, temporary = folder / "said", folder / "tmp"
    temporary.mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SPILLWAY_")}
    with said.open("wb") as stderr:
        process = subprocess.Popen(
            [*SPILLWAY, "demo", "--json", *arguments],
            env=environ | {"TMPDIR": str(temporary)},
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=stderr,
            process_group=0,
        )
    return Demo(process, temporary, said)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str]) -> Demo:
    """It is run once, to its end; ``firing`` are the alerts that Prometheus saw on the way."""
    folder = tmp_path_factory.mktemp("demo")
    program = tool("prometheus")
    text = (files("streams.local") / "scenarios/outage-x3.toml").read_text(encoding="utf-8")
    for long, short in SHORTER.items():
        assert long in text
        text = text.replace(long, short)
    (folder / "outage.toml").write_text(text)
    demo = start(folder, "--scenario", str(folder / "outage.toml"))
    try:
        eventually(lambda: demo.has_said("/metrics"), 60, "the demo says where its metrics are")
        address = METRICS.search(demo.said.read_text())
        assert address is not None
        with running_prometheus(program, folder, [address[0].removeprefix("http://")]) as prometheus:
            deadline_s = time.monotonic() + WITHIN_S
            while demo.process.poll() is None and time.monotonic() < deadline_s:
                now = alerts(prometheus)
                demo.firing |= {name for name, alert in now.items() if alert["state"] == "firing"}
                time.sleep(0.5)  # Prometheus tells nobody by itself
        assert demo.process.stdout is not None
        *_, last = demo.process.communicate(timeout=1)[0].splitlines()
        demo.outcome = orjson.loads(last)
    finally:
        if demo.process.poll() is None:
            demo.process.send_signal(signal.SIGINT)
            demo.process.wait(60)
    return demo


def test_every_message_is_triaged_once_and_the_broken_ones_are_set_aside(demo: Demo) -> None:
    outcome = demo.outcome
    assert demo.process.returncode == 0
    assert outcome["lost"] == outcome["duplicated"] == 0
    assert outcome["duplicates"] > 0
    assert outcome["dead_letters"] > 0
    assert outcome["messages"] == outcome["triaged"] + outcome["duplicates"] + outcome["dead_letters"]
    assert outcome["decided"] + outcome["waiting"] == outcome["tickets"] > 1_000


def test_the_outage_is_one_surge_and_the_vendor_is_asked_and_opens_seats(demo: Demo) -> None:
    outcome = demo.outcome
    assert outcome["surges"] == 1
    assert outcome["detection_delay_s"] > 0
    assert 0 < outcome["seats_opened"] <= outcome["seats_requested"]


def test_the_service_breaks_down_in_the_outage_and_recovers_with_the_vendor_only(demo: Demo) -> None:
    live, simulated = demo.outcome["service_level"], demo.outcome["simulated"]
    assert live["during"] < live["before"]
    assert live["after"] > live["during"]
    assert simulated["with_vendor"]["service_level"]["after"] > simulated["without_vendor"]["service_level"]["after"]


def test_the_real_prometheus_sees_the_surge_and_nothing_that_would_wake_somebody_for_nothing(demo: Demo) -> None:
    assert "SurgeActive" in demo.firing
    assert not demo.firing & {"StageFailed", "PipelineStalled", "WorkerDown", "VolumeNotMeasured"}


def test_it_leaves_nothing_running_and_nothing_behind(demo: Demo) -> None:
    assert demo.left_behind() == []


def interrupt(demo: Demo, words: str) -> None:
    """Press Ctrl-C when the demo has said these words, and see to it that it ends well."""
    try:
        eventually(lambda: demo.has_said(words), 150, f"the demo says {words!r}")
        os.killpg(demo.process.pid, signal.SIGINT)  # as a terminal does: to all of its processes
        assert demo.process.wait(40) == 130, demo.said.read_text()
        eventually(lambda: demo.left_behind() == [], 10, "nothing of it is left")
        assert "Traceback" not in demo.said.read_text()
    finally:
        if demo.process.poll() is None:
            demo.process.kill()


def test_ctrl_c_at_any_moment_leaves_nothing_running_and_nothing_behind(tmp_path: Path) -> None:
    # At once, each with a broker of its own: most of their time is waiting for programs to start.
    moments = ("Starting a local Apache Kafka", "Starting a worker", "triaged")
    folders = [tmp_path / str(number) for number in range(len(moments))]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(len(moments)) as pool:
        for _ in pool.map(interrupt, map(start, folders), moments):
            pass
