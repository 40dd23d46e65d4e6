"""``spillway models``: which versions there are, how good they are, and back to an earlier one with one command."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.app import App
from streams.cli.errors import CommandError, ExitCode, broker_errors
from streams.cli.kafka import admin_client, require_topics
from streams.cli.offsets import logs
from streams.cli.output import complain, say, say_json, show, table
from streams.contracts import Audit, ContractError, decode, rfc3339
from streams.runtime.rows import read_rows
from streams.stages.learn import Version, whole_versions
from streams.stages.learning import Command, PinRecord, RollbackRecord, UnpinRecord, to_examples
from streams.stages.models import check
from streams.topics import Topic

ANSWER_S = 30.0
FACTORY = 0
"""The version of the models as shipped, before any example."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A version on the broker; ``refused`` says why no process would take it."""

    version: Version
    refused: str | None

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        head = self.version.head
        return {
            "version": head.offset,
            "published": rfc3339(head.at_s),
            "bytes": len(self.version.data),
            "turned_to": head.version,
            "pinned": head.pinned,
            "refused": self.refused,
        }

    def row(self) -> tuple[Any, ...]:
        """As the table shows it."""
        head = self.version.head
        how = "learned" if head.version is None else f"{'pinned at' if head.pinned else 'back to'} {head.version:,}"
        return head.offset, rfc3339(int(head.at_s)), how, len(self.version.data), self.refused or ""


def list_versions(app: App, *, as_json: bool) -> None:
    """Show the versions that are published, newest first. Raises CommandError."""
    found, end = versions(app)
    if as_json:
        say_json({"log_end": end, "versions": [each.to_json() for each in found]})
        return
    rows = [*(each.row() for each in found), (FACTORY, "", "as shipped", "", "")]
    show(table("Versions", ("version#", "published", "how", "bytes#", "refused"), rows))
    say(f"learning.examples ends at {end:,}.")


def versions(app: App) -> tuple[list[Listed], int]:
    """The whole versions on the broker, newest first, and where learning.examples ends. Raises CommandError."""
    examples = app.table.physical(Topic.LEARNING_EXAMPLES)
    with admin_client(app.clients) as admin:
        require_topics(admin, app.table)
        with broker_errors(app.clients.bootstrap):
            rows = asyncio.run(read_rows(app.clients, app.table.physical(Topic.MODELS), 0))
        end: int = logs(admin, {examples})[examples][0].end
    found = whole_versions(rows)
    return [Listed(each, "beyond" if each.head.offset > end else check(each.snapshot)) for each in found], end


def version_of(found: Sequence[Listed], number: int) -> Version:
    """The version of this number. Raises CommandError when there is none, or no process would take it."""
    for each in found:
        if each.version.head.offset == number:
            if each.refused is not None:
                raise CommandError(ExitCode.FAILED, f"version {number} is refused: {each.refused}")
            return each.version
    known = ", ".join(str(each.version.head.offset) for each in found) or "none"
    raise CommandError(ExitCode.USAGE, f"there is no version {number}; published are: {known}")


def rollback(app: App, number: int, *, as_json: bool) -> None:
    """Turn all models back to a version, and learn on from it. Raises CommandError."""
    _require(app, number)
    _tell(app, RollbackRecord(_command_id(), number), number, as_json)


def pin(app: App, number: int | None, *, as_json: bool) -> None:
    """Hold all models at a version, the newest if none is named, until `unpin`. Raises CommandError."""
    if number is None:
        found, _ = versions(app)
        number = next((each.version.head.offset for each in found if each.refused is None), FACTORY)
    else:
        _require(app, number)
    _tell(app, PinRecord(_command_id(), number), number, as_json)


def unpin(app: App, *, as_json: bool) -> None:
    """Let the models learn again. Raises CommandError."""
    with admin_client(app.clients) as admin:
        require_topics(admin, app.table)
    _tell(app, UnpinRecord(_command_id()), None, as_json)


def _require(app: App, number: int) -> None:
    found, _ = versions(app)
    if number != FACTORY:
        version_of(found, number)


def _command_id() -> str:
    return f"models-{secrets.token_hex(8)}"


def _tell(app: App, command: Command, number: int | None, as_json: bool) -> None:
    """Write the command, wait for its answer, and say what came of it."""
    with broker_errors(app.clients.bootstrap):
        offset, answer = asyncio.run(_commanded(app, command))
    name = str(command.__struct_config__.tag)
    outcome = "waits" if answer is None else answer.outcome.value
    reason = "" if answer is None else answer.reason
    if as_json:
        said = {"command_id": command.command_id, "command": name, "version": number, "offset": offset}
        say_json(said | {"outcome": outcome, "reason": reason})
    if answer is None:
        complain(
            f"spillway: written at {offset} of learning.examples, but no learn stage has carried it out in "
            f"{ANSWER_S:.0f} s. It will be when one runs; until then models learn nothing behind it."
        )
        raise CommandError(ExitCode.NOT_AS_PLANNED, "is a worker with the stage learn running? See: spillway status")
    if answer.outcome == "refused":
        raise CommandError(ExitCode.FAILED, f"refused: {reason}")
    if not as_json:
        what = {
            "rollback": f"are those of version {number}, and learn on",
            "pin": f"are those of version {number}, until `unpin`",
            "unpin": "learn again",
        }
        say(f"From {offset} of learning.examples on, all models {what[name]}.")


async def _commanded(app: App, command: Command) -> tuple[int, Audit | None]:
    """The offset of the command, and the answer, if there was one in time."""
    audit = TopicPartition(app.table.physical(Topic.AUDIT), 0)
    consumer = app.clients.reader()
    producer = AIOKafkaProducer(**app.clients.connection(), enable_idempotence=True, request_timeout_ms=15_000)
    try:
        await consumer.start()
        consumer.assign([audit])
        consumer.seek(audit, (await consumer.end_offsets([audit]))[audit])
        await producer.start()
        examples = app.table.physical(Topic.LEARNING_EXAMPLES)
        sent = await producer.send_and_wait(examples, to_examples(command).value, partition=0)
        return sent.offset, await _answer(consumer, command.command_id)
    finally:
        await producer.stop()
        await consumer.stop()


async def _answer(consumer: AIOKafkaConsumer, command_id: str) -> Audit | None:
    deadline_s = time.monotonic() + ANSWER_S
    while time.monotonic() < deadline_s:
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for record in records:
                if record.key == command_id.encode():
                    try:
                        return decode(Audit, record.value, ())
                    except ContractError:
                        continue
    return None
