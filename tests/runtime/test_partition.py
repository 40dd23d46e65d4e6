import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.fence import FENCE_KEY, Fence
from streams.runtime.marks import MARK_HEADERS, Mark, is_mark
from streams.runtime.memory_log import MemoryLog
from streams.runtime.partition import FENCE_ALONE_EVERY_S, Partition, StageFailedError
from streams.runtime.spans import ChunkLimits
from streams.runtime.stage import DeadLetter, Headers, Output, Record, Send, StageSpec, Watermark
from streams.runtime.transaction import Transaction
from streams.topics import TopicSpec, TopicTable

from .conformance.toys import Counter, Timers, Toy


class CountAndTime(Toy):
    """A counter and timers at once; keys that begin with ``t`` set a timer of 5 s."""

    def __init__(self, partition: int, partitions: int) -> None:
        self._counter, self._timers = Counter("out", 0, 1), Timers("out", 0, 1)

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        self._counter.restore({key: row for key, row in rows.items() if not key.startswith(b"t")})
        self._timers.restore({key: row for key, row in rows.items() if key.startswith(b"t")})

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        counted = self._counter.process([one for one in records if one.key == b"c"], watermark)
        timed = self._timers.process([one for one in records if one.key != b"c"], watermark)
        return Output(counted.sends + timed.sends, counted.rows | timed.rows)

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        return self._timers.tick(now_s, watermark)


TABLE = TopicTable(
    [TopicSpec("in", 1), TopicSpec("out", 1), TopicSpec("inbox", 2), TopicSpec("dead-letters", 1)],
    prefix="",
    stages={"toy": ["in"]},
)


class Bench:
    """One partition with its log, its rows and what it committed, step by step."""

    def __init__(self, spec: StageSpec) -> None:
        self.spec = spec
        self.log = MemoryLog()
        self.rows: dict[bytes, bytes] = {}
        self.committed: list[Send] = []
        self.now_s = 0.0
        self.reopen()

    def reopen(self) -> None:
        self.machine = Partition(
            self.spec,
            "in",
            0,
            table=TABLE,
            partitions_of=lambda topic: TABLE[topic].partitions,
            limits=ChunkLimits(records=3),
        )
        self.machine.restore(dict(self.rows), self.log.start)
        self.write(self.machine.claim())
        self.machine.open(self.now_s)

    def write(self, transaction: Transaction | None, lost: str = "") -> None:
        """Commit and confirm. lost: "before" or "after" the commit, the owner dies."""
        if transaction is None:
            return
        if lost != "before":
            for send in transaction.sends:
                if send.topic != "toy.in.state":
                    self.committed.append(send)
                elif send.value is None:
                    self.rows.pop(send.key or b"", None)
                else:
                    self.rows[send.key or b""] = send.value
        if lost:
            self.reopen()
        else:
            self.machine.confirm(transaction)

    def read(self, offsets: int = 1_000) -> None:
        at = self.machine.queue.end_offset
        self.machine.offer(self.log.read(at, offsets))

    def chunk(self, lost: str = "") -> None:
        self.write(self.machine.chunk(), lost)

    def tick(self, lost: str = "") -> None:
        at_end = self.machine.queue.next_offset == self.log.end
        self.write(self.machine.tick(self.now_s if at_end else None), lost)

    def settle(self) -> None:
        while self.machine.queue.next_offset < self.log.end:
            self.read()
            self.chunk()


LOST = st.sampled_from(["", "", "before", "after"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("feed"), st.sampled_from([b"c", b"t"])),
        st.tuples(st.just("hole"), st.integers(1, 3)),
        # Whole milliseconds, as brokers stamp, and exact in binary: else a tick may come after a record's own stamp.
        st.tuples(st.just("wait"), st.integers(0, 32).map(lambda eighths: eighths / 8)),
        st.tuples(st.just("read"), st.integers(1, 5)),
        st.tuples(st.just("chunk"), LOST),
        st.tuples(st.just("tick"), LOST),
    ),
    min_size=20,  # left to itself, Hypothesis makes lists of five, and of those one in a hundred loses a commit
    max_size=60,
)


def run(steps: list[tuple[str, Any]], *, crashes: bool) -> Bench:
    bench = Bench(StageSpec("toy", {"in": CountAndTime}, sends_to=("out",)))
    time_s = 0.0
    for number, (step, what) in enumerate(steps):
        if step == "feed":
            key = what if what == b"c" else b"t%d" % number
            bench.log.append(bench.now_s, key, b'{"after_s": 5.0}')
        elif step == "hole":
            bench.log.skip(what)
        elif step == "wait":
            bench.now_s += what
        elif step == "read":
            bench.read(what)
        elif step == "chunk":
            bench.chunk(what if crashes else "")
        else:
            bench.tick(what if crashes else "")
        # A step that was lost is undone, time with it: what counts is what the rows say.
        written_s = Fence.decode(bench.rows[FENCE_KEY]).time_s
        assert time_s <= written_s <= bench.machine.time_s <= bench.now_s
        time_s = written_s
    bench.settle()
    bench.now_s += 100.0
    bench.tick()
    return bench


def effects(bench: Bench) -> tuple[list[tuple[bytes | None, Headers]], list[bytes]]:
    """The counted copies in order, and the timers that fired (when they did depends on when somebody looked)."""
    counted = [(send.value, send.headers) for send in bench.committed if send.key == b"c"]
    return counted, sorted(send.key for send in bench.committed if send.key and send.key != b"c")


@given(STEPS)
def test_a_crash_at_any_point_changes_nothing_of_what_is_committed_and_time_never_goes_back(
    steps: list[tuple[str, Any]],
) -> None:
    crashed, smooth = run(steps, crashes=True), run(steps, crashes=False)
    assert effects(crashed) == effects(smooth)
    business = [{key: row for key, row in bench.rows.items() if key != FENCE_KEY} for bench in (crashed, smooth)]
    assert business[0] == business[1]
    fed = [b"t%d" % number for number, step in enumerate(steps) if step == ("feed", b"t")]
    assert effects(crashed)[1] == sorted(fed)


def test_a_broker_timestamp_that_goes_back_does_not_take_time_with_it() -> None:
    bench = Bench(StageSpec("toy", {"in": CountAndTime}, sends_to=("out",)))
    for time_s in (10.0, 8.0, 11.0):
        bench.log.append(time_s, b"c", b"")
    bench.settle()
    times = [float(dict(send.headers)["time_s"]) for send in bench.committed]
    assert times == [10.0, 10.0, 11.0]


def test_time_stands_still_while_something_is_unread() -> None:
    bench = Bench(StageSpec("toy", {"in": CountAndTime}, sends_to=("out",)))
    bench.log.append(10.0, b"t", b'{"after_s": 5.0}')
    bench.settle()
    bench.now_s = 100.0
    bench.log.append(12.0, b"c", b"")
    bench.tick()
    assert (bench.committed, bench.machine.time_s) == ([], 10.0)
    bench.settle()
    bench.tick()
    assert [send.key for send in bench.committed] == [b"c", b"t"]
    assert bench.machine.time_s == 100.0


def test_what_is_read_in_one_chunk_sees_the_watermark_of_before_it() -> None:
    bench = Bench(StageSpec("toy", {"in": lambda *_: Timers("out", 0, 1)}, sends_to=("out",), fed_by=("elsewhere",)))
    bench.log.append(10.0, b"before", b"{}")  # or the reader's own time would hold the watermark back
    bench.settle()
    bench.log.append(10.0, None, Mark("elsewhere", 0, 1, 9.0).encode(), MARK_HEADERS)
    bench.log.append(10.0, b"a", b"{}")
    bench.settle()
    bench.log.append(11.0, b"b", b"{}")
    bench.settle()
    assert [json.loads(send.value or b"")["watermark_s"] for send in bench.committed] == [0.0, 0.0, 9.0]


def test_marks_are_not_shown_to_the_stage_and_survive_its_owner() -> None:
    bench = Bench(StageSpec("toy", {"in": lambda *_: Timers("out", 0, 1)}, sends_to=("out",), fed_by=("elsewhere",)))
    bench.log.append(10.0, None, Mark("elsewhere", 0, 1, 9.0).encode(), MARK_HEADERS)
    bench.settle()
    assert bench.committed == []
    bench.now_s = 11.0
    bench.reopen()
    bench.log.append(11.0, b"b", b"{}")
    bench.settle()
    assert [json.loads(send.value or b"")["watermark_s"] for send in bench.committed] == [9.0]


def test_a_watermark_that_an_output_was_written_at_holds_for_the_next_owner() -> None:
    bench = Bench(StageSpec("toy", {"in": lambda *_: Timers("out", 0, 1)}, sends_to=("out",), fed_by=("elsewhere",)))
    for time_s in (50.0, 50.0):  # nobody marked for 50 s: the watermark is the reader's own time
        bench.log.append(time_s, b"before", b"{}")
        bench.settle()
    bench.now_s = 53.0
    bench.reopen()  # from now on it waits for marks again
    bench.log.append(54.0, b"after", b"{}")
    bench.settle()
    said = [json.loads(send.value or b"")["watermark_s"] for send in bench.committed]
    assert said == [0.0, 50.0, 50.0]


def test_a_stage_that_marks_tells_every_partition_once_for_each_ten_seconds() -> None:
    bench = Bench(StageSpec("toy", {"in": CountAndTime}, sends_to=("out",), marks_to={"in": ("inbox",)}))
    marked = []
    for now_s in (5.0, 10.0, 12.0, 19.9, 20.0, 55.0):
        bench.now_s = now_s
        before = len(bench.committed)
        bench.tick()
        new = bench.committed[before:]
        assert all(is_mark(send.headers) for send in new)
        marked.append([(send.partition, Mark.decode(send.value)) for send in new])
    expected = [[(number, Mark("in", 0, 1, now_s)) for number in (0, 1)] for now_s in (10.0, 20.0, 55.0)]
    assert marked == [[], expected[0], [], [], expected[1], expected[2]]


def test_an_aborted_tail_moves_the_fence_once_an_hour() -> None:
    bench = Bench(StageSpec("toy", {"in": CountAndTime}, sends_to=("out",)))
    bench.log.append(1.0, b"c", b"")
    bench.settle()
    bench.log.skip(5)
    bench.read()
    bench.chunk()
    bench.now_s = FENCE_ALONE_EVERY_S
    bench.tick()
    assert Fence.decode(bench.rows[FENCE_KEY]).next_offset == 1
    bench.now_s += 2.0
    bench.tick()
    assert Fence.decode(bench.rows[FENCE_KEY]).next_offset == 6


def test_an_output_that_says_nothing_writes_nothing() -> None:
    bench = Bench(StageSpec("toy", {"in": lambda *_: Toy()}))
    assert bench.machine.tick(5.0) is None
    assert bench.machine.chunk() is None


class Broken(Toy):
    def __init__(self, where: str) -> None:
        self._where = where

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        self._break("restore")

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        self._break("process")
        return Output([Send("nowhere", None, b"v")]) if self._where == "output" else Output()

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        self._break("tick")
        return Output()

    def _break(self, where: str) -> None:
        if self._where == where:
            raise RuntimeError("a customer's words")


@pytest.mark.parametrize("where", ["make", "restore", "process", "tick", "output"])
def test_a_stage_that_fails_is_named_without_its_words(where: str) -> None:
    def make(partition: int, partitions: int) -> Broken:
        if where == "make":
            raise RuntimeError("a customer's words")
        return Broken(where)

    with pytest.raises(StageFailedError) as failed:  # noqa: PT012
        bench = Bench(StageSpec("toy", {"in": make}))
        bench.log.append(1.0, b"k", b"v")
        bench.log.skip(3)
        bench.log.append(1.0, b"k", b"v")
        bench.read()
        bench.chunk()
        bench.tick()
    assert failed.value.offsets == ((0, 4) if where in ("process", "output") else ())
    assert (
        str(failed.value)
        == {
            "make": "toy in/0 restore: RuntimeError",
            "restore": "toy in/0 restore: RuntimeError",
            "process": "toy in/0 process: RuntimeError",
            "tick": "toy in/0 tick: RuntimeError",
            "output": "toy in/0 output: a topic that its sends_to does not name",
        }[where]
    )


def test_records_dead_letters_and_counts_are_told_to_the_runner() -> None:
    class Half(Toy):
        def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
            return Output(dead_letters=[DeadLetter(records[0], "bad")], counts={"seen": 2})

    bench = Bench(StageSpec("toy", {"in": lambda *_: Half()}))
    for _ in range(2):
        bench.log.append(1.0, b"k", b"v")
    bench.read()
    transaction = bench.machine.chunk()
    assert transaction is not None
    assert (transaction.records, transaction.dead_letters, transaction.counts) == (2, 1, {"seen": 2})
    assert transaction.fence == Fence(2, 1.0)
