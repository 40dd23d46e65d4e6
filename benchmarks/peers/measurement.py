"""How every peer is measured, alike: by the broker's clock and by the kernel's account of its processes.

The clock runs from the middle output to the last, by the time that the broker put on each when it took it
(LogAppendTime), as an independent read_committed consumer finds them once all are there. It reads afterwards, so it
takes no processor time from the peer. The first half of the outputs warms up: a JVM compiles for ten seconds of CPU,
which would be half of a short run. Start-up is outside the clock; the last commit, too.
"""

import math
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import confluent_kafka
import numpy as np
import orjson
from numpy.typing import NDArray

SAMPLE_S = 0.02
QUIET_S = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """What one run gave.

    ``cold_per_s`` is the rate of the first half of the records, while caches fill and a JVM compiles; ``events_per_s``
    and ``cpu_us`` (CPU time an event, all processes of the peer together) are those of the second half.
    ``missing`` and ``repeated`` count records.
    """

    events_per_s: float
    cold_per_s: float
    cpu_us: float
    missing: int = 0
    repeated: int = 0
    note: str = ""


class CpuMeter:
    """Samples the CPU time that processes have used, from /proc, and tells it for any moment of the past.

    >>> with CpuMeter([os.getpid()]) as meter:
    ...     began_s = time.time()
    ...     time.sleep(0.1)
    >>> 0 <= meter.used_s(began_s, time.time()) < 1
    True
    """

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids
        self._times_s: list[float] = []
        self._cpu_s: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "CpuMeter":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                used_s = sum(cpu_s(pid) for pid in self._pids)
            except OSError:
                return  # it has ended; what was seen last stands
            self._times_s.append(time.time())
            self._cpu_s.append(used_s)
            self._stop.wait(SAMPLE_S)

    def used_s(self, from_s: float, to_s: float) -> float:
        """CPU seconds between two moments (seconds since the epoch)."""
        before, after = np.interp([from_s, to_s], self._times_s, self._cpu_s)
        return float(after - before)


def cpu_s(pid: int) -> float:
    """User and system time of a process with all its threads, in seconds: fields 14 and 15 of proc_pid_stat(5).

    Raises OSError when there is no such process.

    >>> cpu_s(os.getpid()) > 0
    True
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Sink:
    """The output topic, read by a consumer of its own that sees committed records alone."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._topic = topic
        self._consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": secrets.token_hex(8),
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "log_level": 0,
            }
        )
        self._partitions = list(self._consumer.list_topics(topic, timeout=10).topics[topic].partitions)

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()

    def length(self) -> int:
        """Offsets in use, transaction markers among them: an upper bound for the records."""
        ends = [
            self._consumer.get_watermark_offsets(confluent_kafka.TopicPartition(self._topic, p), timeout=10)[1]
            for p in self._partitions
        ]
        return sum(ends)

    def wait(self, records: int, stalled: Callable[[float], bool]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Append times (seconds) and ids of the outputs, once there are ``records`` of them.

        Gives up, with what there is, when ``stalled(seconds without anything new)`` is true.
        """
        length, moved_s, read_length = 0, time.monotonic(), None
        while True:
            time.sleep(0.2)
            now = self.length()
            if now != length:
                length, moved_s = now, time.monotonic()
                continue
            quiet_s = time.monotonic() - moved_s
            gives_up = stalled(quiet_s)
            # A transaction that is still open hides its records: nothing to read again until its marker has come.
            if gives_up or (length >= records and quiet_s > QUIET_S and length != read_length):
                times_s, ids = self._read()
                if gives_up or len(ids) >= records:
                    return times_s, ids
                read_length = length

    def _read(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        beginning = confluent_kafka.OFFSET_BEGINNING
        self._consumer.assign([confluent_kafka.TopicPartition(self._topic, p, beginning) for p in self._partitions])
        times_ms: list[int] = []
        ids: list[int] = []
        ended: set[int] = set()
        while len(ended) < len(self._partitions):
            for message in self._consumer.consume(10_000, 0.5):
                error = message.error()
                if error is None:
                    times_ms.append(message.timestamp()[1])
                    ids.append(orjson.loads(message.value() or b"")["id"])
                elif error.code() == confluent_kafka.KafkaError._PARTITION_EOF:
                    ended.add(message.partition() or 0)
                else:
                    raise confluent_kafka.KafkaException(error)
        return np.array(times_ms, dtype=np.float64) / 1000, np.array(ids, dtype=np.int64)


def result(times_s: NDArray[np.float64], ids: NDArray[np.int64], records: int, meter: CpuMeter, note: str) -> Result:
    """Speed and counts of one run. Events that came with a span's first append are not counted: their work was before.

    >>> meter = CpuMeter([])
    >>> meter._times_s, meter._cpu_s = [0.0, 10.0], [0.0, 5.0]
    >>> result(np.array([1.0, 3, 5, 6, 7]), np.array([0, 1, 2, 3, 3]), 6, meter, "")
    Result(events_per_s=1.0, cold_per_s=0.5, cpu_us=500000.0, missing=2, repeated=1, note='')
    """
    distinct = len(np.unique(ids))
    missing, repeated = records - distinct, len(ids) - distinct
    if len(times_s) == 0:
        return Result(math.nan, math.nan, math.nan, missing, repeated, note)
    times_s = np.sort(times_s)
    first_s, middle_s, last_s = (float(times_s[at]) for at in (0, len(times_s) // 2, -1))
    events = int(np.sum(times_s > middle_s))
    cold_events = int(np.sum(times_s > first_s)) - events
    used_us = meter.used_s(middle_s, last_s) / events * 1e6 if events else math.nan
    return Result(
        _rate(events, last_s - middle_s), _rate(cold_events, middle_s - first_s), used_us, missing, repeated, note
    )


def _rate(events: int, took_s: float) -> float:
    return events / took_s if took_s > 0 else math.nan


def completeness(one: Result) -> str:
    """Whether every record came out once, in words.

    >>> completeness(Result(1, 1, 1)), completeness(Result(1, 1, 1, missing=3, repeated=2))
    ('complete', '3 missing, 2 twice')
    """
    wrong = [f"{count:,} {what}" for count, what in ((one.missing, "missing"), (one.repeated, "twice")) if count]
    return ", ".join([*wrong, *([one.note] if one.note else [])]) or "complete"
