"""The models of a process where it is on learning.examples, and what a version of them is made of.

A version is what all records below an offset of learning.examples make of the models as shipped; version 0 is those.
Operators' commands stand on the log among the examples, so every process obeys them at the same place. Source: DESIGN
section 3.
"""

from collections.abc import Callable
from copy import copy
from typing import NamedTuple

import msgspec
from msgspec import Struct

from detectors.text import Triage
from detectors.text.learning import Example, digest, dump_models, has_snapshots, learn, load_models
from detectors.text.quality import Quality
from streams.contracts import ContractError
from streams.stages.learning import ExampleRecord, PinRecord, RollbackRecord, read_log
from streams.stages.reading import UNREADABLE

Turning = RollbackRecord | PinRecord


class Snapshot(NamedTuple):
    """A version as bytes: all of learning.examples below ``offset`` is in it."""

    offset: int
    data: bytes
    sha256: str


class Turned(NamedTuple):
    """What the models are to be right after a command. ``known``: its version was there; else nothing changes."""

    snapshot: Snapshot
    command: Turning
    known: bool


class Contents(Struct, frozen=True, gc=False):
    """What a snapshot's data hold. ``pinned``: the version that the models are held at."""

    models: bytes
    quality: bytes
    pinned: int | None = None


class Unpacked(NamedTuple):
    """A version that has been read: ``triage`` holds its models, and serves nobody."""

    offset: int
    triage: Triage
    quality: Quality
    pinned: int | None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Contents).decode


class Models:
    """``triage()`` and what it has learned. ``offset`` is the next record to read, ``learned`` counts labels.

    ``pinned``: the version that the models are held at, None while they learn.
    """

    def __init__(self, triage: Callable[[], Triage]) -> None:
        self._triage = triage
        self.offset = 0
        self.learned = 0
        self.pinned: int | None = None
        self.quality = Quality()
        self._as_shipped: bytes | None = None
        self._name = ""

    def begin(self) -> None:
        """Keep the models as they are shipped, as version 0."""
        triage = self._triage()
        self._name = next(iter(triage.model_versions.values()))
        self._as_shipped = dump_models(triage) if has_snapshots(triage) else None

    @property
    def has_versions(self) -> bool:
        """Whether snapshots can be made: not of models of River's."""
        return self._as_shipped is not None

    def read(self, offset: int, value: bytes | None) -> Turning | None:
        """Take in the record at an offset. One that turns to a version is answered, and stays the next to be read."""
        try:
            said = read_log(value)
        except ContractError:
            said = None  # the learn stage makes it a dead letter
        if isinstance(said, RollbackRecord | PinRecord) and self.has_versions:
            self.offset = offset
            return said
        self.offset = offset + 1
        if isinstance(said, ExampleRecord):
            self._learn(self._triage(), said)
        elif said is not None:
            self.pinned = None
        return None

    def snapshot(self) -> Snapshot | None:
        """The models as they are now; None where they have no versions. Takes seconds: it may run in a thread, but
        nothing may be read meanwhile.
        """
        if not self.has_versions:
            return None
        return _snapshot(self.offset, Contents(dump_models(self._triage()), self.quality.dump(), self.pinned))

    def unpacked(self, snapshot: Snapshot) -> Unpacked:
        """A version, ready to be taken. Changes nothing, and takes seconds of many words: it may run in a thread.

        Raises ValueError when it is torn, or of other models.
        """
        contents = _contents(snapshot)
        beside = copy(self._triage())
        beside.models = dict(beside.models)
        load_models(beside, contents.models)
        return Unpacked(snapshot.offset, beside, Quality.load(contents.quality), contents.pinned)

    def take(self, version: Unpacked) -> None:
        """Be this version from now on."""
        triage = self._triage()
        triage.models.update(version.triage.models)
        triage.effort = version.triage.effort
        self.offset, self.quality, self.pinned = version.offset, version.quality, version.pinned
        self.name_version()

    def turned(self, command: Turning, version: Snapshot | None) -> Turned:
        """What these models come to by the command at ``offset``; ``version`` is the one it names, where it is there.

        What was measured stays as it is: it tells of the labels, not of the version. Raises ValueError for a version
        that is torn.
        """
        pinned = command.version if isinstance(command, PinRecord) else None
        if command.version == 0:
            assert self._as_shipped is not None, "read() answers no command without versions"
            contents = Contents(self._as_shipped, self.quality.dump(), pinned)
        elif version is not None:
            contents = Contents(_contents(version).models, self.quality.dump(), pinned)
        else:
            contents = Contents(dump_models(self._triage()), self.quality.dump(), self.pinned)
        return Turned(_snapshot(self.offset + 1, contents), command, version is not None or command.version == 0)

    def name_version(self) -> None:
        """Let triage say which version it judges by."""
        triage = self._triage()
        name = f"{self._name}@{self.offset}" if self.offset else self._name
        triage.model_versions = dict.fromkeys(triage.model_versions, name)

    def _learn(self, triage: Triage, said: ExampleRecord) -> None:
        example = Example(said.text, said.language, said.labels, said.weight)
        self.quality.judge(triage, example)
        if self.pinned is not None:
            return
        self.learned += learn(triage, example)
        if said.handling_s is not None and said.topic and said.channel and said.length_chars is not None:
            triage.learn_effort(said.topic, said.channel.value, said.length_chars, said.handling_s)


def check(snapshot: Snapshot) -> str | None:
    """Why a snapshot's data cannot be what was published, None if they can."""
    return None if digest(snapshot.data) == snapshot.sha256 else "sha256"


def quality_of(snapshot: Snapshot) -> Quality:
    """What was measured when a snapshot was made. Raises ValueError when it is torn or foreign."""
    return Quality.load(_contents(snapshot).quality)


def _contents(snapshot: Snapshot) -> Contents:
    if check(snapshot) is not None:
        raise ValueError("torn snapshot")
    try:
        return _decode(snapshot.data)
    except UNREADABLE as error:
        raise ValueError("foreign snapshot") from error


def _snapshot(offset: int, contents: Contents) -> Snapshot:
    data = _encode(contents)
    return Snapshot(offset, data, digest(data))
