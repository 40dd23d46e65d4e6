"""Rows: what an owner wrote, the next one has, and nothing else."""

import json
from collections import Counter

import pytest

from .harness import Harness, about, assert_each_once_in_order
from .kafka_harness import KafkaHarness
from .toys import SURVIVOR


def test_a_crash_in_the_middle_loses_nothing_and_repeats_nothing(harness: Harness) -> None:
    harness.crash(SURVIVOR)  # starts it
    keys = [b"crash-%d" % (number % 7) for number in range(2_000)]

    def out() -> int:
        return len(about(harness.outputs("risky.counts"), b"crash-"))

    for at in range(0, len(keys), 1_000):
        for key in keys[at : at + 1_000]:
            harness.feed("risky.words", key, b"{}")
        harness.until(lambda: out() > at)  # noqa: B023 (it is called at once)
        harness.crash(SURVIVOR)
    harness.settle(SURVIVOR)
    assert_each_once_in_order(about(harness.outputs("risky.counts"), b"crash-"), dict(Counter(keys)))


def test_a_deleted_row_stays_gone(harness: Harness) -> None:
    for value in (b"1", b"2", None):
        harness.feed("words", b"gone", value, partition=0)
    harness.feed("words", b"kept", b"1", partition=0)
    harness.settle("counter")
    with harness.away("counter"):
        rows = harness.rows("counter", "words", 0)
        assert (rows.get(b"gone"), rows.get(b"kept")) == (None, b"1")
    for key in (b"gone", b"kept"):
        harness.feed("words", key, b"again", partition=0)
    harness.settle("counter")
    outputs = harness.outputs("counts")
    counts = {key: [int(dict(record.headers)["count"]) for record in about(outputs, key)] for key in (b"gone", b"kept")}
    assert counts == {b"gone": [1, 2, 3, 1], b"kept": [1, 2]}


@pytest.mark.parametrize("applied", [False, True], ids=["not_written", "written_but_unheard"])
def test_a_chunk_whose_commit_fails_counts_once(harness: Harness, applied: bool) -> None:
    keys = [b"%s-chunk-%d" % (b"yes" if applied else b"no", number % 5) for number in range(200)]
    harness.lose_commit("counter", "counts", applied=applied)
    harness.lose_commit("counter", "counts", applied=applied)
    for key in keys:
        harness.feed("words", key, b"{}")
    harness.settle("counter")
    assert_each_once_in_order(about(harness.outputs("counts"), keys[0][:4]), dict(Counter(keys)))


@pytest.mark.parametrize("applied", [False, True], ids=["not_written", "written_but_unheard"])
def test_a_tick_whose_commit_fails_ticks_again_unless_it_was_written(harness: Harness, applied: bool) -> None:
    key = b"tick-%d" % applied
    harness.lose_commit("timers", "fired", applied=applied)
    harness.feed("events", key, json.dumps({"after_s": 5.0}).encode())
    harness.until(lambda: about(harness.outputs("fired"), key))
    harness.advance(12.0)  # more ticks, and a mark
    assert len(about(harness.outputs("fired"), key)) == 1


def test_a_frozen_worker_that_wakes_up_as_a_zombie_writes_nothing_twice(kafka: KafkaHarness) -> None:
    kafka.crash(SURVIVOR)
    zombie = kafka.processes()[0]
    keys: list[bytes] = []

    def feed(count: int) -> None:
        for number in range(count):
            keys.append(b"zombie-%d" % (number % 7))
            kafka.feed("risky.words", keys[-1], b"{}")

    def out() -> int:
        return len(about(kafka.outputs_decided("risky.counts"), b"zombie-"))

    feed(300)
    kafka.settle(SURVIVOR)
    feed(2_000)
    kafka.until(lambda: out() > 300)
    kafka.freeze(zombie)  # with work in hand
    feed(300)
    kafka.start_process()
    kafka.until(lambda: out() == len(keys))
    feed(100)
    kafka.thaw(zombie)
    feed(2_000)
    kafka.until(lambda: kafka.members(SURVIVOR) == 2)
    feed(300)
    kafka.settle(SURVIVOR)
    assert_each_once_in_order(about(kafka.outputs("risky.counts"), b"zombie-"), dict(Counter(keys)))
