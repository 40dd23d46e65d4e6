"""What a Router counts as it happens, for its statistics."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from routers.matching.policy import Policy
from routers.matching.tickets import Ticket

MEAN_OF = 50
"""A mean weighs each new sample with 1/50, or, while there are fewer, as the plain mean does."""


@dataclass(slots=True)
class Mean:
    """An exponentially weighted mean.

    >>> mean = Mean()
    >>> for sample in (10.0, 20.0):
    ...     mean.add(sample)
    >>> mean.value
    15.0
    """

    value: float = 0.0
    samples: int = 0

    @property
    def columns(self) -> tuple[float, int]:
        """What a row holds of it."""
        return (self.value, self.samples)

    def add(self, sample: float) -> None:
        """One sample more."""
        self.samples = min(self.samples + 1, MEAN_OF)
        self.value += (sample - self.value) / self.samples


@dataclass(slots=True)
class QueueTally:
    """What happened in one queue since the last statistics, and the mean time of handling."""

    arrivals: int = 0
    answered: int = 0
    answered_in_time: int = 0
    handling_s: Mean = field(default_factory=Mean)

    @property
    def columns(self) -> tuple[Any, ...]:
        """What a row holds of it."""
        return (self.arrivals, self.answered, self.answered_in_time, self.handling_s.columns)


class Tally:
    """All that statistics remember, restored from ``columns``, which is what the Router's row holds of it.

    since_s: when the statistics were asked for last. effort_milli: mean of the tickets that came.
    """

    def __init__(self, policy: Policy, columns: Sequence[Any]) -> None:
        since_s, effort, queues = columns or (None, (), {})
        self.since_s: float | None = since_s
        self.effort_milli = Mean(*effort)
        self.queues = {
            name: QueueTally(arrivals, answered, in_time, Mean(*handling))
            for name, (arrivals, answered, in_time, handling) in queues.items()
        }
        self._policy = policy

    @property
    def columns(self) -> tuple[Any, ...]:
        """[since_s, [mean effort, samples], {queue: [arrivals, answered, in time, [mean handling, samples]]}]"""
        return (self.since_s, self.effort_milli.columns, {name: queue.columns for name, queue in self.queues.items()})

    def begin(self, at_s: float) -> None:
        """Count anew from now on; the means go on."""
        self.since_s = at_s
        for queue in self.queues.values():
            queue.arrivals = queue.answered = queue.answered_in_time = 0

    def arrived(self, ticket: Ticket) -> None:
        """It came to be handled."""
        self._queue(ticket).arrivals += 1
        self.effort_milli.add(ticket.effort_milli)

    def answered(self, ticket: Ticket, now_s: float) -> None:
        """A rep has taken it on: only the first time in its wait counts."""
        if not ticket.is_answered:
            ticket.is_answered = True
            queue = self._queue(ticket)
            queue.answered += 1
            queue.answered_in_time += now_s <= ticket.due_by_s(self._policy.queue_for(ticket.topic))

    def handled(self, ticket: Ticket, now_s: float) -> None:
        """Its rep is done with it."""
        ticket.pause(now_s)
        if ticket.handled_s > 0:
            self._queue(ticket).handling_s.add(ticket.handled_s)

    def _queue(self, ticket: Ticket) -> QueueTally:
        name = self._policy.queue_for(ticket.topic).name
        return self.queues.get(name) or self.queues.setdefault(name, QueueTally())
