"""A stage with a fault in it: the partition that meets it stops loudly, and a mended version goes on from there."""

from typing import Any

from tests.faults.counting import FIRST, WORDS
from tests.faults.crew import Crew
from tests.flow.deployment import eventually
from tests.runtime.conformance.toys import POISON


def test_records_that_make_a_stage_raise_stop_their_partitions_until_a_mended_version_starts(
    crew: Crew, seed: int
) -> None:
    crew.stop_all()
    workers = [crew.start(version="spoilt"), crew.start(version="spoilt")]
    crew.until_members(2)
    with crew.traffic(400):
        crew.until_progress()
        crew.send(b"0-poison", POISON, 0)  # one record
        for number in range(500):  # and a whole batch of them
            crew.send(b"1-poison-%d" % number, POISON, 1)

        def stopped(partition: str) -> float:
            labels = {"stage": FIRST, "topic": WORDS, "partition": partition, "cause": "StageFailed"}
            return sum(worker.metric("spillway_partition_stopped", **labels) for worker in workers)

        def said_of_both() -> list[dict[str, Any]]:
            lines = [line for worker in workers for line in worker.said(message="partition stopped")]
            return lines if len({line["partition"] for line in lines}) > 1 else []

        eventually(lambda: stopped("0") == stopped("1") == 1, 120, "the metric names both partitions")
        lines = eventually(said_of_both, 60, "so does the log, a moment later")
        details = {line["partition"]: line["detail"] for line in lines}
        assert details == {f"{FIRST}/{WORDS}/{n}": f"{FIRST} {WORDS}/{n} process: ValueError" for n in (0, 1)}
        assert all(line["at"].startswith("partition.py:") for line in lines)  # of our own code: the stage is a test's
        crew.log.read_to_end(WORDS, f"{FIRST}.{WORDS}.state")
        fences = crew.fences()
        culprits = [
            next(record.offset for record in crew.log.records(WORDS, n) if record.value == POISON) for n in (0, 1)
        ]
        assert fences[:2] == culprits, "all before the record that it raises on is used up"
        assert {line["partition"]: line["offset"] for line in lines} == {
            f"{FIRST}/{WORDS}/{n}": offset for n, offset in enumerate(culprits)
        }
        eventually(
            lambda: all(at > fence + 200 for at, fence in zip(crew.fences()[2:], fences[2:], strict=True)),
            120,
            "the other partitions go on",
        )
        assert crew.fences()[:2] == fences[:2], "nothing is used up beyond what could not be"
        crew.stop_all()
        crew.start()
        crew.until_progress()
    assert crew.check() > 1_000
