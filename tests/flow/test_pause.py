"""A worker away for five minutes of scaled time while messages go on coming in, in calm and in a surge.

What waited is counted in the minutes in which it came in, so neither a lull nor a burst is seen. Counted by the time of
processing, the same messages are five empty minutes and then one of many times as much: in a surge that is an all-clear
which was none and an onset which was none, and in calm an onset as soon as the burst lies in two minutes (of a single
one the detector makes no surge). The test counts them that way too, and sees it.

At sixty times the pace, a machine that holds everybody up for two seconds makes two empty minutes of its own, and then
a burst. So the messages themselves are judged first, by when the broker got them: if they paused or surged by
themselves, all is played again.
"""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import pytest

from detectors.surge import SurgeEvent
from streams.app import build
from streams.config import Settings
from streams.runtime.marks import is_mark
from streams.runtime.partitioner import key_hash
from streams.stages.counts import BUCKET_S, Counting, CountsRecord, HistoryRecord, Slices, read_counts, to_counts
from streams.stages.group_rows import group_key
from streams.topics import SPECS, Topic
from tests.flow.deployment import Deployment, Worker, eventually
from tests.flow.records import TEXTS, message

PLAYS = 3
pytestmark = pytest.mark.timeout(PLAYS * 2_000)  # more than all that it may wait for
SPEED = 60.0
AWAY_S = 300.0
CALM_PER_MIN, SURGE_PER_MIN = 60.0, 360.0
WEEKS = 2
WIDTH_S = 300.0


def minute(time_s: float) -> float:
    """The start of the minute that a time is in."""
    return time_s // BUCKET_S * BUCKET_S


def minutes(from_s: float, to_s: float) -> list[float]:
    """The starts of the whole minutes between two times."""
    first = minute(from_s) + BUCKET_S
    return [first + number * BUCKET_S for number in range(int((to_s - first) // BUCKET_S))]


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def by_minute(tickets: Mapping[str, dict[str, Any]], times_s: Mapping[str, float]) -> dict[float, Slices]:
    """The slices of messages as triage counts them, by the minutes of some times of theirs."""
    counting = Counting()
    for name, ticket in tickets.items():
        counting.add(
            "default",
            times_s[name],
            channel=ticket["channel"],
            language=ticket["language"],
            topic=ticket["topic"]["label"],
            angry=ticket["sentiment"]["label"] == "negative",
            conversation_id=name,
            message_id=name,
            normalised="",
        )
    counts = (read_counts(send.value) for send in counting.sends())
    return {each.start_s: each.slices for each in counts if isinstance(each, CountsRecord)}


@dataclass(frozen=True)
class Played:
    """When what happened in a play, in the scenario's time."""

    calm_s: float
    calm_until_s: float
    surge_s: float
    surge_until_s: float
    totals: Counter[str]


class Scenario:
    """A deployment in scaled time that knows two weeks of calm traffic, and whoever writes to it."""

    def __init__(self, deploy: Callable[..., Deployment]) -> None:
        # Then minutes begin with a second of the broker's, and not amid a millisecond, which has one stamp for all.
        self.origin_s = float(round(time.time()))
        self.start_s = minute(self.origin_s)
        self.spillway = deploy(
            SPILLWAY_PIPELINE__TIME_ORIGIN_S=self.origin_s,
            SPILLWAY_PIPELINE__TIME_START_S=self.start_s,
            SPILLWAY_PIPELINE__TIME_SPEED=SPEED,
            SPILLWAY_PIPELINE__TICK_S=0.2,
            SPILLWAY_KAFKA__TRANSACTION_TIMEOUT_S=10,  # partitions that open at once take seconds on a busy machine
        )
        self.sent = self.repeated = 0
        self.history = self._history()
        self._teach()

    def now_s(self) -> float:
        return self.at_s(time.time())

    def at_s(self, wall_s: float) -> float:
        return self.start_s + SPEED * (wall_s - self.origin_s)

    def until(self, scenario_s: float) -> None:
        eventually(lambda: self.now_s() >= scenario_s, (scenario_s - self.now_s()) / SPEED + 60, "time passes")

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

        eventually(closed, 180, "the buckets have closed")

    def all_triaged(self) -> Counter[str]:
        """Triage's totals as soon as it has counted every message, and all that it wrote of them is to be read."""
        eventually(
            lambda: (
                self.spillway.triage_totals()["received"] >= self.sent + self.repeated
                and len(self.tickets()) >= self.sent
                and self.counted().total() >= self.sent
            ),
            180,
            "every message is triaged and counted",
        )
        return self.spillway.triage_totals()

    def surges(self, from_s: float = 0.0, to_s: float = np.inf) -> list[dict[str, Any]]:
        """What was said of surges between two times."""
        said = [orjson.loads(record.value()) for record in self.spillway.read("surges")]
        return [each for each in said if from_s <= seconds(each["at"]) <= to_s]

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

    def tickets(self) -> dict[str, dict[str, Any]]:
        """What triage said, by the message's name."""
        return {record.key().decode(): orjson.loads(record.value()) for record in self.spillway.read("tickets.triaged")}

    def came_s(self, topic: str) -> dict[str, float]:
        """When the broker got the first record of each message, by its name."""
        first = {record.key().decode(): record for record in reversed(self.spillway.read(topic))}
        return {name: self.at_s(record.timestamp()[1] / 1_000) for name, record in first.items()}

    def heard_by_a_bank(self, counts: Mapping[float, Slices], to_s: float) -> list[SurgeEvent]:
        """What a bank that knows the same history says of counts, from the first on, if all minutes are measured."""
        bank = build(Settings()).bank("default")
        starts_s = (self.history.start_s + number * WIDTH_S for number in range(len(self.history.buckets)))
        bank.warm(zip(starts_s, self.history.buckets, strict=True), WIDTH_S)
        return [
            event
            for start_s in minutes(min(counts) - BUCKET_S, to_s)
            for event in bank.close(start_s, counts.get(start_s, {}))
        ]

    def _history(self) -> HistoryRecord:
        # Uneven enough that a machine under load, which writes a second's messages a second late, is nothing unusual.
        calm = np.random.default_rng(7).gamma(10.0, CALM_PER_MIN / 10.0 * WIDTH_S / 60.0, WEEKS * 2_016)
        end_s = self.start_s // WIDTH_S * WIDTH_S
        return HistoryRecord(end_s - len(calm) * WIDTH_S, WIDTH_S, [{"all": (round(count), 0)} for count in calm])

    def _teach(self) -> None:
        partitions = next(spec.partitions for spec in SPECS if spec.name == Topic.VOLUME_COUNTS)
        send = to_counts("default", self.history)
        self.spillway.producer.produce(
            self.spillway.prefix + send.topic, send.value, b"default", key_hash(b"default") % partitions
        )
        self.spillway.flush()


def play(scenario: Scenario) -> Played:
    """A pause in calm, and one in a surge. What came of them is looked at afterwards."""
    worker = scenario.spillway.start_worker()
    worker.until_ready()
    with scenario.traffic(CALM_PER_MIN):
        calm_s = scenario.now_s()
        scenario.until(calm_s + 180.0)
        worker = scenario.away(worker)
        scenario.until(scenario.now_s() + 180.0)
        calm_until_s = scenario.now_s()
        scenario.until_closed(calm_until_s)
    with scenario.traffic(SURGE_PER_MIN):
        # The control: this pipeline does see a surge, and so its silence meant something.
        surge_s = scenario.now_s()
        while not scenario.surges(from_s=surge_s) and scenario.now_s() < surge_s + 3_600.0:
            time.sleep(0.1)
        scenario.until(max(scenario.now_s(), surge_s + 300.0))
        worker = scenario.away(worker)
        scenario.until(scenario.now_s() + 180.0)
        surge_until_s = scenario.now_s()
        scenario.until_closed(surge_until_s)
    return Played(calm_s, calm_until_s, surge_s, surge_until_s, scenario.all_triaged())


def only_the_surge(events: list[SurgeEvent], surge_s: float) -> bool:
    """Whether a bank heard one surge, which began no earlier than that and did not end."""
    return (
        [event.state for event in events].count("onset") == 1
        and "cleared" not in [event.state for event in events]
        and min(event.onset_at_s for event in events) >= minute(surge_s)
    )


def test_a_pause_makes_no_surge_in_calm_and_no_all_clear_in_a_surge_and_every_message_counts_once(
    deploy: Callable[..., Deployment],
) -> None:
    for _ in range(PLAYS):
        scenario = Scenario(deploy)
        played = play(scenario)
        scenario.spillway.close()
        tickets, came_s = scenario.tickets(), scenario.came_s("messages.raw")
        if only_the_surge(scenario.heard_by_a_bank(by_minute(tickets, came_s), played.surge_until_s), played.surge_s):
            break
    else:
        pytest.fail(f"the machine held up the messages in each of {PLAYS} plays: nothing was seen of the pipeline")

    said = scenario.surges(to_s=played.surge_until_s)
    assert [each for each in said if seconds(each["onset_at"]) < minute(played.surge_s)] == [], "a surge in calm"
    assert [each["state"] for each in said].count("onset") == 1
    assert len({each["surge_id"] for each in said}) == 1
    assert "cleared" not in [each["state"] for each in said]

    counted, processed_s = scenario.counted(), scenario.came_s("tickets.triaged")
    written = len(scenario.spillway.read("tickets.triaged"))
    assert counted.total() == written == len(tickets) == played.totals["triaged"] == scenario.sent

    # Each counts in the minute in which it came in.
    told_s = {name: seconds(ticket["triaged_at"]) for name, ticket in tickets.items()}
    assert counted == Counter(map(minute, told_s.values()))
    # The broker may be held up between stamping a record and showing it: time may have gone on there meanwhile.
    later_s = [told_s[name] - came_s[name] for name in tickets]
    assert min(later_s) > -1e-3
    assert sum(each_s > SPEED * 1e-3 for each_s in later_s) <= scenario.sent / 100

    # By the time of processing there are a gap and a burst.
    processed = Counter(map(minute, processed_s.values()))
    calm_minutes = minutes(played.calm_s, played.calm_until_s)
    assert sum(processed[start_s] == 0 for start_s in calm_minutes) >= AWAY_S / BUCKET_S - 1
    assert max(processed[start_s] for start_s in calm_minutes) > CALM_PER_MIN * 2
    naive = [event.state for event in scenario.heard_by_a_bank(by_minute(tickets, processed_s), played.surge_until_s)]
    assert naive.count("onset") > 1
    assert "cleared" in naive
