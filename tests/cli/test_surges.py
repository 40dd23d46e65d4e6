"""The commands against a real broker."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from detectors.surge import SurgeBank
from streams.cli.errors import CommandError, ExitCode
from streams.cli.surges import Place, explain, open_surges, warm
from streams.contracts import SurgeState, at, encode, rfc3339
from streams.contracts.examples import EXAMPLES
from streams.runtime.clock import TimeScale
from streams.stages.counts import BUCKET_S, HistoryRecord, read_counts
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
