"""Who is compared: each peer's command, what it promises, and what is asked of us beside it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.engine import SINK, SOURCE, record, topics
from benchmarks.peers.java import streams_command
from benchmarks.peers.measurement import CpuMeter, Result, Sink, result
from benchmarks.peers.pass_through import STAGE
from benchmarks.topics import create_topics, new_prefix, produce_all

ROOT = Path(__file__).parents[2]
QUIX_PYTHON = ROOT / ".venv-peers/bin/python"
STALLED_S = 60.0
ENDED_S = 3.0

Command = Callable[[str, str, int, Path], list[str]]
"""(bootstrap, prefix, records, a folder of its own) to argv."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One row of the table. ``goal``: how many times its speed ours is to be. ``records_max`` shortens slow ones."""

    name: str
    promise: str
    command: Command
    goal: float | None = None
    records_max: int | None = None


def python(module: str) -> list[str]:
    """The argv of one of our own programs."""
    return [sys.executable, "-m", f"benchmarks.peers.{module}"]


PEERS = (
    Peer(
        "Spillway",
        "exactly once, rows of state",
        lambda at, prefix, records, folder: [*python("pass_through"), at, prefix, str(SOURCE.partitions)],
    ),
    Peer(
        "bare loop",
        "confluent-kafka, a transaction per 5,000, no state",
        lambda at, prefix, records, folder: [*python("bare_loop"), at, prefix, str(records)],
        goal=0.9,
    ),
    Peer(
        "Kafka Streams",
        "4.3.1, exactly_once_v2, a RocksDB store with a changelog",
        lambda at, prefix, records, folder: streams_command(at, prefix, str(folder)),
        goal=1.0,
    ),
    Peer(
        "Quix Streams",
        "3.28.1, exactly-once, a RocksDB store with a changelog",
        lambda at, prefix, records, folder: [
            str(QUIX_PYTHON),
            str(Path(__file__).with_name("quix_streams.py")),
            at,
            prefix,
        ],
        goal=1.8,
    ),
    Peer(
        "stock Faust",
        "0.15.3, at_least_once, a table in memory with a changelog; 25,000 records after 25,000",
        lambda at, prefix, records, folder: [*python("stock_faust"), at, prefix],
        goal=20.0,
        records_max=25_000,
    ),
)


def spawn(argv: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start a program in a folder of its own; what it says goes to files there."""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with (folder / "stdout").open("ab") as stdout, (folder / "stderr").open("ab") as stderr:
        return subprocess.Popen(argv, cwd=folder, env=environ, stdout=stdout, stderr=stderr)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop, and kill it when it does not."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def measure(bootstrap: str, peer: Peer, records: int) -> Result:
    """One run of one peer, on fresh topics that hold all input at its start: ``records`` after as many to warm up."""
    records = 2 * min(records, peer.records_max or records)
    prefix = new_prefix()
    create_topics(bootstrap, topics(prefix, STAGE))
    produce_all(bootstrap, prefix + SOURCE.name, (record(number) for number in range(records)))
    sink = Sink(bootstrap, prefix + SINK.name)
    with tempfile.TemporaryDirectory(prefix="spillway-peer-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        process = spawn(peer.command(bootstrap, prefix, records, folder), folder)

        def stalled(quiet_s: float) -> bool:
            return quiet_s > (STALLED_S if process.poll() is None else ENDED_S)

        try:
            with CpuMeter([process.pid]) as meter:
                times_s, ids = sink.wait(records, stalled)
            note = ""
            if process.poll():
                note = ((folder / "stderr").read_text(errors="replace").strip().splitlines() or ["no word"])[-1]
                note = f"ended with {process.returncode}: {note}"
        finally:
            end(process)
            sink.close()
    return result(times_s, ids, records, meter, note)
