"""The suite's harness on the memory runner."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from streams.runtime.fence import FenceOutsideLogError
from streams.runtime.marks import SILENCE_S
from streams.runtime.memory import CommitLostError, MemoryRunner
from streams.runtime.partition import StageFailedError
from streams.runtime.stage import Headers, Record
from streams.runtime.transaction import Transaction

from .harness import CHUNK, LostCommits
from .toys import Switches, toy_stages, toy_table

START_S = 1_700_000_000.0
PATIENCE_S = 600.0


class FlakyRunner(MemoryRunner):
    """A memory runner whose commits fail when the suite says so."""

    lost: LostCommits

    def commit(self, stage: str, transaction: Transaction) -> None:
        applied = self.lost.due(stage, transaction.sends)
        if applied is not False:
            super().commit(stage, transaction)
        if applied is not None:
            raise CommitLostError


class MemoryHarness:
    silence_s = SILENCE_S

    def __init__(self, seed: int) -> None:
        self.switches = Switches()
        self.runner = FlakyRunner(
            toy_stages(self.switches), toy_table("toys."), start_s=START_S, seed=seed, chunk=CHUNK
        )
        self.runner.lost = LostCommits()

    def feed(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = (), partition: int | None = None
    ) -> None:
        self.runner.send(topic, key, value, headers, partition)

    def feed_aborted(self, topic: str, partition: int, values: Sequence[bytes]) -> None:
        self.runner.leave_hole(topic, partition, len(values) + 1)

    def delete_all(self, topic: str, partition: int) -> None:
        self.runner.delete_all(topic, partition)

    def settle(self, stage: str) -> None:
        self.advance(0.0)

    def outputs(self, topic: str) -> list[Record]:
        return self.runner.records(topic)

    def rows(self, stage: str, source: str, partition: int) -> dict[bytes, bytes]:
        return self.runner.rows(stage, source, partition)

    def stopped(self, stage: str) -> dict[int, str]:
        return {where[2]: str(error) for where, error in self.runner.stopped.items() if where[0] == stage}

    def crash(self, stage: str) -> None:
        self.runner.crash(stage)

    @contextmanager
    def away(self, stage: str) -> Iterator[None]:
        self.advance(0.0)
        yield
        self.runner.crash(stage)

    def lose_commit(self, stage: str, topic: str, *, applied: bool) -> None:
        self.runner.lost.planned.append((stage, topic, applied))

    def now_s(self) -> float:
        return self.runner.clock.now_s()

    def advance(self, seconds: float) -> None:
        target_s = self.now_s() + seconds
        while True:
            try:
                self.runner.advance(max(0.0, target_s - self.now_s()))
                return
            except (StageFailedError, FenceOutsideLogError):
                pass  # the runner tells once; ``stopped`` keeps it

    def until(self, condition: Callable[[], object]) -> None:
        deadline_s = self.now_s() + PATIENCE_S
        self.advance(0.0)
        while not condition():
            assert self.now_s() < deadline_s, "waited in vain"
            self.advance(10.0)
