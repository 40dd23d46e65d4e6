"""What the conformance suite asks of a runner, so that one set of cases drives both."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from streams.runtime.spans import ChunkLimits
from streams.runtime.stage import Headers, Record, Send

from .toys import Switches

CHUNK = ChunkLimits(records=200, bytes=200_000, seconds=0.05)


class Harness(Protocol):
    """A runner with all toy stages, shared by the cases of a file: each uses keys of its own."""

    switches: Switches
    silence_s: float
    """For so long, of the pipeline's time, a partition may say nothing before it is left out."""

    def feed(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = (), partition: int | None = None
    ) -> None:
        """Write a record; on a state topic, a row."""

    def feed_aborted(self, topic: str, partition: int, values: Sequence[bytes]) -> None:
        """Write records in a transaction that is aborted: offsets that nobody may see."""

    def delete_all(self, topic: str, partition: int) -> None:
        """Delete every record of a partition, as retention does."""

    def settle(self, stage: str) -> None:
        """Until the stage has used up every record, except in partitions that stopped."""

    def outputs(self, topic: str) -> list[Record]:
        """What a read_committed consumer sees, partition by partition. Times are the pipeline's."""

    def rows(self, stage: str, source: str, partition: int) -> dict[bytes, bytes]:
        """The rows of one partition."""

    def stopped(self, stage: str) -> dict[int, str]:
        """The stage's partitions that stopped, and what they say."""

    def crash(self, stage: str) -> None:
        """End the stage without a word (SIGKILL), and start it again."""

    def away(self, stage: str) -> AbstractContextManager[None]:
        """The stage is away, in good order, and comes back at the end."""

    def lose_commit(self, stage: str, topic: str, *, applied: bool) -> None:
        """The stage's next transaction that writes to ``topic`` fails; ``applied``: after it was written, unheard."""

    def now_s(self) -> float:
        """The pipeline's time."""

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` of the pipeline's time pass."""

    def until(self, condition: Callable[[], object]) -> None:
        """Let time pass until the condition holds; fails after long enough."""


@dataclass
class LostCommits:
    """The transactions that are to fail: which stage, which topic they write to, whether they are applied first."""

    planned: list[tuple[str, str, bool]] = field(default_factory=list)

    def due(self, stage: str, sends: Sequence[Send]) -> bool | None:
        """None when the transaction may pass; else whether to apply it before it is lost. Each plan counts once."""
        for plan in self.planned:
            if plan[0] == stage and any(send.topic == plan[1] for send in sends):
                self.planned.remove(plan)
                return plan[2]
        return None


def about(records: Sequence[Record], start: bytes) -> list[Record]:
    """The records whose key begins with ``start``: those of one case."""
    return [record for record in records if (record.key or b"").startswith(start)]


def assert_each_once_in_order(records: Sequence[Record], fed: dict[bytes, int]) -> None:
    """The counter's copies: of every key as many as were fed, counted 1, 2, 3, in the order of their source."""
    seen: dict[bytes, list[int]] = {}
    offsets: dict[bytes, list[tuple[int, int]]] = {}
    for record in records:
        headers = dict(record.headers)
        assert record.key is not None
        seen.setdefault(record.key, []).append(int(headers["count"]))
        offsets.setdefault(record.key, []).append((int(headers["from"]), int(headers["at"])))
    assert seen == {key: list(range(1, count + 1)) for key, count in fed.items()}
    for key, places in offsets.items():
        assert places == sorted(set(places)), key
