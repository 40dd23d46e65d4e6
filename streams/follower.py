"""The Follower: one a process, it keeps the process's models where learning.examples is.

No group, no state of its own: it reads ``models`` to its end and takes the newest whole snapshot whose sha256 fits,
then every record from that offset on, in the log's order, for as long as the process lives. Before the first message
is triaged it has come to where the log ended when it began.

A command to turn to a version, at offset P, halts it until a snapshot from behind P is published; triage goes on by the
models at P meanwhile. What that snapshot must be it works out itself (``turned``), for the learn stage to publish, if
this process runs it. An error of its own ends it, but not in silence: the process is not ready from then on, for its
models stand still while others' learn. Source: DESIGN section 3.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from detectors.text import Triage
from streams import logs, metrics
from streams.runtime.kafka import KafkaClients
from streams.runtime.rows import read_rows
from streams.stages.learn import Version, whole_versions
from streams.stages.models import Models, Snapshot, Turned, Turning, check
from streams.topics import Topic, TopicTable

log = logging.getLogger(__name__)

RETRY_S = 1.0
LOOK_S = 0.2
POLL_MS = 200


class Follower:
    """Teaches ``triage()`` what the log says.

    ``trouble`` says why it follows no more, and is None while it does. ``turned``: see `streams.stages.learn`.
    """

    def __init__(self, clients: KafkaClients, table: TopicTable, triage: Callable[[], Triage]) -> None:
        self._clients = clients
        self._models_topic = table.physical(Topic.MODELS)
        self._examples = TopicPartition(table.physical(Topic.LEARNING_EXAMPLES), 0)
        self.models = Models(triage)
        self.trouble: str | None = None
        self.turned: Turned | None = None
        self._command: Turning | None = None
        self._wanted = False
        self._packed: Snapshot | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def offset(self) -> int:
        """The next record to read."""
        return self.models.offset

    def snapshot(self) -> Snapshot | None:
        """The models as they were when this was asked for; None while they are packed, so ask again."""
        packed, self._packed = self._packed, None
        self._wanted = packed is None and self.models.has_versions
        return packed

    def gauges(self) -> Mapping[tuple[str, ...], float]:
        """What was measured of the models, for the learn stage to show."""
        return metrics.model_gauges(self.models.quality)

    async def start(self) -> None:
        """Come to where the log ends now, or to a command that waits there; then follow it.

        Raises KafkaError when no broker answers.
        """
        self.models.begin()
        metrics.MODELS_STOPPED.set(0)
        consumer = self._consumer = self._clients.reader()
        try:
            await consumer.start()
            consumer.assign([self._examples])
            end = await self._end(consumer)
            versions = await self._versions()
            await self._take_newest(versions, 0, end)
            consumer.seek(self._examples, self.offset)
            while self._command is None and await consumer.position(self._examples) < end:
                await self._read(consumer)
        except BaseException:
            await self.stop()
            raise
        self._task = asyncio.create_task(self._follow(consumer))

    async def stop(self) -> None:
        """Follow no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        if self._consumer is not None:
            await self._consumer.stop()

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        try:
            while True:
                try:
                    if self._command is not None:
                        await self._turn(consumer, self._command)
                        continue
                    if self._wanted:
                        # In a thread, for it would hold up heartbeats; nothing is learned meanwhile.
                        self._packed = await asyncio.to_thread(self.models.snapshot)
                        self._wanted = False
                    await self._read(consumer)
                except (KafkaError, TimeoutError) as error:
                    log.warning("examples not read", extra={"cause": type(error).__name__})
                    await asyncio.sleep(RETRY_S)
        except Exception as error:
            # By its kind and place: its own words may quote an example.
            cause, at = type(error).__name__, logs.place(error)
            log.error("examples are not learned any more", extra={"cause": cause, "at": at})
            self.trouble = f"models: learn no more, {cause} at {at}"
            metrics.MODELS_STOPPED.set(1)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        records = await consumer.getmany(self._examples, timeout_ms=POLL_MS, max_records=500)
        for record in records.get(self._examples, ()):
            self._command = self.models.read(record.offset, record.value)
            if self._command is not None:
                consumer.seek(self._examples, self.offset)
                break
        self.models.name_version()
        metrics.MODELS_OFFSET.set(self.offset)

    async def _turn(self, consumer: AIOKafkaConsumer, command: Turning) -> None:
        """Wait for a snapshot from behind the command, and be that."""
        end = await self._models_end(consumer)
        versions = await self._versions()
        if await self._take_newest(versions, self.offset + 1, await self._end(consumer)):
            self.turned = self._command = None
            consumer.seek(self._examples, self.offset)
            return
        metrics.MODELS_WAITING.set(1)
        if self.turned is None:
            snapshot = await self._named(versions, command.version)
            self.turned = await asyncio.to_thread(self.models.turned, command, snapshot)
            if not self.turned.known:
                log.warning("version not there", extra={"offset": self.offset, "detail": f"version {command.version}"})
        while await self._models_end(consumer) <= end:
            await asyncio.sleep(LOOK_S)

    async def _named(self, versions: list[Version], offset: int) -> Snapshot | None:
        """A version that these models can be: what no process could take must not be published again."""
        for version in versions:
            if version.head.offset == offset:
                try:
                    await asyncio.to_thread(self.models.unpacked, version.snapshot)
                except ValueError:
                    return None
                return version.snapshot
        return None

    async def _take_newest(self, versions: list[Version], least: int, end: int) -> bool:
        """Be the newest version of at least this offset that is none beyond the log's end, torn, or of other models."""
        for version in versions if self.models.has_versions else ():
            offset = version.head.offset
            if offset < least:
                break
            why = "beyond" if offset > end else check(version.snapshot)
            if why is None:
                try:
                    self.models.take(await asyncio.to_thread(self.models.unpacked, version.snapshot))
                except ValueError:
                    why = "foreign"
            if why is None:
                metrics.MODELS_WAITING.set(0)
                return True
            log.error("snapshot refused", extra={"offset": offset, "cause": why})
            metrics.SNAPSHOTS_REFUSED.labels(why).inc()
        return False

    async def _versions(self) -> list[Version]:
        return whole_versions(await read_rows(self._clients, self._models_topic, 0))

    async def _end(self, consumer: AIOKafkaConsumer) -> int:
        end: int = (await consumer.end_offsets([self._examples]))[self._examples]
        return end

    async def _models_end(self, consumer: AIOKafkaConsumer) -> int:
        tp = TopicPartition(self._models_topic, 0)
        end: int = (await consumer.end_offsets([tp]))[tp]
        return end
