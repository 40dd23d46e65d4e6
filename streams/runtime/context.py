"""What all partitions of a stage share while they run: its limits, its clients and its clock."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from streams.runtime.clock import BrokerClock
from streams.runtime.kafka import KafkaClients
from streams.runtime.spans import ChunkLimits
from streams.runtime.stage import StageSpec
from streams.topics import TopicTable


@dataclass(frozen=True, slots=True)
class RunLimits:
    """Times in seconds of wall time.

    chunk: how large a chunk may be. queue_records, queue_bytes: how much may wait before fetching pauses.
    skew_s: how far brokers' clocks may differ. outside_log_s: how long a fence may lie beyond its log's end.
    reopen_s: the shortest and the longest pause before a partition is opened again.
    """

    chunk: ChunkLimits = field(default_factory=ChunkLimits)
    queue_records: int = 10_000
    queue_bytes: int = 8_000_000
    skew_s: float = 0.5
    outside_log_s: float = 30.0
    reopen_s: tuple[float, float] = (0.3, 5.0)
    tick_s: float = 1.0


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all partitions of a stage share. ``consumer`` gives the transport's consumer (Faust makes it late)."""

    spec: StageSpec
    table: TopicTable
    clients: KafkaClients
    clock: BrokerClock
    limits: RunLimits
    partitions_of: Callable[[str], int]
    reload_topics: Callable[[], Awaitable[None]]
    consumer: Callable[[], Any]
    openings: asyncio.Semaphore
