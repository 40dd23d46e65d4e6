"""Partition time, marks, watermarks."""

import json
from typing import Any

from streams.runtime.marks import MARK_HEADERS, Mark, is_mark

from .harness import Harness, about


def said(harness: Harness, topic: str, key: bytes) -> list[dict[str, Any]]:
    return [json.loads(record.value or b"") for record in about(harness.outputs(topic), key)]


def mark(harness: Harness, partition: int, up_to_s: float, of: int = 2, to: int = 0) -> None:
    """What another stage would tell partition ``to`` of the probes about a partition of "elsewhere"."""
    harness.feed("probes", None, Mark("elsewhere", partition, of, up_to_s).encode(), MARK_HEADERS, partition=to)


def ask(harness: Harness, key: bytes, partition: int = 0) -> dict[str, Any]:
    before = len(said(harness, "readings", key))
    harness.feed("probes", key, b"{}", partition=partition)
    harness.until(lambda: len(said(harness, "readings", key)) > before)
    return said(harness, "readings", key)[-1]


def marks_of(harness: Harness, partition: int, told: int = 0) -> list[float]:
    """What partition ``told`` of the inbox has heard of a partition of the events."""
    inbox = [record for record in harness.outputs("inbox") if record.partition == told and is_mark(record.headers)]
    marks = [Mark.decode(record.value) for record in inbox]
    return [
        mark.up_to_s for mark in marks if mark is not None and (mark.topic, mark.partition) == ("events", partition)
    ]


def test_the_time_of_a_partition_never_goes_back(harness: Harness) -> None:
    for _ in range(5):
        for number in range(20):
            harness.feed("words", b"time-%d" % number, b"{}", partition=number % 3)
        harness.advance(3.0)
    with harness.away("counter"):
        pass
    for number in range(20):
        harness.feed("words", b"time-%d" % number, b"{}", partition=number % 3)
    harness.settle("counter")
    copies = [dict(record.headers) for record in about(harness.outputs("counts"), b"time-")]
    assert len(copies) == 120
    for partition in (b"0", b"1", b"2"):
        # One source partition's copies lie in three partitions: sort them as they were in their source.
        mine = sorted((int(copy["at"]), float(copy["time_s"])) for copy in copies if copy["from"] == partition)
        times = [time_s for _, time_s in mine]
        assert times == sorted(times)
        assert times[-1] > times[0]


def test_every_partition_of_the_inbox_is_told_how_far_every_source_partition_is(harness: Harness) -> None:
    began_s = harness.now_s()
    pairs = [(partition, told) for partition in range(3) for told in range(2)]

    def heard_twice() -> bool:
        return all(sum(up_to_s > began_s for up_to_s in marks_of(harness, *pair)) >= 2 for pair in pairs)

    harness.until(heard_twice)
    for pair in pairs:
        marks = marks_of(harness, *pair)
        assert marks == sorted(set(marks))
        assert marks[-1] <= harness.now_s()


def test_a_timer_fires_once_and_not_before_the_watermark_reached_it(harness: Harness) -> None:
    for number in range(6):
        harness.feed("events", b"timer-%d" % number, b'{"after_s": 15}', partition=number % 3)
    harness.until(lambda: len(about(harness.outputs("fired"), b"timer-")) == 6)
    harness.advance(12.0)  # more ticks, and a mark
    fired = said(harness, "fired", b"timer-")
    assert len(fired) == 6
    assert all(one["watermark_s"] >= one["due_s"] for one in fired)
    assert all(one["now_s"] >= one["watermark_s"] for one in fired)
    for partition in range(2):
        assert not any(key.startswith(b"timer-") for key in harness.rows("timers", "inbox", partition))


def test_an_aborted_tail_does_not_hold_time_up(harness: Harness) -> None:
    harness.settle("relay")
    harness.feed_aborted("events", 2, [b"never", b"seen"])
    began_s = harness.now_s()
    harness.until(lambda: marks_of(harness, 2)[-1] > began_s + 10)
    harness.feed("events", b"tail", b"{}", partition=2)
    harness.settle("relay")
    assert len(about(harness.outputs("inbox"), b"tail")) == 1


def test_a_watermark_waits_for_every_partition_and_leaves_out_and_names_the_silent(harness: Harness) -> None:
    now_s = harness.now_s()
    with harness.away("gauge"):  # silence counts from its opening
        mark(harness, 0, now_s - 5)
        harness.feed("probes", b"first", b"{}", partition=0)
    mark(harness, 1, now_s - 9)
    harness.settle("gauge")
    reading = ask(harness, b"both")
    assert (reading["watermark_s"], reading["silent"]) == (now_s - 9, [])
    assert said(harness, "readings", b"first")[0]["watermark_s"] < now_s - 9  # partition 1 had not spoken

    while harness.now_s() < now_s + 1.5 * harness.silence_s:
        mark(harness, 0, harness.now_s() - 1)  # only this one goes on
        harness.advance(10.0)
    mark(harness, 0, harness.now_s() - 1)
    harness.settle("gauge")
    reading = ask(harness, b"silent")
    assert reading["silent"] == [["elsewhere", 1]]
    assert now_s + harness.silence_s < reading["watermark_s"] <= reading["now_s"]

    highest_s = reading["watermark_s"]
    mark(harness, 1, now_s)  # it speaks again, of long ago: time does not go back for it
    harness.settle("gauge")
    reading = ask(harness, b"back")
    assert (reading["watermark_s"], reading["silent"]) == (highest_s, [])


def test_a_watermark_never_goes_back_across_owners(harness: Harness) -> None:
    now_s = harness.now_s()
    for number in (0, 1):
        mark(harness, number, now_s - 2, to=1)
    harness.settle("gauge")
    before = ask(harness, b"owner", 1)
    assert before["silent"] == []
    with harness.away("gauge"):
        mark(harness, 0, now_s - 1, of=3, to=1)
    after = ask(harness, b"owner", 1)
    # A third partition is waited for from now on: its zero must not pull time back.
    assert (after["watermark_s"], after["silent"]) == (before["watermark_s"], [])
    assert after["now_s"] >= before["now_s"]
