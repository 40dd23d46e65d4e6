"""The records of volume.counts: how many messages came in a bucket, by slice of a group's traffic. Internal.

The key is the group. Triage writes ``CountsRecord``s, one a bucket and chunk: they are added up where they are read.
Operators write ``HistoryRecord``s, which teach the detectors what is normal before traffic does. Both are told apart by
``kind`` and bounded, since anyone who may write here could.
"""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from streams.contracts.names import TEXT_CHARS
from streams.runtime.stage import Send
from streams.stages.reading import reader
from streams.topics import Topic

BUCKET_S = 60.0
SLICES = 2_000
HISTORY_BUCKETS = 5_000

Slice = Annotated[str, Meta(min_length=1, max_length=2 * TEXT_CHARS + 20)]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Slices = Annotated[dict[Slice, tuple[Count, Count]], Meta(max_length=SLICES)]
Time = Annotated[float, Meta(ge=0.0, le=1e11)]


class CountsRecord(Struct, tag_field="kind", tag="counts", frozen=True, gc=False):
    """Messages of one chunk in the bucket that starts at ``start_s``: slice -> (messages, angry ones)."""

    start_s: Time
    slices: Slices


class HistoryRecord(Struct, tag_field="kind", tag="history", frozen=True, gc=False):
    """What came in earlier, in buckets of ``width_s`` from ``start_s`` on; oldest first, before any traffic."""

    start_s: Time
    width_s: Annotated[float, Meta(ge=BUCKET_S, le=300.0)]
    buckets: Annotated[list[Slices], Meta(max_length=HISTORY_BUCKETS)]


CountingRecord = CountsRecord | HistoryRecord

_encode = msgspec.json.Encoder().encode
_decode = reader(CountingRecord)


def to_counts(group: str, record: CountingRecord) -> Send:
    """The record for volume.counts."""
    return Send(Topic.VOLUME_COUNTS, group.encode(), _encode(record))


def read_counts(value: bytes | None) -> CountingRecord:
    """The record in a value. Raises msgspec.DecodeError when it is none (a ValidationError is one)."""
    record: CountingRecord = _decode(value)
    return record


class Counting:
    """Adds up the messages of a chunk by group, bucket and slice.

    >>> counting = Counting()
    >>> counting.add("acme", 61.0, channel="chat", language="en", topic="billing", angry=True)
    >>> send, = counting.sends()
    >>> read_counts(send.value).slices["topic:billing,channel:chat"]
    (1, 1)
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str, float], dict[str, list[int]]] = {}

    def add(self, group: str, time_s: float, *, channel: str, language: str, topic: str, angry: bool) -> None:
        """Count one message, by the time of its record."""
        slices = self._counts.setdefault((group, time_s // BUCKET_S * BUCKET_S), {})
        topic_slice = f"topic:{topic}"
        channel_slice = f"channel:{channel}"
        for name in ("all", channel_slice, f"language:{language}", topic_slice, f"{topic_slice},{channel_slice}"):
            count = slices.setdefault(name, [0, 0])
            count[0] += 1
            count[1] += angry

    def sends(self) -> Iterable[Send]:
        """The records, one a group and bucket, in the order in which the buckets were first seen."""
        for (group, start_s), slices in self._counts.items():
            counted = {name: (messages, angry) for name, (messages, angry) in slices.items()}
            yield to_counts(group, CountsRecord(start_s, counted))
