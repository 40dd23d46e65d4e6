import pytest

from streams.contracts import AssignmentKind, SurgeKind
from streams.demo.board import RECENT, Board
from streams.local.traffic.records import Labels, TimedRecord, Truth
from streams.topics import Topic
from tests.demo.said import assignment, surge, triaged


def written(message_id: str | None) -> TimedRecord:
    labels = Labels("billing", "normal", "neutral")
    truth = None if message_id is None else Truth(message_id, "c-1", "chat", "en", labels, True)
    return TimedRecord(0.0, Topic.MESSAGES_RAW, b"c-1", b"{}", truth)


def test_a_message_is_lost_until_it_is_triaged() -> None:
    board = Board()
    board.record_sent(written("m-1"))
    board.record_sent(written("m-2"))
    board.heard_triaged(triaged("m-1"))
    assert (board.lost, board.duplicated) == (1, 0)
    board.heard_triaged(triaged("m-2"))
    assert board.lost == 0


def test_nobody_waits_for_a_broken_or_a_repeated_record() -> None:
    board = Board()
    board.record_sent(written(None))
    board.record_sent(TimedRecord(0.0, Topic.REPS_STATUS, b"rep-1", b"{}"))
    assert (board.lost, board.sent) == (0, {Topic.MESSAGES_RAW: 1, Topic.REPS_STATUS: 1})


def test_a_message_that_is_triaged_twice_is_counted_as_duplicated_and_as_one_ticket() -> None:
    board = Board()
    board.record_sent(written("m-1"))
    board.heard_triaged(triaged("m-1"))
    board.heard_triaged(triaged("m-1"))
    assert (board.duplicated, len(board.tickets)) == (1, 1)


@pytest.mark.parametrize("kind", list(AssignmentKind))
def test_a_ticket_is_decided_once_somebody_has_it(kind: AssignmentKind) -> None:
    board = Board()
    board.heard_assignment(assignment("c-1", kind))
    board.heard_assignment(assignment("c-1", kind))
    assert board.assignments == {kind: 2}
    assert board.decided == ({"c-1"} if kind in ("assigned", "overflowed") else set())


def test_what_is_said_of_one_surge_stays_together_with_when_it_was_heard() -> None:
    board = Board()
    onset, other, cleared = surge("onset", 63), surge("onset", 64, surge_id="another"), surge("cleared", 110)
    for heard_s, said in enumerate((onset, other, cleared)):
        board.heard_surge(said, float(heard_s))
    assert board.surges == {onset.surge_id: [(0.0, onset), (2.0, cleared)], "another": [(1.0, other)]}


def test_the_most_seats_that_were_open_are_remembered() -> None:
    board = Board()
    for seats in (3, 8, 0):
        board.seats(seats)
    assert (board.seats_open, board.seats_opened_most) == (0, 8)


def test_of_the_newest_tickets_only_so_many_are_kept() -> None:
    board = Board()
    for number in range(RECENT + 5):
        board.heard_triaged(triaged(f"m-{number}"))
    assert [ticket.message_id for ticket in board.recent][:: RECENT - 1] == ["m-5", f"m-{RECENT + 4}"]


def test_other_kinds_of_surges_than_of_volume_are_not_on_the_board() -> None:
    board = Board()
    board.heard_surge(surge("onset", 61, kind=SurgeKind.GROWTH), 0.0)
    assert board.surges == {}
