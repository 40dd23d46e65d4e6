import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.fence import FenceOutsideLogError
from streams.runtime.memory import CommitLostError, MemoryRunner
from streams.runtime.partition import StageFailedError
from streams.runtime.stage import Output, Record, Send, StageSpec, Watermark
from streams.runtime.transaction import Transaction
from streams.topics import TopicSpec, TopicTable

from .conformance.toys import POISON, Switches, Toy, toy_stages, toy_table


def toys(seed: int = 1, start_s: float = 0.0) -> MemoryRunner:
    return MemoryRunner(toy_stages(Switches()), toy_table(""), seed=seed, start_s=start_s)


class LosesCommits(MemoryRunner):
    """Loses commits, before or after they are written, as a list says; then no more."""

    plan: list[str]

    def commit(self, stage: str, transaction: Transaction) -> None:
        fate = self.plan.pop() if self.plan else ""
        if fate != "before":
            super().commit(stage, transaction)
        if fate:
            raise CommitLostError


def feed(runner: MemoryRunner) -> None:
    for number in range(60):
        runner.send("words", b"%d" % (number % 7), b"%d" % number)
        runner.send("events", b"t%d" % number, b'{"after_s": %d}' % (number % 20))
        if number % 10 == 0:
            runner.advance(3.0)
    runner.advance(100.0)


def effects(runner: MemoryRunner) -> tuple[dict[bytes, list[bytes | None]], list[bytes]]:
    """What came out, per key in order; of timers only which fired."""
    counts: dict[bytes, list[bytes | None]] = {b"%d" % number: [] for number in range(7)}
    for record in runner.records("counts"):
        counts[record.key or b""].append(record.value)
    return counts, sorted(record.key or b"" for record in runner.records("fired"))


@given(st.integers(0, 1_000), st.lists(st.sampled_from(["", "", "", "before", "after"]), max_size=60))
def test_neither_the_order_of_partitions_nor_lost_commits_change_what_comes_out(seed: int, plan: list[str]) -> None:
    smooth = toys()
    feed(smooth)
    shaken = LosesCommits(toy_stages(Switches()), toy_table(""), seed=seed)
    shaken.plan = plan
    feed(shaken)
    assert effects(shaken) == effects(smooth)
    assert len(effects(smooth)[1]) == 60


def test_the_same_seed_gives_the_same_run_and_another_seed_another_order() -> None:
    def order(seed: int) -> list[Record]:
        runner = toys(seed)
        feed(runner)
        return runner.records("counts")

    assert order(3) == order(3)
    assert any(order(3) != order(seed) for seed in (4, 5))


def test_time_passes_only_when_asked_for() -> None:
    runner = toys(start_s=1_000.0)
    runner.send("words", b"k", b"v")
    runner.settle()
    runner.advance(12.5)
    runner.send("words", b"k", b"v")
    runner.settle()
    assert [record.time_s for record in runner.records("counts")] == [1_000.0, 1_012.5]
    assert runner.clock.now_s() == 1_012.5


def test_a_partition_ticks_every_ten_seconds_from_its_first_record_on() -> None:
    ticks: list[tuple[int, float]] = []

    class Ticking(Toy):
        def __init__(self, partition: int, partitions: int) -> None:
            self._partition = partition

        def tick(self, now_s: float, watermark: Watermark) -> Output:
            ticks.append((self._partition, now_s))
            return Output()

    table = TopicTable([TopicSpec("in", 2)], prefix="", stages={"ticking": ["in"]})
    runner = MemoryRunner([StageSpec("ticking", {"in": Ticking})], table, start_s=3.0)
    runner.advance(20.0)
    assert ticks == []
    runner.send("in", None, b"", partition=1)
    runner.advance(20.0)
    assert ticks == [(1, 30.0), (1, 40.0)]


def test_a_partition_with_rows_ticks_after_its_instance_was_thrown_away() -> None:
    runner = toys()
    runner.send("inbox", b"timer", b'{"after_s": 25}', partition=1)
    runner.settle()
    runner.crash("timers")
    runner.advance(200.0)
    assert [record.key for record in runner.records("fired")] == [b"timer"]


def test_empty_partitions_of_a_stage_that_marks_mark_too() -> None:
    runner = toys()
    runner.send("events", b"k", b"{}", partition=0)
    runner.advance(60.0)
    runner.send("inbox", b"ask", b"{}", partition=0)
    runner.settle()
    said = json.loads(next(record for record in runner.records("fired") if record.key == b"ask").value or b"")
    assert (said["watermark_s"], said["silent"]) == (60.0, [])


def test_a_stage_that_raises_is_reported_once_after_the_others_are_done() -> None:
    runner = toys()
    runner.send("events", b"k", POISON, partition=0)
    runner.send("events", b"k", b"{}", partition=1)
    runner.send("words", b"k", b"{}")
    with pytest.raises(StageFailedError, match="relay events/0 process: ValueError"):
        runner.settle()
    assert len(runner.records("counts")) == 1
    assert list(runner.stopped) == [("relay", "events", 0)]
    runner.settle()
    runner.crash("relay")
    assert runner.stopped == {}
    with pytest.raises(StageFailedError):
        runner.settle()


def test_a_stage_that_raises_in_a_tick_stops_the_clock_there() -> None:
    class Raises(Toy):
        def tick(self, now_s: float, watermark: Watermark) -> Output:
            raise ValueError

    table = TopicTable([TopicSpec("in", 1)], prefix="", stages={"raises": ["in"]})
    runner = MemoryRunner([StageSpec("raises", {"in": lambda *_: Raises()})], table)
    runner.send("in", None, b"")
    with pytest.raises(StageFailedError):
        runner.advance(100.0)
    assert runner.clock.now_s() == 10.0


def test_a_log_that_was_deleted_beneath_a_reader_stops_it() -> None:
    runner = toys()
    runner.send("words", b"k", b"v", partition=0)
    runner.delete_all("words", 0)
    runner.settle()  # nothing was read before: the log begins at 1
    assert runner.records("counts") == []
    runner.send("words", b"k", b"v", partition=0)
    runner.delete_all("words", 0)
    with pytest.raises(FenceOutsideLogError):
        runner.settle()


def test_what_nobody_has_still_to_read_can_be_forgotten_at_any_time() -> None:
    def run(forgetting: bool) -> list[tuple[bytes | None, bytes | None]]:
        runner = toys()
        seen = []
        for number in range(40):
            runner.send("words", b"%d" % (number % 3), b"%d" % number)
            runner.send("events", b"t%d" % number, b'{"after_s": 5}')
            runner.advance(4.0)
            if forgetting:
                seen += [(record.key, record.value) for record in runner.records("counts")]
                runner.forget()
                assert runner.records("counts") == runner.records("words") == []
        return sorted(seen or [(record.key, record.value) for record in runner.records("counts")])

    assert run(forgetting=True) == run(forgetting=False)


def test_records_that_were_not_read_are_not_forgotten() -> None:
    runner = toys()
    runner.settle()
    runner.send("words", b"k", b"v")
    runner.forget()
    runner.settle()
    assert len(runner.records("counts")) == 1


def test_all_outputs_of_a_transaction_are_written_or_none() -> None:
    class Copies(Toy):
        def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
            return Output([Send("out", b"%d" % n, b"v") for n in range(5)], rows={b"row": b"1"})

    table = TopicTable([TopicSpec("in", 1), TopicSpec("out", 2)], prefix="", stages={"copies": ["in"]})
    runner = LosesCommits([StageSpec("copies", {"in": lambda *_: Copies()}, sends_to=("out",))], table)
    runner.plan = ["before", ""]  # the claim passes, the chunk is lost
    runner.send("in", None, b"")
    runner.settle()
    assert len(runner.records("out")) == 5
    assert runner.rows("copies", "in", 0)[b"row"] == b"1"


@pytest.mark.parametrize("topic", ["nowhere", "counter.nowhere.state"])
def test_a_topic_that_is_not_in_the_table_is_refused(topic: str) -> None:
    with pytest.raises(KeyError):
        toys().send(topic, b"k", b"v")
