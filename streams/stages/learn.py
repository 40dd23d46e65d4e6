"""Learn: publishes whole snapshots of the models now and then, so that a new process starts fast.

It keeps no model of its own: the process's Follower learns from learning.examples like every triage process's, and this
stage publishes that model under the offset that it has reached. A snapshot is chunks and then a head with their number
and sha256, all in one transaction: a torn one is never seen.

An operator's command to turn back to a version, at offset P, is carried out by publishing that version again under
P + 1: every process that reads P keeps its models until that is there. So all of them turn at the same place, to the
same bytes, whenever they come to it. Where those bytes are lost, or of an older format, the Follower comes to a
command that was carried out long ago, and waits like at a new one: they are published once more. Source: DESIGN
section 3.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Protocol

import msgspec
import orjson
from msgspec import Meta, Struct

from streams.contracts import Audit, AuditOutcome, ContractError, EventType, at, encode, event_headers, event_id
from streams.contracts.names import WHOLE
from streams.runtime.stage import DeadLetter, Output, Record, Send, StageSpec, Watermark
from streams.stages.learning import Command, ExampleRecord, PinRecord, UnpinRecord, encode_learning, read_log
from streams.stages.models import Snapshot, Turned, Turning
from streams.stages.reading import UNREADABLE
from streams.topics import Topic

SOURCE = "/spillway/learn"
EVERY_EXAMPLES = 10_000
EVERY_S = 600.0
KEEP_VERSIONS = 5
CHUNK_BYTES = 500_000
CHUNKS = 10_000
PUBLISHED_KEY = b"published"


class Head(Struct, frozen=True, omit_defaults=True, gc=False):
    """What is written after a snapshot's chunks: how many there are, and what they must come to.

    at_s: when it was published. version: the one that it was turned back to. pinned: whether it is held at that.
    """

    offset: Annotated[int, Meta(ge=0, le=WHOLE)]
    chunks: Annotated[int, Meta(ge=0, le=CHUNKS)]
    sha256: str
    at_s: float = 0.0
    version: int | None = None
    pinned: bool = False


class Version(Struct, frozen=True, gc=False):
    """A snapshot that is all there, as its head announces it."""

    head: Head
    data: bytes

    @property
    def snapshot(self) -> Snapshot:
        """Its bytes, with their announced sum: whoever takes them checks it."""
        return Snapshot(self.head.offset, self.data, self.head.sha256)


class Followed(Protocol):
    """The models of this process. ``turned``: what a command that they have come to makes of them, while they wait."""

    @property
    def offset(self) -> int:
        """The next record of learning.examples."""

    @property
    def turned(self) -> Turned | None:
        """What is to be published so that all processes go on behind a command; None while there is no such."""

    def snapshot(self) -> Snapshot | None:
        """The models as they were a moment ago; None while that is not at hand: ask again at the next tick."""

    def gauges(self) -> Mapping[tuple[str, ...], float]:
        """What was measured of the models."""


_encode_head = msgspec.json.Encoder().encode
_decode_head = msgspec.json.Decoder(Head).decode
_decode_command = msgspec.json.Decoder(Command).decode


class Learn:
    """The partition of learning.examples.

    models: those of this process. every_s, every_examples: a version is published that often, if anything was learned,
    and after so many examples at the latest.
    """

    def __init__(self, models: Followed, every_s: float = EVERY_S, every_examples: int = EVERY_EXAMPLES) -> None:
        self._models, self.every_s, self.every_examples = models, every_s, every_examples
        self._published: list[tuple[int, int]] = []  # offset and number of chunks of each version that is kept
        self._published_s: float | None = None
        self._examples = 0
        self._commands: list[tuple[int, Command]] = []  # at which offset, oldest first; not yet carried out
        self._pinned: list[int] = []  # versions that are kept while the models are pinned
        self._next = 0  # the record to be read next
        self._latest: int | None = None  # the version that this object published last

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up which versions are published, and what is to be done."""
        if (row := rows.get(PUBLISHED_KEY)) is not None:
            state = orjson.loads(row)
            self._published = [(offset, chunks) for offset, chunks in state["versions"]]
            self._published_s, self._examples = state["at_s"], state["examples"]
            self._commands = [(offset, _decode_command(said.encode())) for offset, said in state.get("commands", ())]
            self._pinned = state.get("pinned", [])
            # Rows without it are older: what lies before the newest version was read, its commands carried out.
            self._next = state.get("next", max((offset for offset, _ in self._published), default=0))

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Count what there is to publish; take note of commands."""
        output = Output()
        for record in records:
            self._next = record.offset + 1
            try:
                said = read_log(record.value)
            except ContractError as error:
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
                continue
            if isinstance(said, ExampleRecord):
                self._examples += 1
            else:
                self._commands.append((record.offset, said))
        output.rows[PUBLISHED_KEY] = self._row()
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Carry out commands; publish, when enough has been learned or enough time has passed."""
        output = Output(gauges=dict(self._models.gauges()))
        if self._published_s is None:
            self._published_s = now_s
        turned = self._models.turned
        if turned is not None and self._is_replayed(turned):
            self._turn(output, turned, now_s)
        elif self._commands:
            self._carry_out(output, now_s)
        elif self._examples >= self.every_examples or (self._examples and now_s - self._published_s >= self.every_s):
            snapshot = self._models.snapshot()
            # Else it is not packed yet, or the Follower has not come further: next time.
            if snapshot is not None and (not self._published or snapshot.offset > self._published[-1][0]):
                self._publish(output, snapshot, now_s)
        return output

    def _is_replayed(self, turned: Turned) -> bool:
        """Whether the Follower waits at a command that was carried out once, and its answer is not on its way to it."""
        first_to_do = self._commands[0][0] if self._commands else self._next
        return turned.snapshot.offset <= first_to_do and turned.snapshot.offset != self._latest

    def _carry_out(self, output: Output, now_s: float) -> None:
        """One command a tick, as far as the Follower has come."""
        offset, command = self._commands[0]
        turned = self._models.turned
        refusal = None
        if isinstance(command, UnpinRecord):
            self._pinned = []
        elif turned is not None and turned.snapshot.offset == offset + 1:
            if turned.known:
                self._pinned = [command.version, offset + 1] if isinstance(command, PinRecord) else []
            else:
                refusal = f"there is no version {command.version}"
            self._turn(output, turned, now_s)
        elif self._models.offset > offset:
            refusal = "these models have no versions, or it was carried out before"
        else:
            return  # the Follower has not come to it
        del self._commands[0]
        output.sends.append(_audit(command, refusal, now_s))
        output.counts["commands"] = 1
        output.rows[PUBLISHED_KEY] = self._row()

    def _turn(self, output: Output, turned: Turned, now_s: float) -> None:
        self._publish(output, turned.snapshot, now_s, turned.command if turned.known else None)

    def _publish(self, output: Output, snapshot: Snapshot, now_s: float, by: Turning | None = None) -> None:
        # The same version may stand there already, of an older format and in more chunks.
        gone = [each for each in self._published if each[0] == snapshot.offset]
        left = [each for each in self._published if each[0] != snapshot.offset]
        gone += [each for each in left[: 1 - KEEP_VERSIONS] if each[0] not in self._pinned]
        for offset, count in gone:
            keys = [head_key(offset), *(_chunk_key(offset, number) for number in range(count))]
            output.sends.extend(Send(Topic.MODELS, key, None, (), 0) for key in keys)
        chunks = [snapshot.data[at : at + CHUNK_BYTES] for at in range(0, len(snapshot.data), CHUNK_BYTES)]
        for number, chunk in enumerate(chunks):
            output.sends.append(Send(Topic.MODELS, _chunk_key(snapshot.offset, number), chunk, (), 0))
        version, pinned = None if by is None else by.version, isinstance(by, PinRecord)
        head = Head(snapshot.offset, len(chunks), snapshot.sha256, now_s, version, pinned)
        output.sends.append(Send(Topic.MODELS, head_key(snapshot.offset), _encode_head(head), (), 0))
        self._published = [*(each for each in left if each not in gone), (snapshot.offset, len(chunks))]
        self._latest = snapshot.offset
        self._published_s, self._examples = now_s, 0
        output.rows[PUBLISHED_KEY] = self._row()
        output.counts["snapshots"] = 1

    def _row(self) -> bytes:
        return orjson.dumps(
            {
                "versions": self._published,
                "at_s": self._published_s,
                "examples": self._examples,
                "commands": [(offset, encode_learning(command).decode()) for offset, command in self._commands],
                "pinned": self._pinned,
                "next": self._next,
            }
        )


def learn_spec(models: Followed, every_s: float = EVERY_S, every_examples: int = EVERY_EXAMPLES) -> StageSpec:
    """The stage for the runtime. models: those of this process; every_s, every_examples: see Learn."""

    def make(partition: int, partitions: int) -> Learn:
        return Learn(models, every_s, every_examples)

    return StageSpec("learn", {Topic.LEARNING_EXAMPLES: make}, sends_to=(Topic.MODELS, Topic.AUDIT))


def head_key(offset: int) -> bytes:
    """The key of a snapshot's head on models.

    >>> head_key(12)
    b'triage/12/head'
    """
    return b"triage/%d/head" % offset


def whole_versions(rows: Mapping[bytes, bytes]) -> list[Version]:
    """The snapshots on models that are all there, newest first.

    What is no head of ours is passed over: anyone who may write to models could stop every worker from starting.
    """
    found = []
    for key, row in rows.items():
        try:
            head = _decode_head(row)
        except UNREADABLE:
            continue  # a chunk, or nothing of ours
        if key == head_key(head.offset):
            parts = [rows.get(_chunk_key(head.offset, number)) for number in range(head.chunks)]
            if None not in parts:
                found.append(Version(head, b"".join(part for part in parts if part is not None)))
    return sorted(found, key=lambda version: version.head.offset, reverse=True)


def _chunk_key(offset: int, number: int) -> bytes:
    return b"triage/%d/%d" % (offset, number)


def _audit(command: Command, refusal: str | None, now_s: float) -> Send:
    outcome = AuditOutcome.DONE if refusal is None else AuditOutcome.REFUSED
    name = str(command.__struct_config__.tag)
    record = Audit(
        command_id=command.command_id, stage="learn", command=name, outcome=outcome, at=at(now_s), reason=refusal or ""
    )
    headers = event_headers(EventType.AUDIT, event_id("audit", command.command_id), now_s, SOURCE)
    return Send(Topic.AUDIT, command.command_id.encode(), encode(record), headers)
