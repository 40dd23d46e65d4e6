"""What stops a partition stops only that one, loudly, and loses nothing."""

from streams.runtime.fence import FENCE_KEY, Fence

from .harness import Harness, about, assert_each_once_in_order
from .toys import POISON


def test_a_stage_that_raises_stops_its_partition_until_a_mended_version_starts(harness: Harness) -> None:
    harness.settle("relay")
    harness.feed("events", b"raise-before", b"{}", partition=0)
    harness.feed("events", b"raise-poison", POISON, partition=0)
    harness.feed("events", b"raise-after", b"{}", partition=0)
    harness.until(lambda: harness.stopped("relay"))
    harness.feed("events", b"raise-others", b"{}", partition=1)
    harness.settle("relay")
    assert list(harness.stopped("relay")) == [0]
    assert "customer" not in harness.stopped("relay")[0]
    assert len(about(harness.outputs("inbox"), b"raise-others")) == 1
    assert about(harness.outputs("inbox"), b"raise-after") == []

    with harness.away("relay"):
        harness.switches.mended = True
    harness.settle("relay")
    assert harness.stopped("relay") == {}
    arrived = about(harness.outputs("inbox"), b"raise-")
    assert sorted(record.key or b"" for record in arrived) == [
        b"raise-after",
        b"raise-before",
        b"raise-others",
        b"raise-poison",
    ]


def test_a_fence_outside_its_log_stops_only_that_partition_until_someone_resets_it(harness: Harness) -> None:
    for partition in range(3):
        harness.feed("lost.words", b"lost-%d" % partition, b"{}", partition=partition)
    harness.settle("lost")
    with harness.away("lost"):
        end = Fence.decode(harness.rows("lost", "lost.words", 1)[FENCE_KEY]).next_offset
        for partition in range(3):
            harness.feed("lost.words", b"lost-%d" % partition, b"{}", partition=partition)
        harness.delete_all("lost.words", 0)
        harness.feed("lost.lost.words.state", FENCE_KEY, Fence(end + 1_000).encode(), partition=1)
    harness.until(lambda: len(harness.stopped("lost")) == 2)
    harness.feed("lost.words", b"lost-2", b"{}", partition=2)
    harness.settle("lost")
    assert sorted(harness.stopped("lost")) == [0, 1]
    outputs = about(harness.outputs("lost.counts"), b"lost-")
    assert_each_once_in_order(outputs, {b"lost-0": 1, b"lost-1": 1, b"lost-2": 3})

    with harness.away("lost"):
        harness.feed("lost.lost.words.state", FENCE_KEY, Fence(end + 1).encode(), partition=0)
        harness.feed("lost.lost.words.state", FENCE_KEY, Fence(end).encode(), partition=1)
        harness.feed("lost.words", b"lost-0", b"{}", partition=0)
    harness.settle("lost")
    assert harness.stopped("lost") == {}
    outputs = about(harness.outputs("lost.counts"), b"lost-")
    assert_each_once_in_order(outputs, {b"lost-0": 2, b"lost-1": 2, b"lost-2": 3})


def test_aborted_transactions_in_a_source_are_neither_counted_nor_in_the_way(harness: Harness) -> None:
    for _ in range(3):
        harness.feed("words", b"around", b"{}", partition=1)
        harness.feed_aborted("words", 1, [b"never", b"seen"])
    harness.settle("counter")
    with harness.away("counter"):
        harness.feed_aborted("words", 1, [b"never"])
        harness.feed("words", b"around", b"{}", partition=1)
        harness.feed_aborted("words", 1, [b"never"] * 20)
    harness.feed("words", b"around", b"{}", partition=1)
    harness.settle("counter")
    outputs = harness.outputs("counts")
    assert_each_once_in_order(about(outputs, b"around"), {b"around": 5})
    assert about(outputs, b"aborted") == []
