from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.cli.errors import CommandError, ExitCode
from streams.cli.replay import ReplayOptions, replay
from streams.contracts import Message, decode
from streams.topics import Topic

from .conftest import Deployment, configure

Json = Callable[[], Any]

TEXTS = [
    "My parcel is three days late",
    "کارت من کار نمی‌کند",
    "Bitte erstatten Sie mir die Gebühr",
    "¿Dónde está mi pedido?",
]


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    file = tmp_path / "messages.csv"
    file.write_text("text,kind\n" + "".join(f'"{text}",x\n' for text in TEXTS), encoding="utf-8")
    return file


def test_a_csv_arrives_as_often_as_asked_for_with_ids_of_its_run(
    deployed: Deployment, csv_file: Path, printed_json: Json
) -> None:
    options = ReplayOptions(csv_file, {"text": "body"}, repeat=3, run="r1", as_json=True)
    assert replay(deployed.clients, deployed.table, options) == ExitCode.OK
    summary = printed_json()
    assert (summary["run"], summary["sent"], summary["refused"]) == ("r1", 12, 0)
    records = deployed.consume(Topic.MESSAGES_RAW)
    messages = [decode(Message, record.value(), record.headers()) for record in records]
    assert {message.message_id for message in messages} == {f"r1/{r}/{line}" for r in range(3) for line in range(2, 6)}
    assert Counter(message.body for message in messages) == dict.fromkeys(TEXTS, 3)
    assert [record.key() for record in records] == [message.conversation_id.encode() for message in messages]
    assert all(dict(record.headers())["ce_type"] == b"spillway.message.v1" for record in records)


def test_two_runs_never_share_ids(deployed: Deployment, csv_file: Path, printed_json: Json) -> None:
    options = ReplayOptions(csv_file, {"text": "body"}, as_json=True)
    runs = set()
    for _ in range(2):
        replay(deployed.clients, deployed.table, options)
        runs.add(printed_json()["run"])
    assert len(runs) == 2
    assert len({record.key() for record in deployed.consume(Topic.MESSAGES_RAW)}) == 2 * len(TEXTS)


def test_bad_lines_are_told_by_file_and_line_and_the_others_arrive(
    deployed: Deployment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text('{"body":"Hello"}\n{"body":7}\n{"body":"secret words"\n{"body":"Bye","conversation_id":"c-1"}\n')
    assert replay(deployed.clients, deployed.table, ReplayOptions(file)) == ExitCode.OK
    out, err = capsys.readouterr()
    assert err.splitlines() == [f"{file}:2: wrong_type: body", f"{file}:3: invalid_json"]
    assert out.startswith("Sent 2 messages in ")
    assert ", refused 2." in out
    bodies = {decode(Message, record.value()).body for record in deployed.consume(Topic.MESSAGES_RAW)}
    assert bodies == {"Hello", "Bye"}


def test_strict_stops_at_the_first_bad_line(deployed: Deployment, tmp_path: Path, printed_json: Json) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text('{"body":"Hello"}\n{}\n{"body":"never sent"}\n')
    options = ReplayOptions(file, strict=True, as_json=True)
    assert replay(deployed.clients, deployed.table, options) == ExitCode.FAILED
    assert (summary := printed_json())["sent"] == 1
    assert summary["refused"] == 1


def test_a_file_without_one_good_line_fails(deployed: Deployment, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text("nope\n")
    assert replay(deployed.clients, deployed.table, ReplayOptions(file, as_json=True)) == ExitCode.FAILED


def test_a_rate_is_never_exceeded(deployed: Deployment, csv_file: Path, printed_json: Json) -> None:
    options = ReplayOptions(csv_file, {"text": "body"}, rate=200.0, repeat=50, as_json=True)
    replay(deployed.clients, deployed.table, options)
    summary = printed_json()
    assert summary["sent"] == 200
    assert summary["seconds"] >= 199 / 200


def test_a_speed_follows_sent_at_and_refuses_messages_without(
    deployed: Deployment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "messages.jsonl"
    lines = [
        '{"body":"a","sent_at":"2026-03-10T12:00:00Z"}',
        '{"body":"b"}',
        '{"body":"c","sent_at":"2026-03-10T12:01:00Z"}',
    ]
    file.write_text("\n".join(lines))
    options = ReplayOptions(file, speed=120.0, as_json=True)
    assert replay(deployed.clients, deployed.table, options) == ExitCode.OK
    out, err = capsys.readouterr()
    assert err == f"{file}:2: missing_field: sent_at\n"
    summary = orjson.loads(out)
    assert (summary["sent"], summary["refused"]) == (2, 1)
    assert summary["seconds"] >= 0.5


def test_a_record_that_the_broker_refuses_ends_the_replay_and_names_its_line(
    deployed: Deployment, admin: Any, tmp_path: Path
) -> None:
    topic = deployed.table.physical(Topic.MESSAGES_RAW)
    configure(admin, topic, "max.message.bytes", "1000")
    file = tmp_path / "messages.jsonl"
    file.write_text('{"body":"' + "x" * 2_000 + '"}\n')
    with pytest.raises(CommandError, match=r"messages\.jsonl:1: not sent: Kafka: MessageSizeTooLarge") as raised:
        replay(deployed.clients, deployed.table, ReplayOptions(file, as_json=True))
    assert raised.value.code == ExitCode.FAILED


def test_without_the_topic_nothing_is_sent(bare: Deployment, csv_file: Path, admin: Any) -> None:
    with pytest.raises(CommandError, match="Run: spillway topics apply") as raised:
        replay(bare.clients, bare.table, ReplayOptions(csv_file, {"text": "body"}))
    assert raised.value.code == ExitCode.NOT_AS_PLANNED
    assert bare.table.physical(Topic.MESSAGES_RAW) not in admin.list_topics()


def test_a_file_that_is_not_there_is_bad_usage(deployed: Deployment, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file") as raised:
        replay(deployed.clients, deployed.table, ReplayOptions(tmp_path / "none.csv", as_json=True))
    assert raised.value.code == ExitCode.USAGE
