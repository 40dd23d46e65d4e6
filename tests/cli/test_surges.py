"""The commands against a real broker."""

import asyncio
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from msgspec.structs import replace

from detectors.surge import SurgeBank
from streams.cli import surge_log, surges
from streams.cli.errors import CommandError, ExitCode
from streams.cli.surge_replay import Replayed, play_again
from streams.cli.surges import Place, explain, open_surges, warm
from streams.contracts import SurgeState, at, encode, rfc3339
from streams.contracts.examples import EXAMPLES
from streams.runtime.clock import TimeScale
from streams.runtime.marks import MARK_HEADERS, Mark
from streams.runtime.partitioner import key_hash
from streams.runtime.producer import TransactionWriter
from streams.runtime.stage import Record, Send
from streams.stages.counts import BUCKET_S, CountsRecord, HistoryRecord, read_counts, to_counts
from streams.topics import Topic, state_topic
from tests.cli.conftest import Deployment

START_S = 1_773_144_000.0


def place(deployed: Deployment, named: str | None = None, groups: tuple[str, ...] = ("acme",)) -> Place:
    return Place(deployed.clients, deployed.table, groups, named)


def bank(group: str) -> SurgeBank:
    return SurgeBank(group, bucket_s=BUCKET_S)


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    file = tmp_path / "counts.csv"
    lines = [f"{rfc3339(START_S + 300.0 * n)},{50 + n % 7}" for n in range(400)]
    file.write_text("time,count\n" + "\n".join(lines), encoding="utf-8")
    return file


def test_a_file_of_counts_becomes_history_once(
    deployed: Deployment, counts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warm(place(deployed), counts)
    assert "They hold 400 of the file's 400 lines." in capsys.readouterr().out
    records = [read_counts(record.value()) for record in deployed.consume(Topic.VOLUME_COUNTS)]
    assert all(isinstance(record, HistoryRecord) for record in records)
    assert sum(len(record.buckets) for record in records if isinstance(record, HistoryRecord)) == 400


def test_history_after_traffic_is_refused_and_nothing_is_sent(deployed: Deployment, counts: Path) -> None:
    topic = state_topic("surge", Topic.VOLUME_COUNTS)
    for partition in range(deployed.table[Topic.VOLUME_COUNTS].partitions):
        deployed.write_rows("surge-volume.counts", topic, {b"group/acme/next": b"60.0"}, partition)
    with pytest.raises(CommandError) as refused:
        warm(place(deployed), counts)
    assert refused.value.code is ExitCode.NOT_AS_PLANNED
    assert deployed.consume(Topic.VOLUME_COUNTS) == []


def test_which_group_must_be_said_where_there_are_several(deployed: Deployment, counts: Path) -> None:
    with pytest.raises(CommandError, match="say --group; there are: acme, retail"):
        warm(place(deployed, groups=("acme", "retail")), counts)
    with pytest.raises(CommandError, match="no group 'acne'; there are: acme, retail"):
        warm(place(deployed, "acne", groups=("acme", "retail")), counts)


def test_without_a_minute_of_the_group_there_is_nothing_to_explain(deployed: Deployment) -> None:
    with pytest.raises(CommandError, match=r"volume.counts holds no minute of acme"):
        explain(place(deployed), bank, TimeScale(), "all", rfc3339(START_S), 600.0, picture=None, as_json=False)
    with pytest.raises(CommandError, match="time_without_zone: --at takes a time like"):
        explain(place(deployed), bank, TimeScale(), "all", "2026-03-10T12:00:00", 600.0, picture=None, as_json=False)


def send(deployed: Deployment, sends: list[Send]) -> None:
    """Records, in transactions of some hundreds."""

    async def write() -> None:
        writer = TransactionWriter(deployed.clients, f"{deployed.table.prefix}test", deployed.table, lambda *_: None)
        await writer.open([(each.topic, each.partition or 0) for each in sends[:1]])
        for first in range(0, len(sends), 300):
            await writer.commit(sends[first : first + 300])
        await writer.close()

    asyncio.run(write())


def an_evening(deployed: Deployment, began_s: float) -> list[Send]:
    """Three hours as usual, in which 2 of 40 are angry, then an hour in which 24 are, and a day of silence of the group
    with another group's counts; all with marks.
    """
    partition = key_hash(b"acme") % deployed.table[Topic.VOLUME_COUNTS].partitions
    sends = []
    for minute in range(240 + 1_440):
        start_s = began_s + 60.0 * minute
        other = to_counts("other", CountsRecord(start_s, {"all": (5_000, 0)}))
        sends += [replace(other, partition=partition)] * 3
        if minute < 240:
            counts = {"all": (40, 24 if minute >= 180 else 2)}
            sends.append(replace(to_counts("acme", CountsRecord(start_s, counts)), partition=partition))
        mark = Mark(Topic.MESSAGES_RAW, 0, 1, start_s + 60.0)
        sends.append(Send(Topic.VOLUME_COUNTS, None, mark.encode(), MARK_HEADERS, partition))
    return sends


def test_explain_reads_a_batch_at_a_time_of_its_group_alone_and_stops_once_it_knows(
    deployed: Deployment, monkeypatch: pytest.MonkeyPatch, printed_json: Callable[[], Any]
) -> None:
    began_s = time.time() // 60 * 60 - 30 * 3_600.0
    send(deployed, an_evening(deployed, began_s))
    played: list[Record] = []
    read: list[int] = []

    def seen(records: Iterable[Record], *args: Any) -> Replayed:
        return play_again((played.append(record) or record for record in records), *args)

    getmany = AIOKafkaConsumer.getmany

    async def counted(consumer: AIOKafkaConsumer, *args: Any, **options: Any) -> Any:
        batches = await getmany(consumer, *args, **options)
        read.append(sum(map(len, batches.values())))
        return batches

    monkeypatch.setattr(surges, "play_again", seen)
    monkeypatch.setattr(AIOKafkaConsumer, "getmany", counted)
    at_text = rfc3339(began_s + 190 * 60.0)
    explain(place(deployed), bank, TimeScale(), "all", at_text, 1_200.0, picture=None, as_json=True)
    said = printed_json()
    assert {record.key for record in played} == {b"acme", None}
    assert max(read) <= surge_log.BATCH
    assert sum(read) <= 2 * surge_log.BATCH  # of 6,960: 210 minutes are five records each
    assert [bucket["observed"] for bucket in said["buckets"]] == [40] * 40
    [onset] = [event for event in said["events"] if event["state"] == "onset"]
    assert (onset["kind"], onset["series"], onset["observed"]) == ("sentiment", "all", 24)
    assert onset["expected"] == pytest.approx(2.0, rel=0.3)


def test_explain_says_of_each_event_what_it_was_said_for(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    began_s = time.time() // 60 * 60 - 30 * 3_600.0
    send(deployed, an_evening(deployed, began_s)[: 240 * 5])
    explain(
        place(deployed),
        bank,
        TimeScale(),
        "all",
        rfc3339(began_s + 190 * 60.0),
        1_200.0,
        picture=None,
        as_json=False,
    )
    [line] = [line for line in capsys.readouterr().out.splitlines() if "sentiment onset" in line]
    assert re.search(
        r"sentiment onset: all; 24 angry where [12]\.\d are usual, \S+ times their usual share lately", line
    )


def test_what_takes_long_shows_on_a_terminal_how_far_it_is(
    deployed: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(surge_log, "LONG_S", 0.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    deployed.write_rows("surge-volume.counts", Topic.SURGES, {b"acme": b"{}", b"b": b"{}"})
    log = surge_log.read_log(
        deployed.clients, Topic.SURGES, deployed.table.physical(Topic.SURGES), [0], lambda record: False, shown=True
    )
    assert list(log) == []
    said = capsys.readouterr()
    assert "100%" in said.err
    assert said.out == ""


def test_surges_that_cannot_be_read_are_told_on_stderr(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {b"acme": b"{", b"retail": b"{}", b"shop": b"{}"}
    deployed.write_rows("surge-volume.counts", Topic.SURGES, rows)
    open_surges(place(deployed), as_json=False)
    said = capsys.readouterr()
    assert said.out == "No surge.\n"
    assert said.err.startswith("Cannot read 3 of the records of surges, so a surge may be missing here: missing_field")
    assert "invalid_json (1)" in said.err


def test_a_surge_is_listed_until_it_is_cleared(deployed: Deployment, printed_json: Callable[[], Any]) -> None:
    open_surges(place(deployed), as_json=True)
    assert printed_json() == []
    onset: Any = EXAMPLES["surge-onset"]
    deployed.write_rows("surge-volume.counts", Topic.SURGES, {b"acme": encode(onset)})
    open_surges(place(deployed), as_json=True)
    assert [surge["surge_id"] for surge in printed_json()] == [onset.surge_id]
    cleared = type(onset)(
        **{name: getattr(onset, name) for name in onset.__struct_fields__}
        | {"state": SurgeState.CLEARED, "at": at(onset.at_s + 600.0)}
    )
    deployed.write_rows("surge-volume.counts", Topic.SURGES, {b"acme": encode(cleared)})
    open_surges(place(deployed), as_json=True)
    assert printed_json() == []
