from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.marks import MARK_EVERY_S, Mark, MarkBook, is_mark, mark_due
from streams.runtime.stage import Watermark

TIMES = st.floats(0, 200, allow_nan=False)
MARKS = st.builds(Mark, st.sampled_from(["a", "b", "other"]), st.integers(0, 3), st.integers(1, 4), TIMES)
STEPS = st.lists(st.one_of(MARKS, st.floats(0, 50, allow_nan=False), st.just("reopen")), max_size=40)


@given(STEPS)
def test_a_watermark_never_goes_back_nor_beyond_the_reader_nor_beyond_a_live_mark(steps: list[object]) -> None:
    book = MarkBook(("a", "b"))
    reader_s = 0.0
    book.open(reader_s)
    marked = {("a", 0): 0.0, ("b", 0): 0.0}
    before_s = 0.0
    for step in steps:
        if isinstance(step, Mark):
            book.observe(step, reader_s)
            if step.topic != "other":
                for partition in range(max(step.partitions, step.partition + 1)):
                    marked.setdefault((step.topic, partition), 0.0)
                source = (step.topic, step.partition)
                marked[source] = max(marked.get(source, 0.0), step.up_to_s)
        elif isinstance(step, float):
            reader_s += step
        else:
            row = book.dump()
            book = MarkBook(("a", "b"))
            book.restore(row)
            book.open(reader_s)
        watermark = book.watermark(reader_s)
        assert before_s <= watermark.time_s <= max(reader_s, before_s)
        if watermark.time_s > before_s:
            assert all(
                watermark.time_s <= up_to_s for source, up_to_s in marked.items() if source not in watermark.silent
            )
        before_s = watermark.time_s


def test_a_partition_that_was_added_while_its_stage_runs_is_waited_for() -> None:
    book = MarkBook(("a",))
    book.open(0.0)
    book.observe(Mark("a", 0, 1, 15.0), 20.0)
    book.observe(Mark("a", 1, 1, 10.0), 20.0)
    assert book.watermark(20.0).time_s == 10.0


def test_silence_counts_from_the_opening_not_from_before() -> None:
    book = MarkBook(("a",), silence_s=30.0)
    book.open(0.0)
    book.observe(Mark("a", 0, 1, 5.0), 5.0)
    row = book.dump()
    later = MarkBook(("a",), silence_s=30.0)
    later.restore(row)
    later.open(1_000.0)  # the reader was away
    assert later.watermark(1_030.0) == Watermark(5.0)
    assert later.watermark(1_030.1) == Watermark(1_030.1, frozenset({("a", 0)}))


def test_only_a_mark_that_moves_breaks_silence() -> None:
    book = MarkBook(("a",), silence_s=30.0)
    book.open(0.0)
    book.observe(Mark("a", 0, 1, 5.0), 5.0)
    book.observe(Mark("a", 0, 1, 5.0), 30.0)
    book.observe(Mark("a", 0, 1, 4.0), 31.0)
    assert book.watermark(36.0).silent == {("a", 0)}


def test_partitions_that_appear_later_are_waited_for_from_then_on() -> None:
    book = MarkBook(("a",))
    book.open(0.0)
    book.observe(Mark("a", 0, 1, 10.0), 10.0)
    assert book.watermark(10.0).time_s == 10.0
    book.observe(Mark("a", 0, 2, 20.0), 20.0)
    assert book.watermark(20.0).time_s == 10.0
    book.observe(Mark("a", 1, 2, 18.0), 20.0)
    assert book.watermark(20.0).time_s == 18.0


def test_a_book_has_changed_from_a_mark_that_moves_until_it_is_written() -> None:
    book = MarkBook(("a",))
    book.observe(Mark("other", 0, 1, 1.0), 1.0)
    assert not book.changed
    book.observe(Mark("a", 0, 1, 1.0), 1.0)
    assert book.changed
    book.dump()
    book.observe(Mark("a", 0, 1, 1.0), 2.0)
    assert not book.changed


@given(st.builds(Mark, st.text(), st.integers(0, 99), st.integers(1, 99), TIMES))
def test_a_mark_survives_its_encoding(mark: Mark) -> None:
    assert Mark.decode(mark.encode()) == mark


@given(
    st.one_of(st.none(), st.binary(), st.sampled_from([b"[]", b"{}", b"1", b'["a",1,2]', b'["a","b",1,2]', b'"abcd"']))
)
def test_what_is_no_mark_is_told_apart_without_an_error(value: bytes | None) -> None:
    assert Mark.decode(value) is None


def test_a_header_makes_a_mark() -> None:
    assert is_mark([("x", b""), ("spillway_mark", b"1")])
    assert not is_mark([("x", b"spillway_mark")])


@given(TIMES, TIMES)
def test_a_mark_is_due_once_for_each_multiple_of_ten_seconds(one_s: float, other_s: float) -> None:
    last_s, now_s = sorted((one_s, other_s))
    crossed = any(last_s < number * MARK_EVERY_S <= now_s for number in range(30))
    assert mark_due(last_s, now_s) == crossed
