"""One demo run, as people start it, on an outage of its own, watched by the real Prometheus; and Ctrl-C in others.

The day goes at sixty times its pace: what holds a machine up for seconds is minutes to the demo. So it is run again
where the machine was too busy for it, and says so, or where messages stood still.
"""

import os
import re
import signal
import subprocess
import sys
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
from tests.flow.deployment import SPILLWAY, Worker, eventually

METRICS = re.compile(r"http://127\.0\.0\.1:(\d+)(?=/metrics)")
READ = re.compile(r'^spillway_records_total\{stage="triage",topic="messages\.raw"\} (\S+)', re.MULTILINE)
WITHIN_S = 600.0
pytestmark = pytest.mark.timeout(4_500)  # it runs for two and a half minutes; what it waits for has limits
BUSY = "this machine is too busy for a demo now"
IN_MEMORY = "The same day in memory"
STALL_S = 2.0
LEAD_S = 120.0
PATIENT = f"from streams.cli import demo, main; demo.LEAD_S = {LEAD_S}; main.main()"
"""``spillway``, whose demo has more time to set up."""
SHORTER = {
    "length_min = 180": "length_min = 80",
    "from_min = 60": "from_min = 15",
    "to_min = 102": "to_min = 45",
}
"""The outage of the demo in an hour and twenty minutes, so that the tests are done sooner."""


class TooBusyError(Exception):
    """The demo could not set up in time."""


@dataclass
class Demo:
    """A ``spillway demo`` of its own process. All that it makes is in ``folder``."""

    process: subprocess.Popen[bytes]
    folder: Path
    said: Path
    firing: set[str] = field(default_factory=set)
    outcome: dict[str, Any] = field(default_factory=dict)
    stalled: bool = False

    def has_said(self, words: str) -> bool:
        ended = self.process.poll() is not None
        said = self.said.read_text()
        if ended and BUSY in said:
            raise TooBusyError(said)
        assert not ended, said
        return words in said

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


@dataclass
class Flow:
    """Whether messages went through all the time. They do not while the machine holds up who sends or handles them."""

    read: float = 0.0
    since_s: float = 0.0
    stalled: bool = False

    def look(self, metrics: str) -> None:
        found = READ.search(metrics)
        if found is not None and float(found[1]) > self.read:
            # Only when it is over, for the last silence is the end of the day.
            self.stalled |= self.read > 0 and time.monotonic() - self.since_s > STALL_S
            self.read, self.since_s = float(found[1]), time.monotonic()


def start(folder: Path, *arguments: str, patient: bool = False) -> Demo:
    """Start one whose standard error goes to a file, in a process group of its own, as a terminal would."""
    said, temporary = folder / "said", folder / "tmp"
    temporary.mkdir(parents=True)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SPILLWAY_")}
    with said.open("wb") as stderr:
        process = subprocess.Popen(
            [*((sys.executable, "-c", PATIENT) if patient else SPILLWAY), "demo", "--json", *arguments],
            env=environ | {"TMPDIR": str(temporary)},
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=stderr,
            process_group=0,
        )
    return Demo(process, temporary, said)


def watched(folder: Path, prometheus_program: str, *, patient: bool) -> Demo:
    """Run one to its end; ``firing`` are the alerts that Prometheus saw while the day was played."""
    text = (files("streams.local") / "scenarios/outage-x3.toml").read_text(encoding="utf-8")
    for long, short in SHORTER.items():
        assert long in text
        text = text.replace(long, short)
    folder.mkdir()
    (folder / "outage.toml").write_text(text)
    demo, flow = start(folder, "--scenario", str(folder / "outage.toml"), patient=patient), Flow()
    try:
        eventually(lambda: demo.has_said("/metrics"), 240, "the demo says where its metrics are")
        address = METRICS.search(demo.said.read_text())
        assert address is not None
        worker = Worker(demo.process, int(address[1]), demo.said)
        with running_prometheus(prometheus_program, folder, [address[0].removeprefix("http://")]) as prometheus:
            deadline_s = time.monotonic() + WITHIN_S
            while demo.process.poll() is None and time.monotonic() < deadline_s:
                now = alerts(prometheus)
                if IN_MEMORY not in demo.said.read_text():  # with these words it has ended its worker
                    demo.firing |= {name for name, alert in now.items() if alert["state"] == "firing"}
                    flow.look(worker.metrics())
                time.sleep(0.3)  # Prometheus tells nobody by itself
        demo.stalled = flow.stalled
        assert demo.process.stdout is not None
        lines = demo.process.communicate(timeout=60)[0].splitlines()
        if BUSY in (said := demo.said.read_text()):
            raise TooBusyError(said)
        assert lines, said
        demo.outcome = orjson.loads(lines[-1])
    finally:
        if demo.process.poll() is None:
            demo.process.send_signal(signal.SIGINT)
            demo.process.wait(60)
    return demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str]) -> Demo:
    """It is run once. It may be run again where the machine held it up."""
    folder, program = tmp_path_factory.mktemp("demo"), tool("prometheus")

    def run(name: str) -> Demo:
        try:
            return watched(folder / name, program, patient=False)
        except TooBusyError:
            return watched(folder / f"{name}-patient", program, patient=True)

    demo = run("first")
    # Messages that stand still for seconds are empty minutes amid a surge, or minutes that nobody could count.
    if demo.stalled and (demo.outcome["surges"] != 1 or "VolumeNotMeasured" in demo.firing):
        demo = run("second")
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
    eventually(lambda: demo.left_behind() == [], 60, "nothing of it is left")


def interrupt(folder: Path, words: str) -> None:
    """Press Ctrl-C when a demo has said these words, and see to it that it ends well."""
    try:
        press(start(folder / "first"), words)
    except TooBusyError:
        press(start(folder / "patient", patient=True), words)


def press(demo: Demo, words: str) -> None:
    try:
        eventually(lambda: demo.has_said(words), 400, f"the demo says {words!r}")
        os.killpg(demo.process.pid, signal.SIGINT)  # as a terminal does: to all of its processes
        assert demo.process.wait(120) == 130, demo.said.read_text()
        eventually(lambda: demo.left_behind() == [], 60, "nothing of it is left")
        assert "Traceback" not in demo.said.read_text()
    finally:
        if demo.process.poll() is None:
            demo.process.kill()


def test_ctrl_c_at_any_moment_leaves_nothing_running_and_nothing_behind(tmp_path: Path) -> None:
    # At once, each with a broker of its own: most of their time is waiting for programs to start.
    moments = ("Starting a local Apache Kafka", "Starting a worker", "triaged")
    folders = [tmp_path / str(number) for number in range(len(moments))]
    with ThreadPoolExecutor(len(moments)) as pool:
        for _ in pool.map(interrupt, folders, moments):
            pass
