"""``make bench``: tables from one run on one broker (twenty minutes); ``ARGS="triage latency"`` for some parts."""

import argparse
import logging
import os
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from benchmarks import engine, latency, restore, triage
from streams.local import LocalBroker


def _table(title: str, *headings: str, left: tuple[str, ...] = ("what",)) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="left" if heading in left else "right")
    return table


def throughput(broker: LocalBroker) -> Table:
    """500,000 records, three rounds."""
    table = _table(
        "Spillway on one broker, all on this machine",
        *("what", "events/s", "CPU us/event", "beside the transactional loop"),
    )
    speeds = engine.measure(broker)
    reference = speeds[engine.TRANSACTIONAL].events_per_s
    for name, speed in speeds.items():
        ratio = f"{speed.events_per_s / reference:.2f} x"
        table.add_row(name, f"{speed.events_per_s:,.0f}", f"{speed.cpu_us:.1f}", ratio)
    return table


def restoring(broker: LocalBroker) -> Table:
    """100,000 rows in one partition; 48 partitions without rows."""
    table = _table("Recovery", "what", "seconds")
    first_s, again_s = restore.measure_empty(broker)
    table.add_row("48 partitions of new topics open in", f"{first_s:.2f}")
    table.add_row("the same 48 after a restart, still without rows", f"{again_s:.2f}")
    table.add_row("a partition with 100,000 rows, after an hour's churn, opens in", f"{restore.measure(broker):.2f}")
    return table


def triaging(broker: LocalBroker) -> Table:
    """150,000 messages, eight rounds."""
    table = _table(
        "Triage alone, exactly once, one worker",
        *("what", "messages/s", "CPU us/message", "of the CPU time"),
        left=("what", "of the CPU time"),
    )
    for name, stated in (("language stated", True), ("language detected", False)):
        alone = triage.measure(broker, stated=stated)
        steps = ", ".join(f"{step} {share:.0%}" for step, share in alone.shares.items())
        table.add_row(name, f"{alone.messages_per_s:,.0f}", f"{alone.cpu_us:.1f}", steps)
    return table


def waiting(broker: LocalBroker) -> Table:
    """Three minutes twice, then a minute four times."""
    table = _table(
        "messages.raw to tickets.assignments, all seven stages",
        *("what", "p50 ms", "p99 ms", "messages", "missing"),
    )
    for name, measured in (
        ("500 messages/s", latency.measure(broker)),
        ("500 messages/s, 10% bad records beside them", latency.measure(broker, bad_every=10)),
        ("500 messages/s, four partitions a topic", latency.measure(broker, seconds=60, partitions=4)),
        ("500 messages/s, two partitions a topic", latency.measure(broker, seconds=60, partitions=2)),
        ("500 messages/s, one partition a topic", latency.measure(broker, seconds=60, partitions=1)),
        (
            "2,000 messages/s",
            latency.measure(broker, rate_per_s=latency.HIGH_RATE_PER_S, seconds=latency.HIGH_SECONDS),
        ),
    ):
        table.add_row(
            name, f"{measured.p50_ms:.0f}", f"{measured.p99_ms:.0f}", f"{measured.messages:,}", f"{measured.missing:,}"
        )
    return table


PARTS: dict[str, Callable[[LocalBroker], Table]] = {
    "throughput": throughput,
    "restore": restoring,
    "triage": triaging,
    "latency": waiting,
}


def main() -> None:
    """Measure what is asked for, or everything, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; none: all")
    chosen = parser.parse_args().parts or list(PARTS)
    if unknown := [part for part in chosen if part not in PARTS]:
        parser.error(f"{unknown[0]} is none of {', '.join(PARTS)}")
    logging.disable(logging.ERROR)
    console = Console()
    with LocalBroker() as broker:
        for part in chosen:
            console.print(f"{part}: {PARTS[part].__doc__}")
            console.print(PARTS[part](broker))


if __name__ == "__main__":
    main()
    # Faust's threads may outlive their loop; everything is measured and the broker is gone.
    os._exit(0)
