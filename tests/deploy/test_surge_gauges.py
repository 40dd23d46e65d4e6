"""What the alerts about surges, anger and drops count on: gauges that last as long as they do, restarts or not."""

from collections.abc import Iterator
from itertools import count

import pytest
from prometheus_client import REGISTRY

from detectors.surge import SurgeBank
from streams.contracts import SurgeKind
from streams.metrics import StageGauges
from streams.runtime.stage import Output, Record, Watermark
from streams.stages.counts import BUCKET_S, CountingRecord, CountsRecord, HistoryRecord, to_counts
from streams.stages.surge import SurgeStage

START_S = 1_773_144_000.0
DAYS = 8
CALM = {"all": (60, 3), "topic:outage": (6, 1), "channel:chat": (60, 3)}
ANGRY = {"all": (60, 33), "topic:outage": (6, 1), "channel:chat": (60, 33)}
TRIPLED = {"all": (200, 9), "topic:outage": (146, 4), "channel:chat": (200, 9)}
GAUGES = {
    SurgeKind.VOLUME: "surge_active",
    SurgeKind.SENTIMENT: "sentiment_surge_active",
    SurgeKind.DROP: "messages_stopped",
}
offsets = count()


class Group:
    """A surge stage with one group that has a week of history and three calm hours behind it, and the rows it wrote."""

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}
        self.start()
        day = [{name: (5 * n, 5 * angry) for name, (n, angry) in CALM.items()}] * 288
        for before in range(DAYS, 0, -1):
            self.hear(HistoryRecord(START_S - 86_400 * before, 300.0, list(day)), START_S)
        self.now_s = START_S
        for _ in range(180):
            self.minute(CALM)

    def start(self) -> None:
        """Start over from the rows, as the partition's next owner."""
        self.stage = SurgeStage(lambda group: SurgeBank(group, bucket_s=BUCKET_S), ["acme"], 0, 1)
        self.stage.restore(self.rows)

    def hear(self, said: CountingRecord, at_s: float) -> None:
        send = to_counts("acme", said)
        record = Record(send.topic, 0, next(offsets), at_s, send.key, send.value)
        output = self.stage.process([record], Watermark(at_s))
        assert not output.dead_letters
        self.keep(output)

    def minute(self, counts: dict[str, tuple[int, int]]) -> dict[tuple[str, ...], float]:
        """The gauges after a minute with these counts; without any, nothing reaches the stage."""
        if counts:
            self.hear(CountsRecord(self.now_s, dict(counts)), self.now_s)
        self.now_s += BUCKET_S
        return self.tick()

    def tick(self) -> dict[tuple[str, ...], float]:
        output = self.stage.tick(self.now_s, Watermark(self.now_s))
        self.keep(output)
        return output.gauges

    def keep(self, output: Output) -> None:
        for key, row in output.rows.items():
            if row is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = row


def lasting(gauges: dict[tuple[str, ...], float]) -> set[tuple[str, ...]]:
    return {labels for labels in gauges if labels[0] in GAUGES.values()}


@pytest.fixture
def shown() -> Iterator[StageGauges]:
    gauges = StageGauges()
    yield gauges
    gauges.show({})


@pytest.mark.parametrize(
    ("kind", "series", "counts"),
    [
        (SurgeKind.VOLUME, "topic:outage", TRIPLED),
        (SurgeKind.SENTIMENT, "channel:chat", ANGRY),
        (SurgeKind.DROP, "channel:chat", {}),
    ],
)
def test_a_gauge_lasts_as_long_as_its_surge_and_outlasts_a_restart(
    kind: SurgeKind, series: str, counts: dict[str, tuple[int, int]], shown: StageGauges
) -> None:
    group = Group()
    assert lasting(group.tick()) == set()
    for _ in range(20):
        gauges = group.minute(counts)
    [(gauge, *labels)] = on = lasting(gauges)
    assert (gauge, labels) == (GAUGES[kind], ["acme", series])
    group.start()
    assert lasting(group.tick()) == on
    shown.show(group.tick())
    metric, named = f"spillway_{gauge}", {"group": "acme", "series": series}
    assert REGISTRY.get_sample_value(metric, named) == 1.0
    for _ in range(120):
        gauges = group.minute(CALM)
    assert lasting(gauges) == set()
    shown.show(gauges)
    assert REGISTRY.get_sample_value(metric, named) is None


def test_every_kind_that_lasts_has_a_gauge() -> None:
    assert set(SurgeKind) - GAUGES.keys() == {SurgeKind.GROWTH}  # said once a week, over at once
