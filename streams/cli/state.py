"""``spillway state reset``: moves a stage's fence by hand, when it no longer fits its source, and may forget its rows.

A worker stops a partition whose fence lies outside its source's log, because going on would skip or repeat records
silently. This says which it shall be. A stage that refuses rows of an older format stops too: it goes on without them.
Source: DESIGN section 6, rule 5.
"""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from streams.cli.errors import CommandError, ExitCode, broker_errors
from streams.cli.kafka import admin_client, require_topics
from streams.cli.offsets import StagePartition, logs, stage_partitions
from streams.cli.output import say, show, table
from streams.runtime.fence import FENCE_KEY, RESERVED, Fence
from streams.runtime.kafka import KafkaClients
from streams.runtime.producer import TransactionWriter, transactional_id
from streams.runtime.rows import read_rows
from streams.runtime.stage import Send, StageSpec
from streams.runtime.transaction import destinations
from streams.topics import TopicTable, state_topic

GROUP_WAIT_S = 10.0


class Move(NamedTuple):
    """One fence to be moved, and whether the stage's rows beside it are deleted."""

    place: StagePartition
    to_offset: int
    forget_rows: bool

    def effect(self) -> str:
        """What it does to records and rows, in plain words."""
        forgets = f", forgets {len(_own(self.place.rows)):,} rows" if self.forget_rows else ""
        return self._effect_on_records() + forgets

    def _effect_on_records(self) -> str:
        before, after, log = self.place.next_offset, self.to_offset, self.place.log
        if after > before:
            skipped = after - max(before, log.start)
            return f"skips {skipped:,}" if skipped > 0 else "skips none that are left"
        if after < before:
            return f"repeats {min(before, log.end) - after:,}"
        return "no change"


def reset(
    clients: KafkaClients,
    topics: TopicTable,
    stages: Sequence[StageSpec],
    sources: Sequence[tuple[str, str]],
    *,
    to: str,
    partition: int | None,
    forget_rows: bool = False,
    yes: bool,
) -> None:
    """Move the fences of these (stage, source topic) pairs, of ``stages``, to ``to``: start, end or an offset.

    forget_rows: delete what the stage itself has written beside them, too.
    Raises CommandError: 2 for an offset that the log does not hold, 4 while the stage has a worker.
    """
    group = topics.prefix + sources[0][0]
    with admin_client(clients) as admin:
        require_topics(admin, topics)
        _require_no_worker(admin, group)
        logs_of = logs(admin, {topics.physical(source) for _, source in sources})
    with broker_errors(clients.bootstrap):
        places = asyncio.run(stage_partitions(clients, topics, logs_of, sources))
    if partition is not None:
        places = [place for place in places if place.partition == partition]
        if not places:
            raise CommandError(ExitCode.USAGE, f"there is no partition {partition}")
    moves = [Move(place, _target(place, to), forget_rows) for place in places]
    show(table("Fences", ("stage", "topic", "partition#", "from#", "to#", "effect (positions)"), map(_row, moves)))
    _confirm("Move them, and forget the rows for good?" if forget_rows else "Move them?", yes)
    with admin_client(clients) as admin:
        _require_no_worker(admin, group)  # whoever was asked may have taken their time
        described = admin.describe_topics([topics.physical(spec.name) for spec in topics])
    partitions = {topics.logical(topic["name"]): len(topic["partitions"]) for topic in described}
    with broker_errors(clients.bootstrap):
        asyncio.run(_write(clients, topics, {spec.name: spec for spec in stages}, partitions, moves))
    say(f"Moved {len(moves)} fence{'s' if len(moves) > 1 else ''}. Start the workers again.")


def _target(place: StagePartition, to: str) -> int:
    if to in ("start", "end"):
        return place.log.start if to == "start" else place.log.end
    offset = int(to)
    if not place.log.start <= offset <= place.log.end:
        raise CommandError(
            ExitCode.USAGE, f"{place.source}/{place.partition} holds {place.log.start} to {place.log.end}, not {offset}"
        )
    return offset


def _own(rows: Mapping[bytes, bytes]) -> list[bytes]:
    """The keys of the stage's own rows, not of the runtime's: partition time goes on."""
    return [key for key in rows if not key.startswith(RESERVED)]


def _row(move: Move) -> tuple[Any, ...]:
    place = move.place
    before = "-" if place.fence is None else place.next_offset
    return place.stage, place.source, place.partition, before, move.to_offset, move.effect()


def _confirm(question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError(ExitCode.USAGE, "nothing was changed: say --yes where nobody can be asked")
    if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise CommandError(ExitCode.FAILED, "nothing was changed")


def _require_no_worker(admin: Any, group: str) -> None:
    members = len(_describe(admin, group).get("members") or ())
    if members:
        raise CommandError(
            ExitCode.NOT_AS_PLANNED, f"group {group} has members ({members}): stop the workers of this stage first"
        )


def _describe(admin: Any, group: str) -> dict[str, Any]:
    deadline_s = time.monotonic() + GROUP_WAIT_S
    while True:
        try:
            described: dict[str, Any] = admin.describe_groups([group])[group]
            return described
        except Exception as error:
            # A broker that never had a group makes its topic for them first, and asks to come back.
            if type(error).__name__ != "CoordinatorNotAvailableError" or time.monotonic() > deadline_s:
                raise
            time.sleep(0.2)


async def _write(
    clients: KafkaClients,
    topics: TopicTable,
    stages: Mapping[str, StageSpec],
    partitions: Mapping[str, int],
    moves: Sequence[Move],
) -> None:
    for move in moves:
        place = move.place
        name = transactional_id(topics, place.stage, place.source, place.partition)
        rows_topic = state_topic(place.stage, place.source)
        reach = destinations(stages[place.stage], place.source, place.partition, partitions.__getitem__)
        rows_at = TopicPartition(topics.physical(rows_topic), place.partition)
        writer = TransactionWriter(clients, name, topics, lambda *_: None)
        try:
            # As an owner does it: fence whoever held the partition, end what it left, then read its rows.
            await writer.open(reach)
            rows = await read_rows(clients, rows_at.topic, rows_at.partition, await writer.end_offset(rows_at))
            before = Fence.decode(rows[FENCE_KEY]) if FENCE_KEY in rows else Fence(0)
            fence = Fence(move.to_offset, before.time_s, before.mark_s)
            changed: dict[bytes, bytes | None] = dict.fromkeys(_own(rows)) if move.forget_rows else {}
            changed[FENCE_KEY] = fence.encode()
            await writer.commit([Send(rows_topic, key, row, (), place.partition) for key, row in changed.items()])
        finally:
            await writer.close()
