from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.memory_log import MemoryLog
from streams.runtime.spans import ChunkLimits, Fetched, FetchQueue, Offered

SPANS = st.tuples(st.integers(0, 30), st.integers(0, 30))


def a_log(present: list[bool]) -> MemoryLog:
    """A log with a record at each offset that is present, and holes elsewhere."""
    log = MemoryLog()
    for offset, here in enumerate(present):
        if here:
            log.append(float(offset), b"k", b"v" * (offset % 5))
        else:
            log.skip(1)
    return log


def drain(queue: FetchQueue) -> list[int]:
    taken: list[int] = []
    while queue.next_offset < queue.end_offset:
        taken.extend(raw.offset for raw in queue.cut())
    return taken


@given(
    present=st.lists(st.booleans(), max_size=30),
    first=st.integers(0, 30),
    steps=st.lists(st.one_of(SPANS, st.none())),
    limits=st.builds(ChunkLimits, records=st.integers(1, 5), bytes=st.integers(1, 20)),
)
def test_any_way_of_fetching_a_log_gives_each_record_once_and_in_order(
    present: list[bool], first: int, steps: list[tuple[int, int] | None], limits: ChunkLimits
) -> None:
    log = a_log(present)
    first = min(first, log.end)
    queue = FetchQueue(limits, first)
    taken: list[int] = []
    for span in steps:
        if span is None:
            chunk = queue.cut()
            assert len(chunk) <= limits.records
            size = sum(len(raw.key or b"") + len(raw.value or b"") for raw in chunk)
            assert len(chunk) <= 1 or size <= limits.bytes
            taken.extend(raw.offset for raw in chunk)
            assert all(offset < queue.next_offset for offset in taken)
        else:
            start, length = min(span[0], log.end), span[1]
            before = queue.end_offset
            fetched = log.read(start, length)
            offered = queue.offer(fetched)
            expected = (
                Offered.STALE if fetched.end <= before else Offered.GAP if fetched.start > before else Offered.TAKEN
            )
            assert offered is expected
            assert queue.end_offset == (fetched.end if offered is Offered.TAKEN else before)
    queue.offer(log.read(queue.end_offset, log.end))
    taken.extend(drain(queue))
    assert taken == [offset for offset, here in enumerate(present) if here and offset >= first]
    assert (queue.next_offset, queue.records, queue.bytes) == (max(first, log.end), 0, 0)


def test_after_a_chunk_was_cut_in_the_middle_next_is_the_first_record_left() -> None:
    queue = FetchQueue(ChunkLimits(records=2), 0)
    queue.offer(a_log([True, False, True, False, True, False]).read(0, 6))
    assert [raw.offset for raw in queue.cut()] == [0, 2]
    assert queue.next_offset == 4
    assert [raw.offset for raw in queue.cut()] == [4]
    assert queue.next_offset == 6


def test_up_to_an_offset_records_can_be_had_singly() -> None:
    queue = FetchQueue(ChunkLimits(), 0)
    queue.singly_to = 4
    queue.offer(a_log([True, True, False, True, True, True]).read(0, 6))
    chunks = []
    while queue.unread:
        assert queue.fills_a_chunk  # whatever the stage's pace, none of them waits for more
        chunks.append([raw.offset for raw in queue.cut()])
        if queue.next_offset >= queue.singly_to:
            break
    assert chunks == [[0], [1], [3]]
    assert [raw.offset for raw in queue.cut()] == [4, 5]


def test_a_record_larger_than_a_chunk_passes_alone() -> None:
    log = MemoryLog()
    for size in (1, 50, 1):
        log.append(0.0, None, b"x" * size)
    queue = FetchQueue(ChunkLimits(bytes=10), 0)
    queue.offer(log.read(0, 3))
    assert [[raw.offset for raw in queue.cut()] for _ in range(3)] == [[0], [1], [2]]


def test_a_chunk_is_what_the_stage_can_do_in_time() -> None:
    queue = FetchQueue(ChunkLimits(records=100, seconds=0.05), 0)
    queue.offer(a_log([True] * 200).read(0, 200))
    queue.took(records=10, seconds=0.1)
    assert len(queue.cut()) == 5
    for _ in range(50):
        queue.took(records=10, seconds=0.001)
    assert len(queue.cut()) == 100  # it got faster
    for _ in range(50):
        queue.took(records=1, seconds=1.0)
    assert len(queue.cut()) == 1  # never less than one


def test_a_fetch_without_records_moves_the_position_only() -> None:
    queue = FetchQueue(ChunkLimits(), 3)
    assert queue.offer(Fetched(3, 8, [])) is Offered.TAKEN
    assert queue.next_offset == 3
    assert queue.cut() == []
    assert queue.next_offset == 8


def test_of_a_fetch_that_overlaps_what_is_queued_only_the_new_records_are_taken() -> None:
    log = a_log([True] * 5)
    queue = FetchQueue(ChunkLimits(), 0)
    queue.offer(log.read(0, 3))
    assert queue.offer(log.read(1, 4)) is Offered.TAKEN
    assert [raw.offset for raw in queue.cut()] == [0, 1, 2, 3, 4]


def test_a_chunk_is_full_when_as_much_waits_as_there_is_time_for() -> None:
    queue = FetchQueue(ChunkLimits(records=100, bytes=1_000, seconds=0.05), 0)
    queue.offer(a_log([True] * 10).read(0, 10))
    assert not queue.fills_a_chunk
    queue.took(10, 0.1)  # 10 ms a record: five fit
    assert queue.fills_a_chunk
    assert len(queue.cut()) == 5
