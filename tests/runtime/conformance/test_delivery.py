"""Each record's effect once, in order, unchanged."""

import json
from collections import Counter

from streams.runtime.partitioner import key_hash

from .harness import Harness, about, assert_each_once_in_order


def test_every_record_is_counted_once_and_in_its_keys_order(harness: Harness) -> None:
    keys = [b"once-%d" % (number * number % 17) for number in range(600)]
    for key in keys:
        harness.feed("words", key, b"{}")
    harness.settle("counter")
    fed = dict(Counter(keys))
    assert_each_once_in_order(about(harness.outputs("counts"), b"once-"), fed)
    rows = [harness.rows("counter", "words", partition) for partition in range(3)]
    for key, count in fed.items():
        assert [row[key] for row in rows if key in row] == [b"%d" % count]


def test_a_record_comes_out_as_it_went_in(harness: Harness) -> None:
    headers = (("ce_id", b"1"), ("same", b"a"), ("same", b"b"), ("empty", b""), ("bytes", b"\x00\xff"))
    harness.feed("words", b"as-is", b"\x00\xffvalue", headers)
    harness.feed("words", b"as-is", b"")
    harness.settle("counter")
    first, second = about(harness.outputs("counts"), b"as-is")
    assert (first.value, first.headers[: len(headers)]) == (b"\x00\xffvalue", headers)
    assert second.value == b""


def test_a_null_key_and_a_null_value_stay_null(harness: Harness) -> None:
    harness.feed("words", None, b"no key here", partition=1)
    harness.feed("words", b"null-value", None)
    harness.settle("counter")
    outputs = harness.outputs("counts")
    assert [record.key for record in outputs if record.value == b"no key here"] == [None]
    assert [record.value for record in about(outputs, b"null-value")] == [None]


def test_a_send_goes_to_the_partition_it_names_else_to_its_keys(harness: Harness) -> None:
    for to in (0, 1, 2):
        harness.feed("words", b"placed-%d" % to, b"{}", (("to", b"%d" % to),), partition=2)
        harness.feed("words", b"hashed-%d" % to, b"{}", partition=0)
    harness.settle("counter")
    outputs = harness.outputs("counts")
    assert {record.key: record.partition for record in about(outputs, b"placed-")} == {
        b"placed-0": 0,
        b"placed-1": 1,
        b"placed-2": 2,
    }
    hashed = about(outputs, b"hashed-")
    assert len(hashed) == 3
    assert all(record.partition == key_hash(record.key or b"") % 3 for record in hashed)


def test_a_record_over_a_megabyte_passes(harness: Harness) -> None:
    large = bytes(range(256)) * 12_000  # 3 MB, under the topic's 4 MB
    for value in (b"before", large, b"after"):
        harness.feed("words", b"large", value)
    harness.settle("counter")
    assert [record.value for record in about(harness.outputs("counts"), b"large")] == [b"before", large, b"after"]


def test_one_record_may_become_thousands(harness: Harness) -> None:
    harness.feed("bulk", b"thousands", json.dumps({"copies": 5_000, "bytes": 300}).encode())
    harness.feed("bulk", b"heavy", json.dumps({"copies": 6, "bytes": 900_000}).encode())
    harness.feed("bulk", b"none", json.dumps({"copies": 0, "bytes": 0}).encode())
    harness.settle("fan")
    copies = harness.outputs("copies")
    for source, count, size in ((b"thousands", 5_000, 300), (b"heavy", 6, 900_000), (b"none", 0, 0)):
        mine = [record for record in copies if dict(record.headers)["of"] == source]
        assert sorted(int(record.key or b"") for record in mine) == list(range(count))
        assert {len(record.value or b"") for record in mine} == ({size} if count else set())
        for partition in range(4):
            numbers = [int(record.key or b"") for record in mine if record.partition == partition]
            assert numbers == sorted(numbers)


def test_a_bad_record_becomes_one_dead_letter_and_the_others_arrive(harness: Harness) -> None:
    bad = {b"bad-empty": b"", b"bad-cut": b'{"a":', b"bad-bytes": b"\xff\xfe", b"bad-large": b"x" * 1_500_000}
    for number, (key, value) in enumerate(bad.items()):
        harness.feed("raw", b"good-%d" % number, b'{"n": %d}' % number)
        harness.feed("raw", key, value, (("ce_id", b"7"), ("odd", b"\xff")), partition=0)
    harness.feed("raw", b"bad-null", None, partition=0)
    harness.settle("strict")
    assert len(about(harness.outputs("parsed"), b"good-")) == len(bad)
    letters = {letter.key: letter for letter in about(harness.outputs("dead-letters"), b"bad-")}
    assert {key: letter.value for key, letter in letters.items()} == {**bad, b"bad-null": None}
    assert len(about(harness.outputs("dead-letters"), b"bad-")) == len(letters)
    originals = {record.key: record for record in harness.outputs("raw")}
    for letter in letters.values():
        headers = dict(letter.headers)
        original = originals[letter.key]
        assert letter.headers[: len(original.headers)] == original.headers
        assert headers["dl_reason"] == b"invalid_json"
        assert headers["dl_field"] == b"body"
        assert headers["dl_stage"] == b"strict"
        assert (headers["dl_topic"], headers["dl_partition"]) == (b"raw", b"0")
        assert headers["dl_offset"] == b"%d" % original.offset


def test_ten_thousand_bad_records_in_a_row_are_ten_thousand_dead_letters(harness: Harness) -> None:
    for number in range(10_000):
        harness.feed("raw", b"many-bad", b"{%d" % number, partition=1)
    harness.feed("raw", b"after-many-bad", b"{}", partition=1)
    harness.settle("strict")
    letters = about(harness.outputs("dead-letters"), b"many-bad")
    assert [letter.value for letter in letters] == [b"{%d" % number for number in range(10_000)]
    assert len(about(harness.outputs("parsed"), b"after-many-bad")) == 1
