import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.stages.seen import CONVERSATIONS, SeenLately, hash_of

WINDOW_S, HOUR_S = 10.0, 3_600.0


class Model:
    """The definition, in the plainest words: what was accepted, newest ``capacity`` of it, within the window."""

    def __init__(self, capacity: int) -> None:
        self.accepted: list[tuple[int, float]] = []
        self.capacity = capacity
        self.pushed_out = 0

    def add(self, message: int, now_s: float) -> bool:
        self.accepted = [(seen, at_s) for seen, at_s in self.accepted if now_s - at_s <= WINDOW_S]
        if message in {seen for seen, _ in self.accepted}:
            return False
        self.accepted.append((message, now_s))
        if len(self.accepted) > self.capacity:
            del self.accepted[0]
            self.pushed_out += 1
        return True


def small() -> SeenLately:
    return SeenLately(WINDOW_S, capacity=12, slots=8, row_entries=4)


def keep(rows: dict[bytes, bytes], seen: SeenLately) -> None:
    for key, row in seen.changed_rows().items():
        if row is None:
            del rows[key]
        else:
            rows[key] = row


ARRIVALS = st.lists(st.tuples(st.integers(0, 20), st.sampled_from([0.0, 0.125, 0.25, 3.0])), min_size=1, max_size=4)
CHUNKS = st.lists(st.tuples(ARRIVALS, st.booleans()), min_size=20, max_size=40)


@given(CHUNKS)
def test_it_knows_exactly_what_was_accepted_lately_whenever_it_is_restored(
    chunks: list[tuple[list[tuple[int, float]], bool]],
) -> None:
    model, seen, rows = Model(capacity=12), small(), dict[bytes, bytes]()
    now_s, pushed_out = 0.0, 0
    for arrivals, crash in chunks:
        for message, after_s in arrivals:
            now_s += after_s
            assert seen.add(message, now_s) == model.add(message, now_s)
        keep(rows, seen)
        assert len(rows) <= 8
        assert all(len(row) <= 8 + 4 * 16 for row in rows.values())
        if crash:
            pushed_out += seen.pushed_out
            seen = small()
            seen.restore(rows)
    assert pushed_out + seen.pushed_out == model.pushed_out


@given(CHUNKS)
def test_a_restored_one_writes_the_same_rows_as_one_that_went_on(
    chunks: list[tuple[list[tuple[int, float]], bool]],
) -> None:
    one, other, rows, other_rows = small(), small(), dict[bytes, bytes](), dict[bytes, bytes]()
    now_s = 0.0
    for arrivals, crash in chunks:
        for message, after_s in arrivals:
            now_s += after_s
            one.add(message, now_s)
            other.add(message, now_s)
        keep(rows, one)
        keep(other_rows, other)
        known, other_known = SeenLately(HOUR_S, capacity=12), SeenLately(HOUR_S, capacity=12)
        known.restore(rows)
        other_known.restore(other_rows)
        assert [known.add(m, now_s) for m in range(21)] == [other_known.add(m, now_s) for m in range(21)]
        if crash:
            other = small()
            other.restore(other_rows)


def test_a_chunk_writes_its_own_messages_only() -> None:
    seen = SeenLately(HOUR_S)
    for chunk in range(100):
        seen.add(chunk, now_s=float(chunk))
        assert [len(row or b"") for row in seen.changed_rows().values()] == [24]


def test_nothing_new_writes_nothing() -> None:
    seen = SeenLately(HOUR_S)
    seen.add(1, now_s=0.0)
    seen.changed_rows()
    assert not seen.add(1, now_s=1.0)
    assert seen.changed_rows() == {}


def test_rows_are_deleted_when_all_their_messages_are_forgotten() -> None:
    seen, rows = SeenLately(HOUR_S), dict[bytes, bytes]()
    for message in range(10):
        seen.add(message, now_s=float(message))
        keep(rows, seen)
    seen.add(99, now_s=10_000.0)
    keep(rows, seen)
    assert len(rows) == 1


def test_an_hour_of_single_messages_takes_few_small_rows_and_little_folding() -> None:
    seen, rows, written_bytes, most_bytes = SeenLately(HOUR_S), dict[bytes, bytes](), 0, 0
    for message in range(30_000):
        seen.add(message, now_s=message * 0.1)
        changed = seen.changed_rows()
        size = sum(len(row or b"") for row in changed.values())
        written_bytes, most_bytes = written_bytes + size, max(most_bytes, size)
        for key, row in changed.items():
            if row is None:
                del rows[key]
            else:
                rows[key] = row
    assert len(rows) <= 1_024
    assert most_bytes < 1_000_000
    assert written_bytes < 8 * 30_000 * 16


def test_a_full_partition_keeps_rows_far_below_a_megabyte() -> None:
    seen, rows, most_bytes = SeenLately(HOUR_S), dict[bytes, bytes](), 0
    message = 0
    for _ in range(1_200):
        for _ in range(950):  # a million in a few more chunks than there are rows: the most is to be folded
            seen.add(message, now_s=message / 1_000)
            message += 1
        before = dict(rows)
        keep(rows, seen)
        most_bytes = max(most_bytes, sum(len(row) for key, row in rows.items() if before.get(key) != row))
    assert seen.pushed_out == message - 1_000_000
    assert len(rows) <= 1_024
    assert max(map(len, rows.values())) <= 65_544
    assert most_bytes < 1_300_000


def test_ten_million_messages_still_fit_in_rows_below_a_megabyte() -> None:
    seen, rows = SeenLately(HOUR_S, capacity=10_000_000), dict[bytes, bytes]()
    for chunk in range(1_100):
        for message in range(500):
            seen.add(chunk * 500 + message, now_s=0.0)
        keep(rows, seen)
    assert len(rows) <= 1_024
    assert max(map(len, rows.values())) <= 400_000


def test_it_must_remember_something() -> None:
    with pytest.raises(ValueError, match="capacity must be 1 or more, not 0"):
        SeenLately(HOUR_S, capacity=0)


def test_two_tenants_messages_of_the_same_id_differ() -> None:
    assert hash_of("acme", "m-1") != hash_of("other", "m-1")
    assert hash_of("a", "b:c") != hash_of("a-b", "c")


def test_messages_and_conversations_keep_rows_of_their_own() -> None:
    messages, conversations, rows = SeenLately(HOUR_S), SeenLately(HOUR_S, prefix=CONVERSATIONS), dict[bytes, bytes]()
    messages.add(1, now_s=0.0)
    conversations.add(2, now_s=0.0)
    keep(rows, messages)
    keep(rows, conversations)
    assert len(rows) == 2
    messages, conversations = SeenLately(HOUR_S), SeenLately(HOUR_S, prefix=CONVERSATIONS)
    messages.restore(rows)
    conversations.restore(rows)
    assert (messages.add(1, now_s=1.0), messages.add(2, now_s=1.0)) == (False, True)
    assert (conversations.add(1, now_s=1.0), conversations.add(2, now_s=1.0)) == (True, False)


def test_what_a_shorter_window_had_forgotten_does_not_make_the_newer_one_forgotten_early() -> None:
    shorter, rows = SeenLately(WINDOW_S), dict[bytes, bytes]()
    shorter.add(7, now_s=0.0)
    shorter.add(8, now_s=5.0)  # keeps the row
    keep(rows, shorter)
    assert shorter.add(7, now_s=11.0)
    keep(rows, shorter)
    assert len(rows) == 2
    longer = SeenLately(3 * WINDOW_S)
    longer.restore(rows)
    assert not longer.add(7, now_s=35.0)  # 24 s after it came anew
    assert longer.add(7, now_s=42.0)
