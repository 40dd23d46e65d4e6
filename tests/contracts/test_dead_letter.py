"""A dead letter says where it came from and why, and leaves the record's own headers alone."""

from streams.contracts import EventType, Reason, dead_letter_headers, event_headers, value_left_out
from streams.contracts.dead_letter import DEAD_LETTER_HEADERS, LEFT_OUT_HEADERS

HEADERS = dead_letter_headers(Reason.OUT_OF_BOUNDS, "body", "messages.raw", 3, 71, 1_773_144_000.25, "triage")


def test_a_dead_letter_says_why_and_where_from() -> None:
    assert dict(HEADERS) == {
        "dl_reason": b"out_of_bounds",
        "dl_field": b"body",
        "dl_stage": b"triage",
        "dl_topic": b"messages.raw",
        "dl_partition": b"3",
        "dl_offset": b"71",
        "dl_time": b"2026-03-10T12:00:00.250000Z",
    }


def test_the_published_list_of_headers_is_the_written_one() -> None:
    assert [name for name, _ in HEADERS] == list(DEAD_LETTER_HEADERS)
    assert [name for name, _ in value_left_out(b"")] == list(LEFT_OUT_HEADERS)


def test_no_header_hides_one_of_the_records_own() -> None:
    own = {name for name, _ in event_headers(EventType.MESSAGE, "1", 0.0, "/x")}
    assert own.isdisjoint(DEAD_LETTER_HEADERS | LEFT_OUT_HEADERS)
