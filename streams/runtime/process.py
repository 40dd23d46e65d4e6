"""One worker process: some or all stages in one event loop, until it is told to stop or something fails for good."""

import asyncio
import gc
import logging
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from aiokafka.errors import KafkaError

from streams import metrics
from streams.runtime.clock import BrokerClock
from streams.runtime.context import RunContext, RunLimits
from streams.runtime.kafka import KafkaClients
from streams.runtime.stage import StageSpec
from streams.runtime.worker import StageWorker
from streams.topics import TopicTable

log = logging.getLogger(__name__)

OPENINGS_AT_ONCE = 8
# Each chunk makes thousands of short-lived tuples without cycles. Python's default of 700 scans them, and in its third
# generation every row that a stage holds, for nothing: it took a third of the worker's time.
GC_THRESHOLD = (100_000, 20, 100)
STUCK_S = 30.0


class TopicsMissingError(Exception):
    """Topics that the stages need are not on the broker."""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a worker may take traffic: every stage assigned, every partition open and making progress,
    no companion in trouble.

    ``reasons`` says in plain words what is missing; it is empty when ``ready``.
    """

    ready: bool
    reasons: tuple[str, ...]


class TopicCounts:
    """How many partitions each topic has on the broker."""

    def __init__(self, clients: KafkaClients, table: TopicTable) -> None:
        self._clients, self._table = clients, table
        self._counts: dict[str, int] = {}

    async def load(self) -> None:
        """Ask the broker. Raises TopicsMissingError naming what is not there, KafkaError when nobody answers."""
        admin = self._clients.admin()
        await admin.start()
        try:
            names = {self._table.physical(spec.name): spec.name for spec in self._table}
            missing = sorted(names.keys() - set(await admin.list_topics()))
            if missing:
                raise TopicsMissingError(f"missing topics: {', '.join(missing)}. Run: spillway topics apply")
            for topic in await admin.describe_topics(list(names)):
                self._counts[names[topic["topic"]]] = len(topic["partitions"])
        finally:
            await admin.close()

    def __call__(self, topic: str) -> int:
        """How many partitions a topic has, by its logical name. Raises KeyError for an unknown topic."""
        return self._counts[topic]


class Companion(Protocol):
    """Something that a process needs beside its stages: it is ready before any group is joined.

    ``trouble`` says in plain words why the process should take no traffic, and is None while all is well.
    """

    trouble: str | None

    async def start(self) -> None:
        """Get ready."""

    async def stop(self) -> None:
        """End."""


class WorkerProcess:
    """All stage workers of a process, and their companions. Build it inside the running event loop."""

    def __init__(
        self,
        stages: Sequence[StageSpec],
        *,
        table: TopicTable,
        clients: KafkaClients,
        clock: BrokerClock | None = None,
        limits: RunLimits | None = None,
        instance: str | None = None,
        companions: Sequence[Companion] = (),
    ) -> None:
        self.workers: list[StageWorker] = []
        self._companions = companions
        self._counts = TopicCounts(clients, table)
        self._data_dir = tempfile.mkdtemp(prefix="spillway-faust-")
        openings = asyncio.Semaphore(OPENINGS_AT_ONCE)
        clock = clock or BrokerClock()
        for number, spec in enumerate(stages):
            context = RunContext(
                spec=spec,
                table=table,
                clients=clients,
                clock=clock,
                limits=limits or RunLimits(),
                partitions_of=self._counts,
                reload_topics=self._counts.load,
                consumer=partial(self._consumer, number),
                openings=openings,
            )
            self.workers.append(StageWorker(context, f"{self._data_dir}/{spec.name}", instance))

    def _consumer(self, number: int) -> Any:
        return self.workers[number].consumer

    async def start(self) -> None:
        """Join all groups. Raises TopicsMissingError, or KafkaError when no broker answers."""
        gc.set_threshold(*GC_THRESHOLD)
        await self._counts.load()
        for companion in self._companions:
            await companion.start()
        await asyncio.gather(*(worker.start() for worker in self.workers))

    async def stop(self) -> None:
        """Finish what is at hand and leave."""
        await asyncio.gather(*(worker.stop() for worker in self.workers))
        for companion in self._companions:
            await companion.stop()
        shutil.rmtree(self._data_dir, ignore_errors=True)

    def health(self) -> Health:
        """Whether everything is assigned, open and progressing."""
        reasons = [companion.trouble for companion in self._companions if companion.trouble is not None]
        for worker in self.workers:
            stage = worker.context.spec.name
            if worker.crashed:
                reasons.append(f"{stage}: Faust gave up")
            if not worker.assigned_once:
                reasons.append(f"{stage}: waiting for its partitions")
            for tp, runner in worker.runners.items():
                where = f"{stage} {runner.source}/{tp.partition}"
                if runner.stopped is not None:
                    reasons.append(f"{where}: stopped, {runner.stopped}")
                elif runner.partition is None:
                    reasons.append(f"{where}: opening")
                elif time.monotonic() - runner.progressed_s > STUCK_S:
                    reasons.append(f"{where}: no progress for {STUCK_S:.0f} s")
        metrics.READY.set(0 if reasons else 1)
        return Health(not reasons, tuple(reasons))

    async def run(self) -> int:
        """Until SIGTERM or SIGINT (answers 0), or until a stage's app fails for good (answers 1)."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        starting = asyncio.create_task(self.start())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            while not stop.is_set() and not any(worker.crashed for worker in self.workers):
                self.health()
                await asyncio.wait({stopping}, timeout=1.0)
        else:
            starting.cancel()
        failed = not stop.is_set()
        try:
            async with asyncio.timeout(20.0):
                await self.stop()
        except (TimeoutError, KafkaError) as error:
            log.warning("stopped late", extra={"cause": type(error).__name__})
        return 1 if failed else 0
