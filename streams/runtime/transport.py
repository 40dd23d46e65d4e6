"""Faust's transport, ours: one event for each fetched chunk of a partition, with the span of positions that it covers.

Stock Faust makes four tasks an event and forgets fetches during rebalances. Here a plain aiokafka consumer runs in the
main loop behind Faust's Consumer interface; Faust keeps the group, the assignor, the agents and their supervision, and
an event's value is a ``Fetched``. Nothing is acknowledged through Faust: the fence in the rows says what is done.
Registered as ``spillway`` in the entry points ``faust.transports``. Source: DESIGN section 6, rule 1.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import faust
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaError, OffsetOutOfRangeError
from aiokafka.structs import OffsetAndMetadata
from faust.serializers.schemas import Schema
from faust.transport import base
from faust.transport.consumer import Consumer as FaustConsumer
from faust.transport.producer import Producer as FaustProducer
from faust.types import TP, Message

from streams.runtime.kafka import KafkaClients
from streams.runtime.spans import Fetched


class Owner(Protocol):
    """Who works on the partitions: told at once, in the event loop, and must not wait."""

    def assigned(self, partitions: frozenset[TP]) -> None:
        """These partitions, and only these, are ours from now on."""

    def out_of_range(self, partition: TP) -> None:
        """The position of a partition lies outside its log."""


class StageApp(faust.App):
    """A Faust app of one stage, with what its transport needs."""

    clients: KafkaClients
    owner: Owner
    instance: str | None = None
    pace_s: float = 0.0
    chunk_records: int = 0


class ChunkSchema(Schema):
    """Hands the transport's ``Fetched`` through Faust untouched."""

    def loads_key(self, app: Any, message: Message, **_: Any) -> None:
        """No key: a chunk has many."""

    def loads_value(self, app: Any, message: Message, **_: Any) -> Fetched:
        """The chunk as the transport made it."""
        fetched: Fetched = message.value
        return fetched


class _Listener(ConsumerRebalanceListener):
    def __init__(self, consumer: "Consumer") -> None:
        self._consumer = consumer

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> Any:
        self._consumer.app.on_rebalance_start()
        return self._consumer.on_partitions_revoked({TP(*tp) for tp in revoked})

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        await self._consumer.take(frozenset(TP(*tp) for tp in assigned))


class Consumer(FaustConsumer):
    """A plain aiokafka consumer behind Faust's interface.

    A partition is read only between ``start_reading`` and ``stop_reading``: opening it (producer, rows) comes first.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        app = self.app
        self._kafka = app.clients.group_consumer(app.conf.id, app.assignor, app.instance)
        self._spans: dict[TP, int] = {}  # where the last span ended, of every partition that is read
        self._full: set[TP] = set()
        self._answers: dict[TP, tuple[int, float, float]] = {}  # its stamp, when it came, when the one before came

    # What the runner asks for

    def start_reading(self, tp: TP, offset: int) -> None:
        """Deliver records from ``offset`` on. Raises IllegalStateError when the partition is not ours any more."""
        self._kafka.seek(_topic_partition(tp), offset)
        self._spans[tp] = offset
        self._full.discard(tp)
        self._kafka.resume(_topic_partition(tp))

    def stop_reading(self, tp: TP) -> None:
        """Deliver no more of this partition."""
        self._spans.pop(tp, None)
        self._full.discard(tp)
        self._answers.pop(tp, None)
        if _topic_partition(tp) in self._kafka.assignment():
            self._kafka.pause(_topic_partition(tp))

    def set_full(self, tp: TP, full: bool) -> None:
        """Stop fetching while a partition's queue is full; it goes on where it was."""
        if tp not in self._spans or (tp in self._full) == full:
            return
        if full:
            self._full.add(tp)
            self._kafka.pause(_topic_partition(tp))
        else:
            self._full.discard(tp)
            self._kafka.resume(_topic_partition(tp))

    def delivered_to(self, tp: TP) -> int | None:
        """Where the last span handed over ended, or None when the partition is not read."""
        return self._spans.get(tp)

    def read_up_to_s(self, tp: TP) -> float | None:
        """A monotonic time up to which nothing of the partition is unread, or None when it is not at its end.

        A fetch answer that holds nothing beyond our position speaks of a moment after its request was sent, which was
        after the answer before it came. That earlier moment is what this tells, so neither a frozen process nor an
        answer that waited in a socket makes time run ahead.
        """
        state, answer = self._state(tp), self._answers.get(tp)
        if state is None or answer is None or tp in self._full or tp not in self._spans:
            return None
        at_end = state.highwater is not None and self._spans[tp] == state.position >= state.highwater
        return answer[2] if at_end else None

    def lag(self, tp: TP) -> int:
        """Records of the partition that were not delivered yet, by position."""
        state = self._state(tp)
        if state is None or state.highwater is None or tp not in self._spans:
            return 0
        return max(0, int(state.highwater) - self._spans[tp])

    async def commit_hints(self, offsets: Mapping[TP, int]) -> None:
        """Commit the fences as the group's offsets, for lag tools. Raises KafkaError when we are no longer a member."""
        await self._kafka.commit({_topic_partition(tp): OffsetAndMetadata(at, "") for tp, at in offsets.items()})

    def is_member(self) -> bool:
        """Whether the group counts us in (a generation above 0)."""
        return bool(self._kafka._coordinator.generation > 0)

    # Rebalances

    async def take(self, assigned: frozenset[TP]) -> None:
        """A new assignment: every partition gets a position, or is paused, before anything is fetched."""
        for tp in list(self._spans.keys() - assigned):
            self._spans.pop(tp)
            self._answers.pop(tp, None)
        for tp in assigned:
            # aiokafka forgets all positions at a rebalance. One that we keep goes on; a new one waits to be opened.
            self._kafka.seek(_topic_partition(tp), self._spans.get(tp, 0))
            if tp not in self._spans or tp in self._full:
                self._kafka.pause(_topic_partition(tp))
        self._answers.clear()
        generation = self._kafka._coordinator.generation
        self.app.consumer_generation_id = generation
        self.app.owner.assigned(assigned)
        await self.on_partitions_assigned(set(assigned), generation)

    # The loop

    async def _drain_messages(self, fetcher: Any) -> None:
        poll_ms = round(self.app.clients.fetch_wait_s * 1000)  # without records there is no more to see in between
        while not (self.should_stop or fetcher.should_stop):
            try:
                records = await self._kafka.getmany(timeout_ms=poll_ms)
            except OffsetOutOfRangeError as error:
                for tp in error.args[0]:
                    self.app.owner.out_of_range(TP(*tp))
                continue
            except (ConsumerStoppedError, asyncio.CancelledError):
                if self.should_stop or fetcher.should_stop:
                    return
                raise
            except KafkaError as error:
                self.log.error("fetching failed: %s", type(error).__name__)
                await asyncio.sleep(1.0)
                continue
            # No await between the fetch and here: positions move only there and when we seek.
            spans = self._new_spans(records)
            for tp, fetched in spans:
                await self._deliver(tp, fetched)
            # While this waits, aiokafka fetches no more than it holds: a stage that takes its time need not be handed
            # every single record at once. One that is a chunk behind reads as fast as it can.
            records_read = sum(len(fetched.records) for _, fetched in spans)
            if spans and self.app.pace_s and records_read < self.app.chunk_records:
                await self.sleep(self.app.pace_s)

    def _new_spans(self, records: Mapping[TopicPartition, list[Any]]) -> list[tuple[TP, Fetched]]:
        spans = []
        now_s, wall_s = time.monotonic(), time.time()
        for tp, start in self._spans.items():
            state = self._state(tp)
            if state is None or not state.has_valid_position:
                continue
            self._note_answer(tp, state.timestamp, now_s, wall_s)
            if state.position > start:
                self._spans[tp] = state.position
                spans.append((tp, Fetched(start, state.position, records.get(_topic_partition(tp), ()))))
        return spans

    def _note_answer(self, tp: TP, stamp_ms: int | None, now_s: float, wall_s: float) -> None:
        known = self._answers.get(tp)
        if stamp_ms is None or (known is not None and known[0] == stamp_ms):
            return
        came_s = now_s - max(0.0, wall_s - stamp_ms / 1000)
        if known is None:
            # The first answer may speak of a moment before we began: only the second counts.
            self._answers[tp] = (stamp_ms, came_s, float("-inf"))
        else:
            self._answers[tp] = (stamp_ms, came_s, known[1])

    async def _deliver(self, tp: TP, fetched: Fetched) -> None:
        generation = self.app.consumer_generation_id
        message = Message(
            tp.topic, tp.partition, fetched.start, 0.0, 0, None, None, fetched, None, 0, 0, tp, generation_id=generation
        )
        try:
            await self.callback(message)
        except KeyError:
            # Between an assignment and Faust's own books: the runner sees the gap and asks again.
            self.log.info("chunk of %s dropped during a rebalance", tp)

    def _state(self, tp: TP) -> Any:
        subscription = self._kafka._subscription.subscription
        assignment = None if subscription is None else subscription.assignment
        partition = _topic_partition(tp)
        if assignment is None or partition not in assignment.tps:
            return None
        return assignment.state_value(partition)

    # Faust's interface

    async def on_start(self) -> None:
        """Connect."""
        await self._kafka.start()

    async def on_stop(self) -> None:
        """Leave the group at once, so that others take over without waiting for a time-out."""
        await self._kafka.stop()

    async def subscribe(self, topics: Iterable[str]) -> None:
        """Join the group for these topics."""
        self._kafka.subscribe(topics=sorted(topics), listener=_Listener(self))

    def assignment(self) -> set[TP]:
        """The partitions that are ours."""
        return {TP(*tp) for tp in self._kafka.assignment()}

    def pause_partitions(self, tps: Iterable[TP]) -> None:
        """Nothing: partitions are delivered from opening to closing, whatever Faust does around rebalances."""

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        """Nothing, likewise."""

    async def perform_seek(self) -> None:
        """Nothing: positions follow the fences."""

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Nothing: positions follow the fences."""
        return {}

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Nothing: the fences are committed with the outputs."""
        return False

    async def verify_all_partitions_active(self) -> None:
        """Nothing: our own metrics say whether a partition makes progress."""

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        return False

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:
        return {}

    def _to_message(self, tp: TP, record: Any) -> Any:
        return record

    def _new_topicpartition(self, topic: str, partition: int) -> TP:
        return TP(topic, partition)

    async def _seek(self, partition: TP, offset: int) -> None:
        self.start_reading(partition, offset)

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Faust's tables seek; we have none."""

    async def position(self, tp: TP) -> int | None:
        """The next offset to be delivered."""
        return self.delivered_to(tp)

    def highwater(self, tp: TP) -> int:
        """The end of the partition's log at the last fetch answer."""
        return int(self._kafka.highwater(_topic_partition(tp)) or 0)

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """Faust's tables ask; we have none."""
        return {}

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        """Faust's tables ask; we have none."""
        return {}

    def topic_partitions(self, topic: str) -> int | None:
        """How many partitions the broker's metadata shows for a topic."""
        partitions = self._kafka.partitions_for_topic(topic)
        return None if partitions is None else len(partitions)

    def key_partition(self, topic: str, key: bytes | None, partition: int | None = None) -> int | None:
        """Faust's tables ask; we have none."""
        return partition

    async def create_topic(self, *args: Any, **kwargs: Any) -> None:
        """Topics are made by ``spillway topics apply``."""


class Producer(FaustProducer):
    """Faust asks for a producer; nothing is written through it."""

    async def flush(self) -> None:
        """Nothing is pending."""


class Transport(base.Transport):
    """Our transport for Faust."""

    Consumer = Consumer
    Producer = Producer
    default_port = 9092
    driver_version = "spillway"


def _topic_partition(tp: TP) -> TopicPartition:
    return TopicPartition(tp.topic, tp.partition)
