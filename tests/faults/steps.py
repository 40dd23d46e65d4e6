"""Ends (or freezes) a worker of the tests at a chosen step of the runtime, which knows nothing of it.

Each step is wrapped from outside; the n-th pass of the chosen one sends the process SIGKILL or SIGSTOP. A stopped
process goes on from that very place when somebody sends SIGCONT.
"""

import asyncio
import os
import random
import signal
from collections.abc import Callable
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.transaction import EndTxnRequest

from streams.runtime import runner
from streams.runtime.producer import TransactionWriter
from streams.runtime.runner import PartitionRunner

OPENING = ("initialising the producer", "restoring rows", "claiming")
WORKING = ("reading", "between outputs", "before commit", "during commit", "after commit")
STEPS = (*OPENING, *WORKING)


class Trap:
    """Strikes at the ``passes``-th time that ``step`` is passed."""

    def __init__(self, step: str, passes: int, signal_name: str, seed: int) -> None:
        if step not in STEPS:
            raise ValueError(f"no step {step!r}; there are: {', '.join(STEPS)}")
        self.step, self._left = step, passes
        self._signal = signal.Signals[signal_name]
        self._dice = random.Random(seed)

    def due(self) -> bool:
        self._left -= 1
        return self._left == 0

    def strike(self) -> None:
        os.kill(os.getpid(), self._signal)

    async def strike_during(self, work: Any, within_s: float) -> Any:
        """Strike some time after ``work`` began, or when it is done, whatever comes first."""
        task = asyncio.ensure_future(work)
        await asyncio.wait({task}, timeout=self._dice.uniform(0.0, within_s))
        self.strike()
        return await task


def lay(trap: Trap) -> None:
    """Wrap the trap's step."""
    LAID[trap.step](trap)


def _initialising(trap: Trap) -> None:
    original = TransactionWriter.open

    async def opened(self: TransactionWriter, *args: Any) -> None:
        work = original(self, *args)
        await (trap.strike_during(work, 0.03) if trap.due() else work)

    TransactionWriter.open = opened  # type: ignore[method-assign]


def _restoring(trap: Trap) -> None:
    original = runner.read_rows

    async def rows_read(*args: Any) -> dict[bytes, bytes]:
        work = original(*args)
        return await (trap.strike_during(work, 0.03) if trap.due() else work)

    runner.read_rows = rows_read


def _claiming(trap: Trap) -> None:
    original = PartitionRunner._commit

    async def committed(self: PartitionRunner, partition: Any, transaction: Any, kind: str) -> None:
        work = original(self, partition, transaction, kind)
        await (trap.strike_during(work, 0.03) if kind == "claim" and trap.due() else work)

    PartitionRunner._commit = committed  # type: ignore[method-assign]


def _reading(trap: Trap) -> None:
    original = PartitionRunner.deliver

    def delivered(self: PartitionRunner, fetched: Any) -> None:
        original(self, fetched)
        if fetched.records and trap.due():
            trap.strike()

    PartitionRunner.deliver = delivered  # type: ignore[method-assign]


def _wrap_producer(change: Callable[[Any], None]) -> None:
    original = TransactionWriter.__init__

    def made(self: TransactionWriter, *args: Any) -> None:
        original(self, *args)
        change(self._producer)

    TransactionWriter.__init__ = made  # type: ignore[method-assign]


def _between_outputs(trap: Trap) -> None:
    def change(producer: Any) -> None:
        original = producer.send_batch

        async def sent(batch: Any, topic: str, *, partition: int) -> Any:
            future = await original(batch, topic, partition=partition)
            if not topic.endswith(".state") and trap.due():
                await asyncio.wait({future})  # the broker has this one, and has not seen the next
                trap.strike()
            return future

        producer.send_batch = sent

    _wrap_producer(change)


def _committing(trap: Trap, *, before: bool) -> None:
    def change(producer: Any) -> None:
        original = producer.commit_transaction

        async def committed() -> None:
            due = trap.due()
            if due and before:
                trap.strike()
            await original()
            if due and not before:
                trap.strike()

        producer.commit_transaction = committed

    _wrap_producer(change)


def _during_commit(trap: Trap) -> None:
    original = AIOKafkaClient.send

    async def sent(self: Any, node_id: Any, request: Any, **more: Any) -> Any:
        work = original(self, node_id, request, **more)
        if isinstance(request, EndTxnRequest) and trap.due():
            return await trap.strike_during(work, 0.002)  # the request is out, its answer perhaps not here
        return await work

    AIOKafkaClient.send = sent


LAID: dict[str, Callable[[Trap], None]] = {
    "initialising the producer": _initialising,
    "restoring rows": _restoring,
    "claiming": _claiming,
    "reading": _reading,
    "between outputs": _between_outputs,
    "before commit": lambda trap: _committing(trap, before=True),
    "during commit": _during_commit,
    "after commit": lambda trap: _committing(trap, before=False),
}
