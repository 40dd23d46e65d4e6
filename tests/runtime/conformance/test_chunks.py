"""How much a stage is given at once."""

import json
import time
from itertools import pairwise
from statistics import median
from typing import Any

from streams.runtime.runner import REST_S_MAX

from .harness import CHUNK, Harness, about
from .kafka_harness import KafkaHarness
from .toys import PACE_S, REST, SLOW_S


def sizes(harness: Harness, key: bytes) -> list[dict[str, Any]]:
    return [json.loads(record.value or b"") for record in about(harness.outputs("sizes"), key)]


def feed_backlog(harness: Harness, key: bytes, values: list[bytes]) -> None:
    """All of it is there before the stage is."""
    with harness.away("chunky"):
        for value in values:
            harness.feed("loads", key, value, partition=0)
    harness.settle("chunky")


def test_a_backlog_is_cut_by_records(harness: Harness) -> None:
    feed_backlog(harness, b"records", [b"x"] * 2_000)
    chunks = [size["records"] for size in sizes(harness, b"records")]
    assert sum(chunks) == 2_000
    assert max(chunks) == CHUNK.records


def test_a_backlog_is_cut_by_bytes_but_one_record_always_passes(harness: Harness) -> None:
    large, small = b"x" * (CHUNK.bytes + 1), b"y" * (CHUNK.bytes // 4)
    feed_backlog(harness, b"bytes", [small, large, *[small] * 20])
    chunks = sizes(harness, b"bytes")
    assert sum(size["records"] for size in chunks) == 22
    assert [size["records"] for size in chunks if size["bytes"] > CHUNK.bytes] == [1]
    assert any(size["records"] == 3 for size in chunks)


def test_a_slow_stage_gets_no_more_at_once_than_it_can_do_in_time(kafka: KafkaHarness) -> None:
    feed_backlog(kafka, b"slow", [b"slow"] * 300)
    chunks = [size["records"] for size in sizes(kafka, b"slow")]
    assert sum(chunks) == 300
    # The first chunk teaches the cost; then a chunk is what fits, with room for a sleep that took longer.
    assert all(size <= CHUNK.seconds / SLOW_S for size in chunks[1:])


def dribble(kafka: KafkaHarness, stage: str, key: bytes, value: bytes) -> tuple[list[int], float]:
    """Sixty records, one every 10 ms: how many each chunk had, and how long it all took."""
    began_s = time.monotonic()
    for number in range(60):
        kafka.feed(f"{stage}.loads", key, value, partition=0)
        time.sleep(max(0.0, began_s + 0.01 * (number + 1) - time.monotonic()))
    kafka.settle(stage)
    return [size["records"] for size in sizes(kafka, key)], time.monotonic() - began_s


def test_a_stage_with_a_pace_gathers_records_between_two_chunks(kafka: KafkaHarness) -> None:
    chunks, took_s = dribble(kafka, "paced", b"paced", b"x")
    assert sum(chunks) == 60
    assert len(chunks) <= took_s / PACE_S + 2


def test_a_stage_that_rests_gathers_records_as_long_as_its_chunks_take(kafka: KafkaHarness) -> None:
    chunks, took_s = dribble(kafka, "resting", b"resting", b"slow")
    assert sum(chunks) == 60
    assert len(chunks) <= took_s / (SLOW_S * (1 + REST)) + 2


def test_a_stage_that_rests_does_not_while_a_whole_chunk_waits(kafka: KafkaHarness) -> None:
    for _ in range(400):
        kafka.feed("resting.loads", b"behind", b"slow", partition=0)
    kafka.settle("resting")
    chunks = sizes(kafka, b"behind")
    assert sum(size["records"] for size in chunks) == 400
    # Chunks of 50 ms would rest for as long as may be; without a rest, what lies between two of them is a commit. The
    # median, since the last ones do rest, and the machine may hold some commits up.
    assert median(after["began_s"] - before["ended_s"] for before, after in pairwise(chunks)) < REST_S_MAX
