"""Two stages of the tests' own, one behind the other, with a counter row a key: cheap, so that faults meet high rates.

The second reads what transactions wrote, so its source is full of their markers and of aborted records.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

from streams.runtime.stage import Output, Record, StageSpec, Watermark
from streams.topics import MB, TopicSpec, TopicTable
from tests.runtime.conformance.toys import POISON, Counter

PARTITIONS = 4
FIRST, SECOND = "first", "second"
WORDS, COUNTS, RECOUNTS = "words", "counts", "recounts"


class Spoilt(Counter):
    """Raises on poison, as a version with a fault in it would."""

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        if any(record.value == POISON for record in records):
            raise ValueError("a customer's words")
        return super().process(records, watermark)


class Slow(Counter):
    """Takes a while for each record of partition 0."""

    slow_s = 0.005

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        if records[0].partition == 0:
            time.sleep(self.slow_s * len(records))
        return super().process(records, watermark)


VERSIONS: dict[str, Callable[[str, int, int], Counter]] = {"good": Counter, "spoilt": Spoilt, "slow": Slow}


def stages(version: str = "good") -> list[StageSpec]:
    """Both; ``version`` is the first one's."""
    return [
        StageSpec(FIRST, {WORDS: partial(VERSIONS[version], COUNTS)}, sends_to=(COUNTS,)),
        StageSpec(SECOND, {COUNTS: partial(Counter, RECOUNTS)}, sends_to=(RECOUNTS,)),
    ]


def topic_table(prefix: str) -> TopicTable:
    specs = [
        TopicSpec(WORDS, PARTITIONS, max_message_bytes=4 * MB),
        TopicSpec(COUNTS, PARTITIONS, max_message_bytes=4 * MB),
        TopicSpec(RECOUNTS, PARTITIONS, max_message_bytes=4 * MB),
        TopicSpec("dead-letters", 1),
    ]
    return TopicTable(specs, prefix=prefix, stages={FIRST: [WORDS], SECOND: [COUNTS]})
