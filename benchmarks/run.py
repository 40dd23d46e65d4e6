"""``make bench``: one table from one run on one broker. About ten minutes."""

import logging
import os

from rich.console import Console
from rich.table import Table

from benchmarks import engine, latency, restore
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
    with LocalBroker() as broker:
        console.print("1 of 3: throughput, 500,000 records, three rounds (two minutes)")
        speeds = engine.measure(broker)
        reference = speeds[engine.TRANSACTIONAL].events_per_s
        for name, speed in speeds.items():
            ratio = f"{speed.events_per_s / reference:.2f} x"
            table.add_row(name, f"{speed.events_per_s:,.0f}", f"{speed.cpu_us:.1f}", ratio)
        console.print("2 of 3: restoring 100,000 rows (one minute)")
        restore_s = restore.measure(broker)
        console.print("3 of 3: latency, twice three minutes and one minute")
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
    console.print(waits)
    console.print(f"A partition with 100,000 rows, after an hour's churn, opens in {restore_s:.2f} s.")


if __name__ == "__main__":
    main()
    # Faust's threads may outlive their loop; everything is measured and the broker is gone.
    os._exit(0)
