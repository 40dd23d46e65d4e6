"""What one partition of a stage shows on this worker: its metrics, and its words in the log."""

import logging

from streams import logs, metrics
from streams.runtime.partition import Partition
from streams.runtime.stage import StageSpec
from streams.runtime.transaction import Transaction

log = logging.getLogger(__name__)


class PartitionShown:
    """The metrics and log lines of one partition, from its assignment to this worker until it leaves.

    Counters stay when the partition goes. Gauges go with it, so that no two workers show the same partition.

    >>> shown = PartitionShown(StageSpec("shown", sources={}), "in", 0)
    >>> shown.awaited()
    >>> metrics.OPEN.labels("shown", "in", "0")._value.get()
    0.0
    >>> shown.left()
    """

    def __init__(self, spec: StageSpec, source: str, partition: int) -> None:
        self._spec, self._source = spec, source
        self._labels = (spec.name, source, str(partition))
        self._extra = {"partition": "/".join(self._labels)}
        self._gauges = metrics.StageGauges()
        self._cause: str | None = None

    def awaited(self) -> None:
        """It is ours and is not open yet; one that does not open must show."""
        metrics.OPEN.labels(*self._labels).set(0)

    def opened(self, offset: int) -> None:
        """It is open, and ``offset`` is the first record that it reads."""
        metrics.OPEN.labels(*self._labels).set(1)
        # A counter that first appears with its first burst hides that burst from increase().
        metrics.RECORDS.labels(self._spec.name, self._source).inc(0)
        metrics.DEAD_LETTERS.labels(self._spec.name, self._source).inc(0)
        for event in self._spec.alerted:
            metrics.EVENTS.labels(self._spec.name, event).inc(0)
        log.info("partition open", extra={**self._extra, "offset": offset})

    def committed(self, transaction: Transaction, kind: str) -> None:
        """A transaction of this kind (chunk, tick, claim) was committed."""
        stage = self._spec.name
        metrics.TRANSACTIONS.labels(stage, kind).inc()
        if transaction.records:
            metrics.RECORDS.labels(stage, self._source).inc(transaction.records)
        if transaction.dead_letters:
            metrics.DEAD_LETTERS.labels(stage, self._source).inc(transaction.dead_letters)
        for event, count in transaction.counts.items():
            metrics.EVENTS.labels(stage, event).inc(count)

    def ticked(self, partition: Partition, lag: int, now_s: float) -> None:
        """After a tick: what the stage says of the business, how many records wait, and how old its time is."""
        self._gauges.show(partition.gauges)
        metrics.LAG.labels(*self._labels).set(lag)
        metrics.EVENT_TIME_LAG_S.labels(*self._labels).set(max(0.0, now_s - partition.time_s) if lag else 0.0)

    def closed(self) -> None:
        """It is not open, and what it showed of its stage is not known any more."""
        self._gauges.show({})
        metrics.OPEN.labels(*self._labels).set(0)
        for gauge in (metrics.LAG, metrics.EVENT_TIME_LAG_S):
            metrics.drop(gauge, *self._labels)

    def failed(self, cause: str, error: Exception) -> None:
        """It was closed by an error, and will be opened again."""
        metrics.CLOSED.labels(self._spec.name, cause).inc()
        log.warning("partition closed", extra=self._about(cause, error))

    def stopped(self, cause: str, error: Exception, offset: int | None) -> None:
        """It waits for an operator; ``offset`` is the record that it is about, where it is about one."""
        self._cause = cause
        metrics.STOPPED.labels(*self._labels, cause).set(1)
        record = {} if offset is None else {"offset": offset}
        log.error("partition stopped", extra={**self._about(cause, error), "detail": str(error), **record})

    def lost(self) -> None:
        """The group gave it to somebody else."""
        log.warning("partition lost", extra={**self._extra})

    def left(self) -> None:
        """It is not ours any more."""
        if self._cause is not None:
            metrics.STOPPED.labels(*self._labels, self._cause).set(0)
        metrics.drop(metrics.OPEN, *self._labels)

    def _about(self, cause: str, error: Exception) -> dict[str, object]:
        return {**self._extra, "cause": cause, "at": logs.place(error.__cause__ or error)}
