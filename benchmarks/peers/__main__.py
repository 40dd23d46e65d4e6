"""``make bench-peers``: our runtime and others at the same work, in one table from one broker.

Each record of four partitions is 360 bytes of JSON: decode it, count its key in a state that survives, encode it, send
it on with its key. Each peer runs alone, in its own process, in turn; all its input is there before it starts. Before
the records that are measured it handles as many to warm up.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.engine import RECORDS
from benchmarks.peers.measurement import Result, completeness
from benchmarks.peers.programs import PEERS, Peer, measure
from streams.local import LocalBroker

ROUNDS = 3


def middle(results: Sequence[Result]) -> Result:
    """The medians of the rounds, and whatever went wrong in any of them.

    >>> middle([Result(3.0, 4.0, 5.0), Result(1.0, 2.0, 3.0, missing=7), Result(2.0, 3.0, 4.0)])
    Result(events_per_s=2.0, cold_per_s=3.0, cpu_us=4.0, missing=7, repeated=0, note='')
    """
    return Result(
        median(one.events_per_s for one in results),
        median(one.cold_per_s for one in results),
        median(one.cpu_us for one in results),
        max(one.missing for one in results),
        max(one.repeated for one in results),
        next((one.note for one in results if one.note), ""),
    )


def table(results: Mapping[Peer, Result]) -> Table:
    """The results, with our speed over each peer's beside what is asked."""
    answer = Table(title="The same work on one broker, all on this machine", title_justify="left")
    for heading in ("what", "events/s", "ours is", "asked", "CPU us", "cold", "outputs"):
        answer.add_column(heading, justify="left" if heading in ("what", "outputs") else "right")
    ours = next(iter(results.values()))
    for peer, one in results.items():
        ratio = "" if peer.goal is None else f"{ours.events_per_s / one.events_per_s:.2f} x"
        goal = "" if peer.goal is None else f"{peer.goal:g} x"
        figures = (f"{one.events_per_s:,.0f}", ratio, goal, f"{one.cpu_us:.1f}", f"{one.cold_per_s:,.0f}")
        answer.add_row(peer.name, *figures, completeness(one))
    return answer


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS, help="records to measure, after as many to warm up")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds; the figures are medians")
    args = parser.parse_args()
    console = Console()
    rounds: dict[Peer, list[Result]] = {peer: [] for peer in PEERS}
    with LocalBroker() as broker:
        for number in range(args.rounds):
            for peer in PEERS:
                one = measure(broker.bootstrap, peer, args.records)
                rounds[peer].append(one)
                said = f"{one.events_per_s:,.0f} events/s, {completeness(one)}"
                console.print(f"round {number + 1} of {args.rounds}, {peer.name}: {said}")
    console.print(table({peer: middle(results) for peer, results in rounds.items()}))
    console.print("\n".join(f"{peer.name}: {peer.promise}" for peer in PEERS))
    console.print(f"{args.records:,} records after as many to warm up (cold: the speed of those).")
    console.print(f"Medians of {args.rounds} rounds. Load average {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
