from typing import Any

import pytest
from msgspec.structs import replace

from streams.runtime.stage import DeadLetter, Output, Record, Send, StageSpec
from streams.runtime.transaction import RECORD_OVERHEAD_BYTES, OutputError, OutputWriter, destinations
from streams.topics import TopicSpec, TopicTable
from tests.runtime.conformance.toys import Toy

LETTER_BYTES = 2_000
TABLE = TopicTable(
    [
        TopicSpec("in", 4),
        TopicSpec("out", 3, max_message_bytes=1_000),
        TopicSpec("inbox", 1),
        TopicSpec("dead-letters", 2, max_message_bytes=LETTER_BYTES),
    ],
    prefix="p.",
    stages={"copy": ["in"]},
)
RECORD = Record("in", 2, 7, 12.5, b"k", b"\xff", (("own", b"1"),))


SPEC = StageSpec("copy", {"in": lambda *_: Toy()}, sends_to=("out",), marks_to={"in": ("inbox",), "else": ("in",)})


def partitions_of(topic: str) -> int:
    return TABLE[topic].partitions


def sends(output: Output) -> list[Send]:
    return OutputWriter(SPEC, "in", 2, TABLE, partitions_of).sends(output)


def test_equal_keys_go_to_one_partition_and_no_key_to_the_sources_number() -> None:
    placed = sends(Output([Send("out", b"foobar", b"1"), Send("out", b"foobar", b"2"), Send("out", None, b"3")]))
    assert [send.partition for send in placed] == [(-790332482 & 0x7FFFFFFF) % 3] * 2 + [2]


def test_a_row_goes_to_its_own_partition_of_the_state_topic() -> None:
    assert sends(Output(rows={b"a": b"1", b"b": None})) == [
        Send("copy.in.state", b"a", b"1", (), 2),
        Send("copy.in.state", b"b", None, (), 2),
    ]


def test_a_dead_letter_keeps_its_bytes_and_headers_and_says_where_it_was() -> None:
    (letter,) = sends(Output(dead_letters=[DeadLetter(RECORD, "invalid_json", "body")]))
    assert (letter.topic, letter.key, letter.value) == ("dead-letters", b"k", b"\xff")
    assert letter.headers[0] == ("own", b"1")
    headers = dict(letter.headers)
    assert (headers["dl_stage"], headers["dl_topic"], headers["dl_partition"]) == (b"copy", b"in", b"2")
    assert (headers["dl_offset"], headers["dl_reason"], headers["dl_field"]) == (b"7", b"invalid_json", b"body")


def test_a_dead_letter_too_large_for_its_topic_leaves_its_value_out_and_says_how_large_it_was() -> None:
    whole = replace(RECORD, value=b"")
    (said,) = sends(Output(dead_letters=[DeadLetter(whole, "invalid_json")]))
    room = LETTER_BYTES - RECORD_OVERHEAD_BYTES - 1 - sum(len(name) + len(value) for name, value in said.headers)
    fits, too_large = replace(RECORD, value=b"x" * room), replace(RECORD, value=b"x" * (room + 1))
    (kept,) = sends(Output(dead_letters=[DeadLetter(fits, "invalid_json")]))
    (left_out,) = sends(Output(dead_letters=[DeadLetter(too_large, "invalid_json")]))
    assert (kept.value, kept.headers) == (fits.value, said.headers)
    assert (left_out.key, left_out.value) == (b"k", None)
    assert left_out.headers == (*said.headers, ("dl_value_bytes", b"%d" % (room + 1)))


@pytest.mark.parametrize(
    "record", [replace(RECORD, key=b"k" * LETTER_BYTES), replace(RECORD, headers=RECORD.headers * 500)]
)
def test_a_dead_letter_whose_key_or_headers_alone_are_too_large_says_only_where_it_was(record: Record) -> None:
    (letter,) = sends(Output(dead_letters=[DeadLetter(record, "invalid_json")]))
    headers = dict(letter.headers)
    assert (letter.key, letter.value, letter.partition) == (None, None, 0)
    assert (headers["dl_offset"], headers["dl_value_bytes"]) == (b"7", b"1")
    assert "own" not in headers


def test_a_header_without_a_value_stays_beside_its_dead_letter() -> None:
    nothing: Any = None
    (letter,) = sends(Output(dead_letters=[DeadLetter(replace(RECORD, headers=(("own", nothing),)), "invalid_json")]))
    assert letter.headers[0] == ("own", None)


@pytest.mark.parametrize(
    ("output", "why"),
    [
        (Output([Send("nowhere", b"k", b"v")]), "sends_to"),
        (Output([Send("nowhere", b"k", b"v", (), 0)]), "sends_to"),
        (Output([Send("inbox", b"k", b"v")]), "sends_to"),
        (Output([Send("out", b"k", b"v", (), 3)]), "partition 3 of out, which has 3"),
        (Output([Send("out", b"k", b"v", (), -1)]), "partition -1"),
        (Output(rows={b"runtime/fence": b"{}"}), "runtime/"),
    ],
)
def test_what_cannot_be_written_is_refused(output: Output, why: str) -> None:
    with pytest.raises(OutputError, match=why):
        sends(output)


def test_a_record_may_fill_its_topics_limit_and_not_a_byte_more() -> None:
    room = 1_000 - RECORD_OVERHEAD_BYTES - len(b"key") - len("name") - len(b"value")
    fits = Send("out", b"key", b"x" * room, (("name", b"value"),), 0)
    assert sends(Output([fits])) == [fits]
    with pytest.raises(OutputError, match="1001 bytes to out, which takes 1000"):
        sends(Output([replace(fits, value=b"x" * (room + 1))]))


def test_what_goes_to_all_goes_to_each_partition_once() -> None:
    writer = OutputWriter(SPEC, "in", 2, TABLE, partitions_of)
    assert [send.partition for send in writer.to_all("out", b"v", ())] == [0, 1, 2]


def test_a_transaction_can_write_to_its_own_row_partition_and_all_partitions_of_what_is_declared() -> None:
    assert destinations(SPEC, "in", 2, partitions_of) == [
        ("copy.in.state", 2),
        *[("dead-letters", 0), ("dead-letters", 1)],
        ("inbox", 0),
        *[("out", 0), ("out", 1), ("out", 2)],
    ]
