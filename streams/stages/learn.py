"""Learn: publishes whole snapshots of the models now and then, so that a new process starts fast.

It keeps no model of its own: the process's Follower learns from learning.examples like every triage process's, and this
stage publishes that model under the offset that it has reached. A snapshot is chunks and then a head with their number
and sha256, all in one transaction: a torn one is never seen. Source: DESIGN section 3.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, NamedTuple

import msgspec
import orjson
from msgspec import Meta, Struct

from streams.contracts import ContractError
from streams.contracts.names import WHOLE
from streams.runtime.stage import DeadLetter, Output, Record, Send, StageSpec, Watermark
from streams.stages.learning import read_example
from streams.stages.reading import UNREADABLE
from streams.topics import Topic

EVERY_EXAMPLES = 10_000
EVERY_S = 600.0
KEEP_VERSIONS = 5
CHUNK_BYTES = 500_000
CHUNKS = 10_000
PUBLISHED_KEY = b"published"


class Snapshot(NamedTuple):
    """Whole models: all of learning.examples below ``offset`` is in them."""

    offset: int
    data: bytes
    sha256: str


class Head(Struct, frozen=True, gc=False):
    """What is written after a snapshot's chunks: how many there are, and what they must come to."""

    offset: Annotated[int, Meta(ge=0, le=WHOLE)]
    chunks: Annotated[int, Meta(ge=0, le=CHUNKS)]
    sha256: str


_encode_head = msgspec.json.Encoder().encode
_decode_head = msgspec.json.Decoder(Head).decode


class Learn:
    """The partition of learning.examples. snapshot: the Follower's models now."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot
        self._published: list[tuple[int, int]] = []  # offset and number of chunks of each version that is kept
        self._published_s: float | None = None
        self._examples = 0

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up which versions are published."""
        if (row := rows.get(PUBLISHED_KEY)) is not None:
            state = orjson.loads(row)
            self._published = [(offset, chunks) for offset, chunks in state["versions"]]
            self._published_s, self._examples = state["at_s"], state["examples"]

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Count what there is to publish."""
        output = Output()
        for record in records:
            try:
                read_example(record.value)
            except ContractError as error:
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
        self._examples += len(records) - len(output.dead_letters)
        output.rows[PUBLISHED_KEY] = self._row()
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Publish, when enough has been learned or enough time has passed."""
        output = Output()
        if self._published_s is None:
            self._published_s = now_s
        old = now_s - self._published_s >= EVERY_S and self._examples
        if not old and self._examples < EVERY_EXAMPLES:
            return output
        snapshot = self._snapshot()
        if self._published and snapshot.offset <= self._published[-1][0]:
            return output  # the Follower has not come further: next time
        chunks = [snapshot.data[at : at + CHUNK_BYTES] for at in range(0, len(snapshot.data), CHUNK_BYTES)]
        for number, chunk in enumerate(chunks):
            output.sends.append(Send(Topic.MODELS, _chunk_key(snapshot.offset, number), chunk, (), 0))
        head = Head(snapshot.offset, len(chunks), snapshot.sha256)
        output.sends.append(Send(Topic.MODELS, head_key(snapshot.offset), _encode_head(head), (), 0))
        self._published.append((snapshot.offset, len(chunks)))
        while len(self._published) > KEEP_VERSIONS:
            offset, count = self._published.pop(0)
            keys = [head_key(offset), *(_chunk_key(offset, number) for number in range(count))]
            output.sends.extend(Send(Topic.MODELS, key, None, (), 0) for key in keys)
        self._published_s, self._examples = now_s, 0
        output.rows[PUBLISHED_KEY] = self._row()
        output.counts["snapshots"] = 1
        return output

    def _row(self) -> bytes:
        return orjson.dumps({"versions": self._published, "at_s": self._published_s, "examples": self._examples})


def learn_spec(snapshot: Callable[[], Snapshot]) -> StageSpec:
    """The stage for the runtime. snapshot: the models of this process, as they are now."""

    def make(partition: int, partitions: int) -> Learn:
        return Learn(snapshot)

    return StageSpec("learn", {Topic.LEARNING_EXAMPLES: make}, sends_to=(Topic.MODELS,))


def head_key(offset: int) -> bytes:
    """The key of a snapshot's head on models.

    >>> head_key(12)
    b'triage/12/head'
    """
    return b"triage/%d/head" % offset


def _chunk_key(offset: int, number: int) -> bytes:
    return b"triage/%d/%d" % (offset, number)


def whole_snapshots(rows: Mapping[bytes, bytes]) -> list[tuple[int, bytes, str]]:
    """The snapshots on models that are all there, newest first: offset, data, sha256 as their head says.

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
                found.append((head.offset, b"".join(part for part in parts if part is not None), head.sha256))
    return sorted(found, reverse=True)
