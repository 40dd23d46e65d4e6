"""The demo on the screen: what customers write, what the pipeline says, how they are served."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from detectors.text import URGENCIES
from streams.contracts import Surge, SurgeState
from streams.demo.live import Live

BAR = 24
MINUTES = 50
BLOCKS = " ▁▂▃▄▅▆▇█"


def clock_text(time_s: float) -> str:
    """A time of day.

    >>> clock_text(0.0)
    '00:00'
    """
    return datetime.fromtimestamp(time_s, UTC).strftime("%H:%M")


def sparkline(values: list[float]) -> str:
    """Values as little columns, the highest a full one.

    >>> sparkline([0.0, 1.0, 2.0])
    ' ▄█'
    """
    most = max(values, default=0.0) or 1.0
    return "".join(BLOCKS[round(value / most * (len(BLOCKS) - 1))] for value in values)


def percent(share: float | None) -> str:
    """A share for people.

    >>> percent(0.876), percent(None)
    ('88%', '-')
    """
    return "-" if share is None else f"{share:.0%}"


def open_surge(live: Live) -> Surge | None:
    """The newest record of a surge that lasts."""
    for heard in live.board.surges.values():
        _, newest = heard[-1]
        if newest.state is not SurgeState.CLEARED:
            return newest
    return None


def render(live: Live) -> Any:
    """Everything there is to see now; fits 80 columns."""
    scenario, board, now_s = live.scenario, live.board, live.now_s
    past_s = max(0.0, min(now_s, scenario.end_s) - scenario.start_s)
    share = past_s / (scenario.end_s - scenario.start_s)
    head = Text.assemble(
        (scenario.title, "bold"),
        "\n",
        f"{clock_text(min(max(now_s, scenario.start_s), scenario.end_s))}  ",
        ("━" * round(BAR * share), "cyan"),
        ("━" * (BAR - round(BAR * share)), "dim"),
        f"  {share:.0%} of the scenario",
    )
    return Group(
        head,
        Text(),
        Panel(_traffic(live), title="Messages", title_align="left"),
        Panel(_service(live), title="Service", title_align="left"),
        Text(
            f"triaged {board.triaged.total():,}   dead letters {board.dead_letters}   "
            f"tickets {len(board.tickets):,}   given to someone {len(board.decided):,}",
            style="dim",
        ),
    )


def _traffic(live: Live) -> Table:
    minutes = [part.messages for part in live.world.scorecard.intervals]
    recent = list(live.board.recent)
    urgency = Counter(ticket.urgency.label for ticket in recent)
    upset = sum(ticket.sentiment.label == "negative" for ticket in recent)
    table = Table.grid(padding=(0, 2))
    table.add_column(width=14, style="dim")
    table.add_column()
    last = minutes[-2] if len(minutes) > 1 else 0
    table.add_row("a minute", f"{last:>4}  {sparkline([float(count) for count in minutes[-MINUTES:]])}")
    total = max(1, len(recent))
    table.add_row("urgency", "  ".join(f"{label} {urgency[label] / total:.0%}" for label in reversed(URGENCIES)))
    table.add_row("upset", f"{upset / total:.0%} of the newest")
    surge = open_surge(live)
    if surge is None:
        table.add_row("surge", Text("none", style="green"))
        table.add_row("its size", "-")
    else:
        since = clock_text(surge.onset_at.timestamp())
        table.add_row("surge", Text(f"{surge.series} since {since}", style="bold red"))
        table.add_row("its size", f"{surge.observed:.0f} a minute, {surge.expected:.0f} expected")
    return table


def _service(live: Live) -> Table:
    board, world = live.board, live.world
    newest = world.scorecard.service(world.now_s, from_s=world.now_s - 1_800.0)
    table = Table.grid(padding=(0, 2))
    table.add_column(width=14, style="dim")
    table.add_column()
    level = newest.service_level
    style = "green" if level is not None and level >= 0.8 else "bold red"
    table.add_row("in time", Text(f"{percent(level)} of the tickets of the last 30 minutes", style=style))
    table.add_row("waiting", f"{newest.waiting:,} tickets of the last 30 minutes")
    waits = "  ".join(
        f"{urgency} {newest.median_wait_s[urgency] / 60:.0f}/{live.scenario.sla_s[urgency] / 60:.0f}"
        for urgency in reversed(URGENCIES)
        if urgency in newest.median_wait_s
    )
    table.add_row("wait / SLA", f"{waits}  (minutes)" if waits else "-")
    wanted = board.requests[-1][1].seats if board.requests else 0
    table.add_row("vendor seats", f"{wanted} wanted, {board.seats_open} open")
    return table
