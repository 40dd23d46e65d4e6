"""``make bench``: one table from one run on one broker. About twelve minutes."""

import logging
import os

from rich.console import Console
from rich.table import Table

from benchmarks import engine, latency, restore, triage
from streams.local import LocalBroker


def main() -> None:
    """Measure everything and print it."""
    logging.disable(logging.ERROR)
    console = Console()
    table = Table(title="Spillway on one broker, all on this machine", title_justify="left")
    for heading in ("what", "events/s", "CPU us/event", "beside the transactional loop"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    waits = Table(title="messages.raw to tickets.assignments, all seven stages", title_justify="left")
    for heading in ("what", "p50 ms", "p99 ms", "messages", "missing"):
        waits.add_column(heading, justify="left" if heading == "what" else "right")
    triaging = Table(title="Triage alone, exactly once, one worker", title_justify="left")
    for heading in ("what", "messages/s", "CPU us/message", "of the CPU time"):
        triaging.add_column(heading, justify="left" if heading in ("what", "of the CPU time") else "right")
    with LocalBroker() as broker:
        console.print("1 of 4: throughput, 500,000 records, three rounds (two minutes)")
        speeds = engine.measure(broker)
        reference = speeds[engine.TRANSACTIONAL].events_per_s
        for name, speed in speeds.items():
            ratio = f"{speed.events_per_s / reference:.2f} x"
            table.add_row(name, f"{speed.events_per_s:,.0f}", f"{speed.cpu_us:.1f}", ratio)
        console.print("2 of 4: restoring 100,000 rows (one minute)")
        restore_s = restore.measure(broker)
        console.print("3 of 4: triage alone, 150,000 messages, four rounds (one minute)")
        for name, stated in (("language stated", True), ("language detected", False)):
            alone = triage.measure(broker, stated=stated)
            steps = ", ".join(f"{step} {share:.0%}" for step, share in alone.shares.items())
            triaging.add_row(name, f"{alone.messages_per_s:,.0f}", f"{alone.cpu_us:.1f}", steps)
        console.print("4 of 4: latency, twice three minutes and one minute")
        for name, rate_per_s, seconds, bad_every in (
            ("500 messages/s", latency.RATE_PER_S, latency.SECONDS, None),
            ("500 messages/s, 10% bad records beside them", latency.RATE_PER_S, latency.SECONDS, 10),
            ("2,000 messages/s", latency.HIGH_RATE_PER_S, latency.HIGH_SECONDS, None),
        ):
            result = latency.measure(broker, rate_per_s=rate_per_s, seconds=seconds, bad_every=bad_every)
            waits.add_row(
                name, f"{result.p50_ms:.0f}", f"{result.p99_ms:.0f}", f"{result.messages:,}", f"{result.missing:,}"
            )
    console.print(table)
    console.print(triaging)
    console.print(waits)
    console.print(f"A partition with 100,000 rows, after an hour's churn, opens in {restore_s:.2f} s.")


if __name__ == "__main__":
    main()
    # Faust's threads may outlive their loop; everything is measured and the broker is gone.
    os._exit(0)
