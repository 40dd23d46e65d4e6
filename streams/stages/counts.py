"""The records of volume.counts: how many messages came in a bucket, by slice of a group's traffic. Internal.

A conversation counts once in four hours: what else it writes is counted apart (docs/decisions/010).
The key is the group. Triage writes ``CountsRecord``s, one a bucket and chunk: they are added up where they are read.
Operators write ``HistoryRecord``s, which teach the detectors what is normal before traffic does. Both are told apart by
``kind`` and bounded, since anyone who may write here could. Beside the counts of a topic goes what its messages said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from detectors.surge.slices import SLICE_PATTERN
from streams.contracts import ContractError, Reason
from streams.contracts.names import TEXT_CHARS
from streams.runtime.stage import Send
from streams.stages.reading import reader
from streams.stages.said import SaidRecord, TopicSaid
from streams.topics import Topic

BUCKET_S = 60.0
SLICES = 2_000
TOPICS = 200
HISTORY_BUCKETS = 5_000
# Ahead of the record's own time: brokers' clocks differ, and where time is scaled the difference is too; history may
# end some hours ahead, since that of a scenario is sent before it starts. Behind: as long as a series is remembered,
# and longer than messages are kept.
COUNTS_AHEAD_S = 300.0
HISTORY_AHEAD_S = 7_200.0
COUNTS_BEHIND_S = 28 * 86_400.0

Slice = Annotated[str, Meta(pattern=SLICE_PATTERN, max_length=2 * TEXT_CHARS + 20)]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Slices = Annotated[dict[Slice, tuple[Count, Count]], Meta(max_length=SLICES)]
Time = Annotated[float, Meta(ge=0.0, le=1e11)]


class CountsRecord(Struct, tag_field="kind", tag="counts", frozen=True, gc=False):
    """Messages of one chunk in the bucket that starts at ``start_s``: slice -> (messages, angry ones).

    ``said``: topic slice -> what its messages said. ``follow_ups``: messages of conversations that were counted lately.
    They stand in no slice: they come in clumps, and where reps are away, they are many, without any new matter.
    """

    start_s: Time
    slices: Slices
    said: Annotated[dict[Slice, SaidRecord], Meta(max_length=TOPICS)] = {}
    follow_ups: Count = 0


class HistoryRecord(Struct, tag_field="kind", tag="history", frozen=True, gc=False):
    """What came in earlier, in buckets of ``width_s`` from ``start_s`` on; oldest first, before any traffic."""

    start_s: Time
    width_s: Annotated[float, Meta(ge=BUCKET_S, le=300.0)]
    buckets: Annotated[list[Slices], Meta(min_length=1, max_length=HISTORY_BUCKETS)]


CountingRecord = CountsRecord | HistoryRecord

_encode = msgspec.json.Encoder().encode
_decode = reader(CountingRecord, Reason.INVALID_COUNTS)


def to_counts(group: str, record: CountingRecord) -> Send:
    """The record for volume.counts."""
    return Send(Topic.VOLUME_COUNTS, group.encode(), _encode(record))


def read_counts(value: bytes | None) -> CountingRecord:
    """The record in a value. Raises ContractError when it is none."""
    record: CountingRecord = _decode(value)
    return record


def check_times(record: CountingRecord, time_s: float) -> None:
    """Refuse what no honest writer sends at ``time_s``, the record's own time.

    Buckets close one after the other from the first one on: counts far ahead would leave all traffic until then
    unwatched, and counts far behind would have every bucket since then closed first. Raises ContractError.

    >>> check_times(CountsRecord(7_200.0, {}), time_s=60.0)
    Traceback (most recent call last):
        ...
    streams.contracts.errors.ContractError: out_of_bounds: start_s
    """
    if record.start_s % BUCKET_S:  # no bucket begins there, so none that closes
        raise ContractError(Reason.INVALID_COUNTS, "start_s")
    if isinstance(record, HistoryRecord):
        if record.width_s % BUCKET_S:
            raise ContractError(Reason.INVALID_COUNTS, "width_s")
        if record.start_s + len(record.buckets) * record.width_s > time_s + HISTORY_AHEAD_S:
            raise ContractError(Reason.OUT_OF_BOUNDS, "start_s")
    elif not -COUNTS_BEHIND_S <= record.start_s - time_s <= COUNTS_AHEAD_S:
        raise ContractError(Reason.OUT_OF_BOUNDS, "start_s")


class Counting:
    """Adds up the messages of a chunk by group, bucket and slice.

    >>> counting = Counting()
    >>> said = {"conversation_id": "c-1", "message_id": "m-1", "normalised": "the router is off"}
    >>> counting.add("acme", 61.0, channel="chat", language="en", topic="billing", angry=True, **said)
    >>> send, = counting.sends()
    >>> record = read_counts(send.value)
    >>> record.slices["topic:billing,channel:chat"], list(record.said["topic:billing"].words)
    ((1, 1), ['router'])
    """

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, float], _Bucket] = {}
        self.follow_ups = 0
        """How many of all messages were."""

    def add(
        self,
        group: str,
        time_s: float,
        *,
        channel: str,
        language: str,
        topic: str,
        angry: bool,
        conversation_id: str,
        message_id: str,
        normalised: str,
        follows_up: bool = False,
    ) -> None:
        """Count one message, by the time of its record.

        normalised: its text, as the models read it. follows_up: its conversation was counted lately.
        """
        key = group, time_s // BUCKET_S * BUCKET_S
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket({}, {})
        if follows_up:
            bucket.follow_ups += 1
            self.follow_ups += 1
            return
        kind = channel, language, topic
        count = bucket.kinds.get(kind)
        if count is None:
            count = bucket.kinds[kind] = [0, 0]
        count[0] += 1
        count[1] += angry
        of_topic = bucket.said.get(topic)
        if of_topic is None:
            of_topic = bucket.said[topic] = TopicSaid()
        of_topic.add(language, channel, conversation_id, message_id, normalised)

    def sends(self) -> Iterable[Send]:
        """The records, one a group and bucket, in the order in which the buckets were first seen."""
        for (group, start_s), bucket in self._buckets.items():
            slices: dict[str, tuple[int, int]] = {}
            for (channel, language, topic), (messages, angry) in bucket.kinds.items():
                of_topic, of_channel = f"topic:{topic}", f"channel:{channel}"
                for name in ("all", of_channel, f"language:{language}", of_topic, f"{of_topic},{of_channel}"):
                    before = slices.get(name, (0, 0))
                    slices[name] = before[0] + messages, before[1] + angry
            told = {f"topic:{topic}": said.record() for topic, said in bucket.said.items()}
            yield to_counts(group, CountsRecord(start_s, slices, told, bucket.follow_ups))


@dataclass(slots=True)
class _Bucket:
    """kinds: (channel, language, topic) -> [messages, angry ones], added up to slices at the end; said: by topic."""

    kinds: dict[tuple[str, str, str], list[int]]
    said: dict[str, TopicSaid]
    follow_ups: int = 0
