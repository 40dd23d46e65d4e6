"""What the output topics must hold, worked out from the source topics alone, and the comparison.

A stage without timers is a function of its source: so the stage itself, alive in this process and fed once from the
beginning of the log as an independent read_committed client sees it, answers what the workers must have written. Every
record on the output topics must be one of these answers, each exactly once, and those of one source partition in order
on each destination partition; the rows must be those of the instance that never died.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from streams.runtime.fence import RESERVED
from streams.runtime.marks import is_mark
from streams.runtime.stage import Output, Record, Send, StageSpec, Watermark
from streams.runtime.transaction import OutputWriter
from streams.topics import TopicTable

CHUNK = 500


@dataclass
class Effects:
    """What one source partition leads to. ``counts``: how many times a chunk's own sums may be cut is free."""

    sends: list[Send] = field(default_factory=list)
    rows: dict[bytes, bytes] = field(default_factory=dict)

    def add(self, output: Output, placed: Sequence[Send], state_topic: str) -> None:
        self.sends.extend(send for send in placed if send.topic != state_topic)
        for key, row in output.rows.items():
            if row is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = row


Identity = Callable[[Send], Hashable]
"""What makes two records the same record: all of it but what depends on when it was processed."""


def recompute(spec: StageSpec, source: str, read: Sequence[Sequence[Record]], table: TopicTable) -> dict[int, Effects]:
    """The effects of each partition of a source, whose records are given partition by partition."""
    effects: dict[int, Effects] = {}
    counts = {topic.name: topic.partitions for topic in table}
    counts |= {source: len(read), f"{spec.name}.{source}.state": len(read)}
    for partition, records in enumerate(read):
        stage = spec.sources[source](partition, len(read))
        writer = OutputWriter(spec, source, partition, table, counts.__getitem__)
        mine = effects[partition] = Effects()
        business = [record for record in records if not (spec.fed_by and is_mark(record.headers))]
        for start in range(0, len(business), CHUNK):
            output = stage.process(business[start : start + CHUNK], Watermark(0.0))
            mine.add(output, writer.sends(output), f"{spec.name}.{source}.state")
    return effects


def assert_exactly_these(
    effects: Mapping[int, Effects], seen: Mapping[str, Sequence[Record]], identity: Identity
) -> None:
    """Every topic of ``seen`` holds the effects on it, each once, in order per source partition; and nothing else."""
    owner: dict[Hashable, int] = {}
    expected: dict[tuple[int, str, int], list[Hashable]] = defaultdict(list)
    for partition, mine in effects.items():
        for send in mine.sends:
            if send.topic not in seen:
                continue
            what = identity(send)
            assert owner.setdefault(what, partition) == partition, "the traffic must tell source partitions apart"
            assert send.partition is not None
            expected[partition, send.topic, send.partition].append(what)
    actual: dict[tuple[int, str, int], list[Hashable]] = defaultdict(list)
    for topic, records in seen.items():
        for record in records:
            what = identity(Send(topic, record.key, record.value, record.headers, record.partition))
            assert what in owner, f"{topic}/{record.partition} at {record.offset} is no effect of any input"
            actual[owner[what], topic, record.partition].append(what)
    for where in expected.keys() | actual.keys():
        if expected[where] != actual[where]:
            raise AssertionError(_difference(where, expected[where], actual[where]))


def _difference(where: tuple[int, str, int], expected: list[Hashable], actual: list[Hashable]) -> str:
    missing, extra = len(set(expected) - set(actual)), len(actual) - len(set(actual))
    first = next(
        (n for n, (one, other) in enumerate(zip(expected, actual, strict=False)) if one != other),
        min(len(expected), len(actual)),
    )
    source, topic, partition = where
    return (
        f"source partition {source} on {topic}/{partition}: {len(expected)} expected, {len(actual)} seen, {missing} "
        f"missing, {extra} more than once; they differ first at number {first}: "
        f"{expected[first : first + 2]} and {actual[first : first + 2]}"
    )


def own_rows(rows: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """A stage's rows without the runtime's."""
    return {key: row for key, row in rows.items() if not key.startswith(RESERVED)}


def without_time_header(send: Send) -> Hashable:
    """The counting stages' copies: everything but the partition's time."""
    return replace(send, headers=tuple(header for header in send.headers if header[0] != "time_s"))
