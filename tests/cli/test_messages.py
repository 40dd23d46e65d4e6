import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cli.errors import CommandError, ExitCode
from streams.cli.messages import Defaults, format_of, parse_mapping, read_lines
from streams.contracts import ContractError, Message, Reason

DEFAULTS = Defaults("run")


def messages(text: bytes, name: str, mapping: dict[str, str] | None = None) -> list[Message | str]:
    """What becomes of each line of a file: a message, or the reason why not."""
    found: list[Message | str] = []
    for line in read_lines(io.BytesIO(text), Path(name), mapping or {}):
        try:
            found.append(DEFAULTS.message(line, 0, mapping or {}, now_s=9.0))
        except ContractError as error:
            found.append(f"{line.number}: {error}")
    return found


def test_a_mapped_csv_column_becomes_the_body_and_the_rest_gets_defaults() -> None:
    [message] = messages(b"text,category\nWhere is it?,cards\n", "m.csv", {"text": "body"})
    assert isinstance(message, Message)
    assert (message.message_id, message.conversation_id, message.body) == ("run/0/2", "run/0/2", "Where is it?")
    assert (message.tenant, message.channel, message.sent_at_s) == ("default", "chat", 9.0)


def test_a_csv_record_has_the_number_of_the_line_that_it_begins_on() -> None:
    found = messages(b'body\n"one\ntwo"\n\nthree\n', "m.csv")
    assert [each.message_id for each in found if isinstance(each, Message)] == ["run/0/2", "run/0/5"]


def test_columns_named_like_fields_need_no_mapping_and_others_are_left_out() -> None:
    text = b"body,channel,sent_at,conversation_id,message_id,mood\nHi,sms,2026-03-10T12:00:00Z,c-1,m-1,bad\n"
    [message] = messages(text, "m.csv")
    assert isinstance(message, Message)
    assert (message.channel, message.conversation_id, message.message_id) == ("sms", "c-1", "run/0/2")


def test_an_empty_cell_says_nothing_but_an_empty_body_is_a_body() -> None:
    [message] = messages(b"body,language\n,\n,\n"[:-2], "m.csv")
    assert isinstance(message, Message)
    assert (message.body, message.language) == ("", None)


def test_bad_lines_name_the_reason_and_the_others_go_on() -> None:
    text = b'{"body":"a"}\nnope\n[1]\n{"body":7}\n{"tenant":"t"}\n\n{"body":"b\xff"}\n{"body":"c"}'
    found = messages(text, "m.jsonl")
    assert found[1:6] == [
        "2: invalid_json",
        "3: wrong_type",
        "4: wrong_type: body",
        "5: missing_field: body",
        "7: invalid_utf8",
    ]
    assert [each.body for each in found if isinstance(each, Message)] == ["a", "c"]


def test_bytes_that_are_no_utf8_in_a_csv_name_their_field() -> None:
    assert messages(b"body\nb\xff\nok\n", "m.csv")[0] == "2: invalid_utf8: body"


def test_a_cell_that_is_far_too_long_does_not_end_the_file() -> None:
    found = messages(b"body\n" + b"x" * 1_100_000 + b"\nok\n", "m.csv")
    assert found[0] == "2: out_of_bounds"
    assert isinstance(found[-1], Message)
    assert found[-1].body == "ok"


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    [message] = messages("\ufeffbody\nگزارش\n".encode(), "m.csv")
    assert isinstance(message, Message)
    assert message.body == "گزارش"


def test_a_csv_without_a_mapped_column_says_what_it_has() -> None:
    with pytest.raises(CommandError, match=r"no column 'body'; it has: text, label") as raised:
        messages(b"text,label\nx,y\n", "m.csv", {"body": "subject"})
    assert raised.value.code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("text", "COLUMN=FIELD"),
        ("text=bodi", "did you mean body"),
        ("id=message_id", "RUN/REPEAT/LINE"),
        ("text=", "no field"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(option: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        parse_mapping([option])


def test_a_field_has_one_column() -> None:
    with pytest.raises(CommandError, match="two columns"):
        parse_mapping(["a=body", "b=body"])


def test_a_file_of_another_kind_is_refused() -> None:
    assert format_of(Path("M.CSV")) == "CSV"
    with pytest.raises(CommandError, match=r"must end in \.csv"):
        format_of(Path("m.parquet"))


@given(st.binary(max_size=400), st.sampled_from(["m.csv", "m.jsonl"]))
def test_whatever_a_file_holds_every_line_is_a_message_or_has_a_reason(text: bytes, name: str) -> None:
    numbers = [line.number for line in read_lines(io.BytesIO(text), Path(name), {})]
    assert numbers == sorted(set(numbers))
    assert all(isinstance(each, Message) or each.split(": ")[1] in list(Reason) for each in messages(text, name))
