"""``spillway status``: how far every stage is, what became of messages, where tickets stand: all from the broker."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from routers.matching import count_rows
from streams.cli.errors import CommandError, ExitCode, broker_errors
from streams.cli.kafka import admin_client, missing_text, missing_topics
from streams.cli.offsets import StagePartition, logs, stage_partitions, without_records
from streams.cli.output import complain, say_json, show, table
from streams.contracts import rfc3339
from streams.runtime.kafka import KafkaClients
from streams.stages.group_rows import rows_by_group
from streams.stages.totals import decode_totals
from streams.topics import TopicTable, state_topic

ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Status:
    """All that ``status`` tells. totals: by stage, its own counts since its topics were made. tickets: by state."""

    missing: list[str] = field(default_factory=list)
    partitions: list[StagePartition] = field(default_factory=list)
    lag: dict[StagePartition, int] = field(default_factory=dict)
    totals: dict[str, dict[str, int]] = field(default_factory=dict)
    tickets: dict[str, int] = field(default_factory=dict)

    @property
    def dead_letters(self) -> int:
        """Records that any stage could not use."""
        return sum(totals.get("dead_letters", 0) for totals in self.totals.values())

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "topics_missing": self.missing,
            "lag": sum(self.lag.values()),
            "totals": self.totals,
            "tickets": self.tickets,
            "dead_letters": self.dead_letters,
            "partitions": [
                {
                    "stage": each.stage,
                    "topic": each.source,
                    "partition": each.partition,
                    "fence": None if each.fence is None else each.fence.next_offset,
                    "time": _time(each),
                    "log_start": each.log.start,
                    "log_end": each.log.end,
                    "lag": self.lag[each],
                    "outside_log": each.outside_log,
                }
                for each in self.partitions
            ],
        }


def status(clients: KafkaClients, topics: TopicTable, sources: Sequence[tuple[str, str]], *, as_json: bool) -> ExitCode:
    """Show it. ``sources``: the (stage, source topic) pairs. Raises CommandError (4) when topics are missing."""
    found = read_status(clients, topics, sources)
    if as_json:
        say_json(found.to_json())
    else:
        show(*_tables(found))
    if found.missing:
        raise CommandError(ExitCode.NOT_AS_PLANNED, missing_text(found.missing))
    outside = [each for each in found.partitions if each.outside_log]
    for each in outside:
        complain(
            f"spillway: {each.stage} {each.source}/{each.partition} is stopped: its next record would be "
            f"{each.next_offset}, but the log holds {each.log.start} to {each.log.end}. See: spillway state reset"
        )
    return ExitCode.NOT_AS_PLANNED if outside else ExitCode.OK


def read_status(clients: KafkaClients, topics: TopicTable, sources: Sequence[tuple[str, str]]) -> Status:
    """Ask the broker. Stages whose topics are missing are left out. Raises CommandError when no broker answers."""
    with admin_client(clients) as admin:
        missing = missing_topics(admin, topics)
        there = [
            (stage, source)
            for stage, source in sources
            if not {topics.physical(source), topics.physical(state_topic(stage, source))} & set(missing)
        ]
        names = {topics.physical(source) for _, source in there}
        logs_of = logs(admin, names) if there else {}
        with broker_errors(clients.bootstrap):
            partitions, behind = asyncio.run(_read(clients, topics, logs_of, there))
        # Workers go on meanwhile. Lag is against the ends from before the fences were read, or every mark that comes
        # in between would count; whether a fence is outside its log is against those from after, or it would seem so.
        now = logs(admin, names) if there else {}
    lag = {replace(each, log=now[topics.physical(each.source)][each.partition]): behind[each] for each in partitions}
    partitions = list(lag)
    tickets = dict.fromkeys(count_rows({}), 0)
    totals: dict[str, dict[str, int]] = {}
    for each in partitions:
        if counted := decode_totals(each.rows):
            _add(totals.setdefault(each.stage, {}), counted)
        if each.stage == ROUTE:
            for rows in rows_by_group(each.rows).values():
                _add(tickets, count_rows(rows))
    return Status(missing, partitions, lag, totals, tickets)


async def _read(
    clients: KafkaClients, topics: TopicTable, logs_of: Mapping[str, Any], sources: Sequence[tuple[str, str]]
) -> tuple[list[StagePartition], dict[StagePartition, int]]:
    partitions = await stage_partitions(clients, topics, logs_of, sources)
    empty = await without_records(clients, topics, [each for each in partitions if each.behind])
    return partitions, {each: 0 if each in empty else each.behind for each in partitions}


def _time(place: StagePartition) -> str | None:
    """The partition's time, to the second; None before it had one."""
    if place.fence is None or not place.fence.time_s:
        return None
    return rfc3339(int(place.fence.time_s))


def _add(sums: dict[str, int], counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        sums[name] = sums.get(name, 0) + count


def _tables(found: Status) -> list[Any]:
    by_source: dict[tuple[str, str], list[StagePartition]] = {}
    for each in found.partitions:
        by_source.setdefault((each.stage, each.source), []).append(each)
    progress = table(
        "Stages",
        ("stage", "topic", "partition#", "next#", "end#", "lag#", "time"),
        [
            (
                each.stage if each.partition == 0 else "",
                each.source if each.partition == 0 else "",
                each.partition,
                "-" if each.fence is None else each.fence.next_offset,
                each.log.end,
                "outside" if each.outside_log else found.lag[each],
                _time(each) or "",
            )
            for group in by_source.values()
            for each in group
        ],
    )
    names = list(dict.fromkeys(name for totals in found.totals.values() for name in totals))
    totals = table(
        "Totals",
        ("stage", *(f"{name}#" for name in names)),
        [(stage, *(counts.get(name, "") for name in names)) for stage, counts in found.totals.items()],
    )
    tickets = table("Tickets", [f"{state}#" for state in found.tickets], [list(found.tickets.values())])
    shown = [progress] if by_source else []
    if found.totals:
        shown.append(totals)
    if by_source:
        shown.append(tickets)
    return shown
