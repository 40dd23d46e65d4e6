"""``make bench-scaling``: what the stage of ``make bench`` costs by partitions and workers, and what idling costs.

All input becomes visible at once, in one transaction, when every worker has its partitions; measured as the peers are
(benchmarks/peers/measurement.py). Idle is the share of a core of one ``spillway worker`` with all stages, no traffic.
"""

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

import confluent_kafka
from rich.console import Console
from rich.table import Table

from benchmarks import latency
from benchmarks.engine import RECORDS, SINK, SOURCE, record, topics
from benchmarks.peers.measurement import CpuMeter, Result, Sink, completeness, cpu_s, result
from benchmarks.peers.pass_through import STAGE
from benchmarks.peers.programs import ENDED_S, STALLED_S, end, python, spawn
from benchmarks.topics import create_topics, new_prefix
from streams.local import LocalBroker

PARTITIONS = (4, 16, 64)
WORKERS = (1, 2)
READY_S = 60.0
IDLE_S = 30.0
SETTLE_S = 10.0


def measure(bootstrap: str, partitions: int, workers: int, records: int) -> Result:
    """One run on fresh topics. Raises RuntimeError when a worker does not become ready."""
    prefix = new_prefix()
    create_topics(bootstrap, topics(prefix, STAGE, partitions))
    producer = fill(bootstrap, prefix + SOURCE.name, records)
    sink = Sink(bootstrap, prefix + SINK.name)
    argv = [*python("pass_through"), bootstrap, prefix, str(partitions)]
    with tempfile.TemporaryDirectory(prefix="spillway-scaling-", ignore_cleanup_errors=True) as name:
        processes: list[subprocess.Popen[bytes]] = []
        try:
            for number in range(workers):
                folder = Path(name) / str(number)
                folder.mkdir()
                processes.append(spawn(argv, folder))
                _until_ready(processes[-1], folder)
            with CpuMeter([process.pid for process in processes]) as meter:
                producer.commit_transaction()

                def stalled(quiet_s: float) -> bool:
                    alive = all(process.poll() is None for process in processes)
                    return quiet_s > (STALLED_S if alive else ENDED_S)

                times_s, ids = sink.wait(records, stalled)
        finally:
            for process in processes:
                end(process)
            sink.close()
    return result(times_s, ids, records, meter, "")


def fill(bootstrap: str, topic: str, records: int) -> confluent_kafka.Producer:
    """Write all records in a transaction that is left open: its commit shows them to everybody at once."""
    settings = {"bootstrap.servers": bootstrap, "linger.ms": 20, "queue.buffering.max.messages": 1_000_000}
    settings |= {"partitioner": "murmur2_random", "log_level": 0, "transactional.id": topic}
    producer = confluent_kafka.Producer(settings | {"transaction.timeout.ms": 300_000})
    producer.init_transactions()
    producer.begin_transaction()
    for number in range(records):
        key, value = record(number)
        producer.produce(topic, key=key, value=value)
        if number % 10_000 == 0:
            producer.poll(0)
    if producer.flush(60):
        raise RuntimeError("the broker did not take all records")
    return producer


def _until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline_s = time.monotonic() + READY_S
    while not (folder / "stdout").read_text():
        if process.poll() is not None or time.monotonic() > deadline_s:
            raise RuntimeError(f"the worker did not become ready: {(folder / 'stderr').read_text()[-500:]}")
        time.sleep(0.1)


def idle_share(bootstrap: str, idle_s: float = IDLE_S) -> float:
    """CPU seconds a second of a ready worker of all stages without traffic, broker apart."""
    with latency.worker(bootstrap, new_prefix()) as process:
        time.sleep(SETTLE_S)
        began_s, used_s = time.monotonic(), cpu_s(process.pid)
        time.sleep(idle_s)
        return (cpu_s(process.pid) - used_s) / (time.monotonic() - began_s)


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="make bench-scaling", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    args = parser.parse_args()
    console = Console()
    table = Table(title="The stage of make bench by partitions and workers", title_justify="left")
    for heading in ("partitions", "workers", "events/s", "CPU us/event", "outputs"):
        table.add_column(heading, justify="left" if heading == "outputs" else "right")
    with LocalBroker() as broker:
        share = idle_share(broker.bootstrap)
        for workers in WORKERS:
            for partitions in PARTITIONS:
                console.print(f"{partitions} partitions, {workers} workers")
                one = measure(broker.bootstrap, partitions, workers, 2 * args.records)
                figures = (f"{one.events_per_s:,.0f}", f"{one.cpu_us:.1f}")
                table.add_row(str(partitions), str(workers), *figures, completeness(one))
    console.print(table)
    console.print(f"Idle with all seven stages: {share:.1%} of a core over {IDLE_S:.0f} s; asked: below 5%.")
    console.print(f"{args.records:,} records after as many to warm up. Load average {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
