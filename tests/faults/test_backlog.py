"""A worker that is far behind: its memory is bounded, no partition waits for a slow one, a takeover is quick."""

import time
from collections.abc import Iterator

import pytest
from confluent_kafka import Producer

from streams.local import LocalBroker
from streams.runtime.fence import FENCE_KEY, Fence
from tests.faults.counting import FIRST, PARTITIONS, WORDS
from tests.faults.crew import Crew, Hand
from tests.flow.deployment import eventually

VALUE = b"x" * 300
QUEUE_RECORDS = 2_000
"""What may wait for each partition: so little that also the smaller backlog fills all that can be filled."""
ROWS = 100_000
SESSION_TIMEOUT_S = 2.0
TAKEOVER_S = SESSION_TIMEOUT_S + 5.0


@pytest.fixture(scope="module")
def crew(broker: LocalBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """Topics of its own: an oracle need not work out all that is read here, nor the memory hold it."""
    with Crew(broker, tmp_path_factory.mktemp("crew"), keep=False) as made:
        yield made


def _fill(crew: Crew, count: int) -> None:
    for number in range(count):
        partition = number % PARTITIONS
        crew.send(b"%d-%d" % (partition, number % 1_000), VALUE, partition)
    assert crew.producer.flush(120) == 0


def _memory_to_catch_up_mb(crew: Crew, within_s: float) -> float:
    """Of the first stage alone: behind a million the second one would be far behind, too, and behind fewer not."""
    worker = crew.start(queue_records=QUEUE_RECORDS, only=FIRST)
    crew.settle(within_s, [(FIRST, WORDS)])
    memory_mb = worker.memory_mb()
    assert worker.stop() == 0
    return memory_mb


def test_a_worker_far_behind_needs_no_more_memory_than_one_a_little_behind(crew: Crew, seed: int, long: bool) -> None:
    crew.stop_all()
    little, far = (100_000, 1_000_000) if long else (30_000, 90_000)
    memory_mb = []
    for count in (little, far):
        _fill(crew, count)
        memory_mb.append(_memory_to_catch_up_mb(crew, within_s=500 if long else 100))
    found = f"{little} records behind: {memory_mb[0]:.0f} MB, {far} behind: {memory_mb[1]:.0f} MB"
    print(found)
    assert memory_mb[1] < memory_mb[0] * 1.1 + 10, found
    crew.start()
    crew.settle(500 if long else 100)


def test_a_slow_partition_does_not_hold_the_others_up(crew: Crew, seed: int) -> None:
    crew.stop_all()
    ends = crew.fences()
    slow, quick = 12_000, 5_000  # the slow one takes a minute, as long as the others may
    for _ in range(slow):
        crew.send(b"0-slow", VALUE, 0)
    for partition in range(1, PARTITIONS):
        for _ in range(quick):
            crew.send(b"%d-quick" % partition, VALUE, partition)
    assert crew.producer.flush(60) == 0
    crew.start(version="slow")
    eventually(
        lambda: all(at >= end + quick for at, end in zip(crew.fences()[1:], ends[1:], strict=True)),
        60,
        "the others are through",
    )
    assert crew.fences()[0] < ends[0] + slow, "before the slow one is"
    crew.stop_all()
    crew.start()
    crew.settle()


def test_partitions_of_a_killed_worker_with_100_000_rows_are_served_again_soon(
    crew: Crew, seed: int, long: bool
) -> None:
    crew.stop_all()
    crew.settle(0)
    rows = Producer({"bootstrap.servers": crew.broker.bootstrap, "linger.ms": 5})
    state = crew.table.physical(f"{FIRST}.{WORDS}.state")
    crew.log.read_to_end(f"{FIRST}.{WORDS}.state")
    have = len(crew.log.rows(FIRST, WORDS, 0))
    for number in range(have, ROWS):
        rows.produce(state, b"1", b"0-row-%d" % number, 0)
        rows.poll(0)
    assert rows.flush(60) == 0
    workers = [crew.start(), crew.start()]
    crew.until_members(2)
    with crew.traffic(400):
        crew.until_progress()
        labels = {"stage": FIRST, "topic": WORDS, "partition": "0"}

        def owner() -> Hand | None:
            return next((one for one in workers if one.metric("spillway_partition_open", **labels) == 1), None)

        victim: Hand = eventually(owner, 60, "one of them shows the partition as open")
        victim.kill()
        killed_s = time.monotonic()
        crew.log.read_to_end(f"{FIRST}.{WORDS}.state")
        fence = crew.fences()[0]
        eventually(lambda: crew.fences()[0] > fence, 60, "the partition is served again")
        took_s = time.monotonic() - killed_s
    assert took_s < (TAKEOVER_S if long else 60), f"{took_s:.1f} s"
    crew.settle()
    crew.log.read_to_end(f"{FIRST}.{WORDS}.state")
    assert len(crew.log.rows(FIRST, WORDS, 0)) >= ROWS
    assert Fence.decode(crew.log.rows(FIRST, WORDS, 0)[FENCE_KEY]).next_offset > fence
