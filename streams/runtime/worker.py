"""One stage on Kafka: its Faust app, and a runner for each partition that the group gives us."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import faust
from faust.types import TP

from streams.runtime.context import RunContext
from streams.runtime.runner import PartitionRunner
from streams.runtime.transport import ChunkSchema, StageApp

log = logging.getLogger(__name__)

HINT_EVERY_S = 5.0


def _make_app(context: RunContext, data_dir: str, instance: str | None) -> StageApp:
    """A Faust app that only reads: no tables, no web server, no leader, no topics of its own."""
    clients = context.clients
    app = StageApp(
        context.table.prefix + context.spec.name,
        broker=f"spillway://{clients.bootstrap}",
        datadir=data_dir,
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        stream_wait_empty=False,
        stream_recovery_delay=0,
        stream_buffer_maxsize=64,
        broker_session_timeout=clients.session_timeout_s,
        broker_request_timeout=max(90.0, clients.session_timeout_s + 1),
        broker_rebalance_timeout=15.0,
        broker_heartbeat_interval=1.0,
        # With 0 and no tables Faust silently falls back from its sticky assignor to round robin.
        table_standby_replicas=1,
    )
    app.clients = clients
    app.instance = instance
    app.pace_s, app.chunk_records = context.spec.pace_s, context.limits.chunk.records
    return app


class StageWorker:
    """Runs one stage until it is stopped. ``crashed`` is set when its Faust app fails: the process must then end."""

    def __init__(self, context: RunContext, data_dir: str, instance: str | None = None) -> None:
        self.context = context
        self.runners: dict[TP, PartitionRunner] = {}
        self.assigned_once = False
        self._tasks: dict[TP, asyncio.Task[None]] = {}
        self._leaving: dict[TP, asyncio.Task[None]] = {}
        self._hints: asyncio.Task[None] | None = None
        self._app = _make_app(context, data_dir, instance)
        self._app.owner = self
        for source in context.spec.sources:
            topic = self._app.topic(context.table.physical(source), schema=ChunkSchema())
            self._app.agent(topic, name=f"{context.spec.name}.{source}")(self._deliver)

    @property
    def consumer(self) -> Any:
        """The transport's consumer."""
        return self._app.consumer

    @property
    def crashed(self) -> bool:
        """Whether Faust gave up on its app."""
        return bool(self._app.crashed)

    async def start(self) -> None:
        """Join the group; returns when the first assignment is here."""
        self._app.finalize()
        await self._app.start()
        self._hints = asyncio.create_task(self._commit_hints())

    async def stop(self) -> None:
        """Finish the transactions at hand, leave the group."""
        for runner in self.runners.values():
            runner.leave()
        if self._hints is not None:
            self._hints.cancel()
        tasks = {*self._tasks.values(), *self._leaving.values()}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self.context.clients.transaction_timeout_s)
            for task in late:
                task.cancel()
        await self._commit_hints_once()
        await self._app.stop()

    # The transport tells

    def assigned(self, partitions: frozenset[TP]) -> None:
        """These partitions are ours from now on: let the others go, begin with the new ones."""
        self.assigned_once = True
        for tp in list(self.runners):
            if tp not in partitions:
                self.runners.pop(tp).leave()
                self._leaving[tp] = self._tasks.pop(tp)
        for tp in partitions:
            task_before = self._tasks.get(tp)
            if task_before is None or (task_before.done() and self.runners[tp].stopped is None):
                runner = self.runners[tp] = PartitionRunner(self.context, tp)
                self._tasks[tp] = asyncio.create_task(self._run(runner, self._leaving.pop(tp, None)))

    def out_of_range(self, partition: TP) -> None:
        """The log does not hold the position of this partition."""
        runner = self.runners.get(partition)
        if runner is not None:
            runner.out_of_range()

    # Inside

    async def _run(self, runner: PartitionRunner, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            # It left and came back: two runners of one partition in a process would fence and pause each other.
            await asyncio.wait({before})
        await runner.run()

    async def _deliver(self, stream: faust.Stream[Any]) -> None:
        events: AsyncIterator[Any] = stream.events()
        async for event in events:
            runner = self.runners.get(event.message.tp)
            if runner is not None:
                runner.deliver(event.value)

    async def _commit_hints(self) -> None:
        while True:
            await asyncio.sleep(HINT_EVERY_S)
            await self._commit_hints_once()
            for tp, task in self._tasks.items():
                if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                    log.error("partition task failed", extra={"partition": str(tp), "cause": type(error).__name__})
                    await self._app.crash(error)
                    return

    async def _commit_hints_once(self) -> None:
        fences = {tp: runner.fence for tp, runner in self.runners.items() if runner.fence is not None}
        if not fences:
            return
        try:
            async with asyncio.timeout(HINT_EVERY_S):
                await self.consumer.commit_hints(fences)
        except Exception as error:
            # Only a hint: the next one comes in 5 s, and the fences are what counts.
            log.debug("offsets not committed", extra={"cause": type(error).__name__})
