"""The Follower: one a process, it keeps the process's models where learning.examples is.

No group, no state of its own: it reads ``models`` to its end and takes the newest whole snapshot whose sha256 fits,
then every example from that offset on, in the log's order, for as long as the process lives. Before the first message
is triaged it has come to where the log ended when it began. An error of its own ends it, but not in silence: the
process is not ready from then on, for its models stand still while others' learn. Source: DESIGN section 3.
"""

import asyncio
import logging
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from detectors.text import Triage
from detectors.text.learning import Example, digest, dump_models, learn, load_models
from streams import logs
from streams.contracts import ContractError
from streams.runtime.kafka import KafkaClients
from streams.runtime.rows import read_rows
from streams.stages.learn import Snapshot, whole_snapshots
from streams.stages.learning import read_example
from streams.topics import Topic, TopicTable

log = logging.getLogger(__name__)

RETRY_S = 1.0
POLL_MS = 200


class Follower:
    """Teaches ``triage()`` what the log says.

    ``offset`` is the next example to learn. ``trouble`` says why it follows no more, and is None while it does.
    """

    def __init__(self, clients: KafkaClients, table: TopicTable, triage: Callable[[], Triage]) -> None:
        self._clients = clients
        self._models_topic = table.physical(Topic.MODELS)
        self._examples = TopicPartition(table.physical(Topic.LEARNING_EXAMPLES), 0)
        self._make_triage = triage
        self.offset = 0
        self.learned = 0
        self.trouble: str | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Come to where the log ends now, then follow it. Raises KafkaError when no broker answers."""
        triage = self._make_triage()
        rows = await read_rows(self._clients, self._models_topic, 0)
        for offset, data, sha256 in whole_snapshots(rows):
            if digest(data) != sha256:
                log.error("snapshot refused", extra={"offset": offset, "cause": "sha256"})
                continue
            try:
                load_models(triage, data)
            except ValueError:
                log.error("snapshot refused", extra={"offset": offset, "cause": "foreign"})
                continue
            self.offset = offset
            break
        consumer = self._consumer = self._clients.reader()
        try:
            await consumer.start()
            consumer.assign([self._examples])
            consumer.seek(self._examples, self.offset)
            end = (await consumer.end_offsets([self._examples]))[self._examples]
            while await consumer.position(self._examples) < end:
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

    def snapshot(self) -> Snapshot:
        """The models as they are now."""
        data = dump_models(self._make_triage())
        return Snapshot(self.offset, data, digest(data))

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        try:
            while True:
                try:
                    await self._read(consumer)
                except KafkaError as error:
                    log.warning("examples not read", extra={"cause": type(error).__name__})
                    await asyncio.sleep(RETRY_S)
        except Exception as error:
            # By its kind and place: its own words may quote an example.
            cause, at = type(error).__name__, logs.place(error)
            log.error("examples are not learned any more", extra={"cause": cause, "at": at})
            self.trouble = f"models: learn no more, {cause} at {at}"

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        triage = self._make_triage()
        records = await consumer.getmany(self._examples, timeout_ms=POLL_MS, max_records=500)
        for record in records.get(self._examples, ()):
            self._learn(triage, record.value)
            self.offset = record.offset + 1

    def _learn(self, triage: Triage, value: bytes | None) -> None:
        try:
            said = read_example(value)
        except ContractError:
            return  # the learn stage makes it a dead letter
        self.learned += learn(triage, Example(said.text, said.language, said.labels))
