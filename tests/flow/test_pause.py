"""A worker away for five minutes of scaled time while messages go on coming in, in calm and in a surge.

What waited is counted in the minutes in which it came in, so neither a lull nor a burst is seen. Counted by the time of
processing, the same messages are five empty minutes and then one of many times as much: in a surge that is an all-clear
which was none and an onset which was none, and in calm an onset as soon as the burst lies in two minutes (of a single
one the detector makes no surge). The test counts them that way too, and sees it.
"""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import confluent_kafka
import numpy as np
import orjson

from detectors.surge import SurgeBank
from streams.runtime.marks import is_mark
from streams.runtime.partitioner import key_hash
from streams.stages.counts import BUCKET_S, CountsRecord, HistoryRecord, read_counts, to_counts
from streams.stages.group_rows import group_key
from streams.topics import SPECS, Topic
from tests.flow.deployment import Deployment, Worker, eventually
from tests.flow.records import TEXTS, message

SPEED = 60.0
AWAY_S = 300.0
CALM_PER_MIN, SURGE_PER_MIN = 60.0, 360.0
WEEKS = 2
WIDTH_S = 300.0


def minutes(from_s: float, to_s: float) -> list[float]:
    """The starts of the whole minutes between two times."""
    first = from_s // BUCKET_S * BUCKET_S + BUCKET_S
    return [first + number * BUCKET_S for number in range(int((to_s - first) // BUCKET_S))]


class Scenario:
    """A deployment in scaled time that knows two weeks of calm traffic, and whoever writes to it."""

    def __init__(self, deploy: Callable[..., Deployment]) -> None:
        self.origin_s = time.time()
        self.spillway = deploy(
            SPILLWAY_PIPELINE__TIME_ORIGIN_S=self.origin_s,
            SPILLWAY_PIPELINE__TIME_START_S=self.origin_s,
            SPILLWAY_PIPELINE__TIME_SPEED=SPEED,
            SPILLWAY_PIPELINE__TICK_S=0.2,
        )
        self.sent = self.repeated = 0
        self.history = self._history()
        self._teach()

    def now_s(self) -> float:
        return self.at_s(time.time())

    def at_s(self, wall_s: float) -> float:
        return self.origin_s + SPEED * (wall_s - self.origin_s)

    def until(self, scenario_s: float) -> None:
        eventually(lambda: self.now_s() >= scenario_s, (scenario_s - self.now_s()) / SPEED + 5, "time passes")

    @contextmanager
    def traffic(self, per_min: float) -> Iterator[None]:
        """Evenly so many messages a scenario minute until it is left; one in thirty comes twice."""
        ended = threading.Event()

        def write() -> None:
            begun_s = self.now_s()
            for number in itertools.count():
                behind_s = self.now_s() - begun_s - number * 60.0 / per_min
                if ended.wait(max(0.0, -behind_s / SPEED)):
                    break
                language, text = TEXTS[self.sent % len(TEXTS)]
                name = f"message-{self.sent}"
                times = 2 if self.sent % 30 == 0 else 1
                for _ in range(times):
                    self.spillway.send("messages.raw", name.encode(), message(name, text, language=language))
                self.sent += 1
                self.repeated += times - 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            yield
        finally:
            ended.set()
            writer.join()
            self.spillway.flush()

    def away(self, worker: Worker) -> Worker:
        """The worker stops; another begins after five minutes."""
        assert worker.stop() == 0
        self.until(self.now_s() + AWAY_S)
        successor = self.spillway.start_worker()
        successor.until_ready()
        return successor

    def until_closed(self, scenario_s: float) -> None:
        """Every bucket up to then has been closed, measured or not."""

        def closed() -> bool:
            rows = self.spillway.read("surge.volume.counts.state")
            ends_s = [orjson.loads(row.value()) for row in rows if row.key() == group_key("default", b"next")]
            return bool(ends_s) and ends_s[-1] > scenario_s

        eventually(closed, 60, "the buckets have closed")

    def all_triaged(self) -> Counter[str] | None:
        totals = self.spillway.triage_totals()
        return totals if totals["received"] >= self.sent + self.repeated else None

    def surges(self) -> list[tuple[str, str]]:
        records = [orjson.loads(record.value()) for record in self.spillway.read("surges")]
        return [(record["state"], record["surge_id"]) for record in records]

    def counted(self) -> Counter[float]:
        """volume.counts of all traffic, by the start of the bucket."""
        counted: Counter[float] = Counter()
        for record in self.spillway.read("volume.counts"):
            if is_mark(record.headers() or ()):
                continue
            said = read_counts(record.value())
            if isinstance(said, CountsRecord):
                counted[said.start_s] += said.slices.get("all", (0, 0))[0] + said.follow_ups
        return counted

    def arrived(self) -> Counter[float]:
        """The messages by when they came in: the broker's time of the first record of each."""
        first = {record.key(): record for record in reversed(self.spillway.read("messages.raw"))}
        return Counter(self.minute(record) for record in first.values())

    def processed(self) -> Counter[float]:
        """The same messages by when they were processed: the broker's time of what triage wrote of each."""
        return Counter(map(self.minute, self.spillway.read("tickets.triaged")))

    def minute(self, record: confluent_kafka.Message) -> float:
        """The start of the scenario minute in which the broker got a record."""
        return self.at_s(record.timestamp()[1] / 1_000) // BUCKET_S * BUCKET_S

    def heard_by_a_bank(self, counts: Mapping[float, int], from_s: float, to_s: float) -> list[str]:
        """What a bank that knows the same history says of counts, if every bucket counts as measured."""
        bank = SurgeBank("default")
        starts_s = (self.history.start_s + number * WIDTH_S for number in range(len(self.history.buckets)))
        bank.warm(zip(starts_s, self.history.buckets, strict=True), WIDTH_S)
        return [
            event.state
            for minute in minutes(from_s, to_s)
            for event in bank.close(minute, {"all": (counts[minute], 0)})
        ]

    def _history(self) -> HistoryRecord:
        # Uneven enough that a machine under load, which writes a second's messages a second late, is nothing unusual.
        calm = np.random.default_rng(7).gamma(10.0, CALM_PER_MIN / 10.0 * WIDTH_S / 60.0, WEEKS * 2_016)
        end_s = self.origin_s // WIDTH_S * WIDTH_S
        return HistoryRecord(end_s - len(calm) * WIDTH_S, WIDTH_S, [{"all": (round(count), 0)} for count in calm])

    def _teach(self) -> None:
        partitions = next(spec.partitions for spec in SPECS if spec.name == Topic.VOLUME_COUNTS)
        send = to_counts("default", self.history)
        self.spillway.producer.produce(
            self.spillway.prefix + send.topic, send.value, b"default", key_hash(b"default") % partitions
        )
        self.spillway.flush()


def test_a_pause_makes_no_surge_in_calm_and_no_all_clear_in_a_surge_and_every_message_counts_once(
    deploy: Callable[..., Deployment],
) -> None:
    scenario = Scenario(deploy)
    worker = scenario.spillway.start_worker()
    worker.until_ready()
    with scenario.traffic(CALM_PER_MIN):
        calm_s = scenario.now_s()
        scenario.until(calm_s + 180.0)
        worker = scenario.away(worker)
        scenario.until(scenario.now_s() + 180.0)
        calm_until_s = scenario.now_s()
        scenario.until_closed(calm_until_s)
        assert scenario.surges() == []
    with scenario.traffic(SURGE_PER_MIN):
        # The control: this pipeline does see a surge, and so its silence meant something.
        surge_s = scenario.now_s()
        eventually(scenario.surges, 30, "the surge is seen")
        scenario.until(max(scenario.now_s(), surge_s + 300.0))
        worker = scenario.away(worker)
        scenario.until(scenario.now_s() + 180.0)
        surge_until_s = scenario.now_s()
        scenario.until_closed(surge_until_s)
    said = scenario.surges()
    assert [state for state, _ in said].count("onset") == 1
    assert len({surge_id for _, surge_id in said}) == 1
    assert "cleared" not in [state for state, _ in said]

    totals = eventually(scenario.all_triaged, 30, "every message is triaged")
    counted, processed = scenario.counted(), scenario.processed()
    assert counted.total() == processed.total() == totals["triaged"] == scenario.sent

    # Each counts in the minute in which it came in; by the time of processing there are a gap and a burst.
    assert counted == scenario.arrived()
    calm_minutes = minutes(calm_s, calm_until_s)
    assert sum(processed[minute] == 0 for minute in calm_minutes) >= AWAY_S / BUCKET_S - 1
    assert max(processed[minute] for minute in calm_minutes) > CALM_PER_MIN * 2
    assert scenario.heard_by_a_bank(counted, calm_s, surge_until_s).count("cleared") == 0
    naive = scenario.heard_by_a_bank(processed, calm_s, surge_until_s)
    assert naive.count("onset") > 1
    assert "cleared" in naive
