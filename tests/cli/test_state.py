import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from streams.cli.errors import CommandError, ExitCode
from streams.cli.state import reset
from streams.cli.status import read_status, status
from streams.runtime.fence import FENCE_KEY, MARKS_KEY, Fence
from streams.runtime.producer import TransactionWriter
from streams.runtime.rows import read_rows
from streams.runtime.stage import Send
from streams.topics import Topic, state_topic
from tests.flow.deployment import eventually

from .conftest import STAGE_SPECS, Deployment

Json = Callable[[], Any]
TRIAGE = [("triage", "messages.raw")]
ROWS = state_topic(*TRIAGE[0])


def fill(deployed: Deployment, count: int, partition: int = 0) -> None:
    producer = Producer({"bootstrap.servers": deployed.clients.bootstrap})
    for number in range(count):
        producer.produce(deployed.table.physical(Topic.MESSAGES_RAW), f"{number}", partition=partition)
    assert producer.flush(60) == 0


def fences(deployed: Deployment) -> list[Fence | None]:
    return [each.fence for each in read_status(deployed.clients, deployed.table, TRIAGE).partitions]


def shows(deployed: Deployment, *expected: Fence | None) -> bool:
    """Whether the first fences are these, waiting for it: a commit is acknowledged before its markers are written."""
    return bool(eventually(lambda: fences(deployed)[: len(expected)] == list(expected), 60, f"fences: {expected}"))


def test_a_reset_moves_the_fence_and_keeps_its_time(deployed: Deployment) -> None:
    fill(deployed, 10)
    deployed.write_rows("triage-messages.raw", ROWS, {FENCE_KEY: Fence(4, 12.5, 10.0).encode()})
    for to, at in (("end", 10), ("start", 0), ("7", 7)):
        reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to=to, partition=0, yes=True)
        assert shows(deployed, Fence(at, 12.5, 10.0), None)


def test_a_reset_ends_what_the_partitions_owner_may_have_left_hanging_in_its_outputs(deployed: Deployment) -> None:
    deployed.write_rows("triage-messages.raw", ROWS, {FENCE_KEY: Fence(4).encode()})
    name = deployed.table.physical(Topic.TICKETS_TRIAGED)
    consumer = Consumer({"bootstrap.servers": deployed.clients.bootstrap, "group.id": "any"})
    partitions = consumer.list_topics(name, 60).topics[name].partitions

    def ends() -> list[int] | None:
        try:
            return [consumer.get_watermark_offsets(TopicPartition(name, number), 60)[1] for number in partitions]
        except KafkaException:
            return None  # the topic has just been made

    before = eventually(ends, 60, "the topic is there")
    reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to="end", partition=0, yes=True)
    eventually(lambda: ends() == [end + 1 for end in before], 60, "there is a marker in each")
    consumer.close()


def test_a_reset_says_what_it_skips_or_repeats(deployed: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    fill(deployed, 10)
    deployed.write_rows("triage-messages.raw", ROWS, {FENCE_KEY: Fence(4).encode()})
    for to, at, says in (("end", 10, "skips 6"), ("2", 2, "repeats 8"), ("2", 2, "no change")):
        reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to=to, partition=0, yes=True)
        assert says in capsys.readouterr().out
        assert shows(deployed, Fence(at))


def test_a_reset_forgets_the_stages_own_rows_when_it_is_told_to_and_says_how_many(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    runtimes = {FENCE_KEY: Fence(4, 12.5, 10.0).encode(), MARKS_KEY: b"{}"}
    fill(deployed, 10)
    deployed.write_rows("triage-messages.raw", ROWS, runtimes | {b"totals": b"of an older format", b"seen/0": b"x"})

    def rows() -> dict[bytes, bytes]:
        return asyncio.run(read_rows(deployed.clients, deployed.table.physical(ROWS), 0))

    before = rows()
    reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to="4", partition=0, yes=True)
    assert "forgets" not in capsys.readouterr().out
    assert rows() == before
    reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to="end", partition=0, forget_rows=True, yes=True)
    assert "skips 6, forgets 2 rows" in " ".join(capsys.readouterr().out.split())
    left = runtimes | {FENCE_KEY: Fence(10, 12.5, 10.0).encode()}
    eventually(lambda: rows() == left, 60, "the rows are forgotten")


def test_a_reset_fences_the_owner_that_is_still_there(deployed: Deployment) -> None:
    async def hold_and_lose() -> None:
        name = f"{deployed.table.prefix}triage-messages.raw-0"
        owner = TransactionWriter(deployed.clients, name, deployed.table, lambda *_: None)
        await owner.open([(ROWS, 0)])
        row = [Send(ROWS, FENCE_KEY, Fence(3).encode(), (), 0)]
        await owner.commit(row)
        await asyncio.to_thread(
            reset, deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to="end", partition=0, yes=True
        )
        with pytest.raises(Exception, match=r"(?i)fenced|epoch"):
            await owner.commit(row)
        await owner.close()

    fill(deployed, 10)
    asyncio.run(hold_and_lose())
    assert shows(deployed, Fence(10))


def test_a_reset_is_refused_while_the_stage_has_a_worker(deployed: Deployment) -> None:
    group = deployed.table.prefix + "triage"
    member = Consumer({"bootstrap.servers": deployed.clients.bootstrap, "group.id": group})
    member.subscribe([deployed.table.physical(Topic.MESSAGES_RAW)])
    while not member.assignment():
        member.poll(0.1)
    try:
        with pytest.raises(CommandError, match=r"has members \(1\)") as raised:
            reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to="end", partition=None, yes=True)
        assert raised.value.code == ExitCode.NOT_AS_PLANNED
    finally:
        member.close()
    reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to="end", partition=None, yes=True)
    assert shows(deployed, *[Fence(0)] * 8)


def test_an_offset_that_the_log_does_not_hold_is_refused(deployed: Deployment) -> None:
    fill(deployed, 10)
    with pytest.raises(CommandError, match="holds 0 to 10, not 11") as raised:
        reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to="11", partition=0, yes=True)
    assert raised.value.code == ExitCode.USAGE
    with pytest.raises(CommandError, match="no partition 8"):
        reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to="end", partition=8, yes=True)
    assert fences(deployed) == [None] * 8


def test_nobody_to_ask_and_no_yes_changes_nothing(deployed: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/null") as nobody:  # noqa: PTH123
        monkeypatch.setattr("sys.stdin", nobody)
        with pytest.raises(CommandError, match="--yes"):
            reset(deployed.clients, deployed.table, STAGE_SPECS, TRIAGE, to="end", partition=0, yes=False)
    assert fences(deployed) == [None] * 8


def test_status_tells_lag_totals_tickets_and_fences_outside_their_logs(
    deployed: Deployment, printed_json: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(deployed, 10)
    fill(deployed, 3, partition=1)
    totals = b'{"received":9,"triaged":7,"duplicates":1,"dead_letters":1}'
    deployed.write_rows("triage-messages.raw", ROWS, {FENCE_KEY: Fence(4, 12.5).encode(), b"totals": totals})
    deployed.write_rows("triage-messages.raw", ROWS, {FENCE_KEY: Fence(9).encode(), b"totals": totals}, partition=1)
    rows = {
        b"group/a/ticket/c-1": b'["c-1","waiting"]',
        b"group/a/ticket/c-2": b'["c-2","parked"]',
        b"group/b/ticket/c-3": b'["c-3","waiting"]',
    }
    deployed.write_rows("route-routing.inbox", state_topic("route", "routing.inbox"), rows)
    assert status(deployed.clients, deployed.table, deployed.sources, as_json=True) == ExitCode.NOT_AS_PLANNED
    out, err = capsys.readouterr()
    assert "triage messages.raw/1 is stopped: its next record would be 9, but the log holds 0 to 3" in err
    found = read_status(deployed.clients, deployed.table, deployed.sources).to_json()
    assert f'"lag":{found["lag"]}' in out
    assert found["totals"] == {"triage": {"received": 18, "triaged": 14, "duplicates": 2, "dead_letters": 2}}
    assert found["dead_letters"] == 2
    assert (found["tickets"]["waiting"], found["tickets"]["parked"], found["tickets"]["resolved"]) == (2, 1, 0)
    first, second = found["partitions"][:2]
    assert (first["fence"], first["lag"], first["time"], first["outside_log"]) == (4, 6, "1970-01-01T00:00:12Z", False)
    assert (second["fence"], second["outside_log"]) == (9, True)
    assert found["lag"] == 6


def test_what_was_aborted_is_no_lag(deployed: Deployment) -> None:
    topic = deployed.table.physical(Topic.MESSAGES_RAW)
    producer = Producer({"bootstrap.servers": deployed.clients.bootstrap, "transactional.id": deployed.table.prefix})
    producer.init_transactions(60)
    producer.begin_transaction()
    producer.produce(topic, b"never", partition=0)
    producer.flush(60)
    producer.abort_transaction(60)
    producer.begin_transaction()
    producer.produce(topic, b"yes", partition=1)
    producer.commit_transaction(60)

    def told() -> list[tuple[int, int]]:
        found = read_status(deployed.clients, deployed.table, TRIAGE).to_json()["partitions"]
        return [(each["log_end"], each["lag"]) for each in found[:2]]

    eventually(lambda: told() == [(2, 0), (2, 2)], 60, "both markers are there, and looking finds one record")


def test_status_names_missing_topics(bare: Deployment, capsys: pytest.CaptureFixture[str], printed_json: Json) -> None:
    with pytest.raises(CommandError, match=r"missing topics: .*Run: spillway topics apply") as raised:
        status(bare.clients, bare.table, bare.sources, as_json=True)
    assert raised.value.code == ExitCode.NOT_AS_PLANNED
    assert len(printed_json()["topics_missing"]) == len(list(bare.table))


def test_status_for_people_fits_eighty_columns(
    deployed: Deployment, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    deployed.write_rows("triage-messages.raw", ROWS, {FENCE_KEY: Fence(0, 1_773_144_000.0).encode()})
    status(deployed.clients, deployed.table, deployed.sources, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:3] == ["triage", "messages.raw", "0"] and "2026-03-10T12:00:00Z" in line for line in lines)
    assert max(map(len, lines)) <= 80
