"""How well customers were served, by what the world itself saw: when they wrote, and when a rep accepted."""

from bisect import bisect_left
from dataclasses import dataclass, field
from statistics import median

from detectors.text import URGENCIES
from streams.local.traffic.scenario import MINUTE_S, Scenario


@dataclass(slots=True)
class Interval:
    """Counts of one minute. answered, in_time: of the tickets opened in it."""

    start_s: float
    messages: int = 0
    duplicates: int = 0
    malformed: int = 0
    tickets: int = 0
    answered: int = 0
    in_time: int = 0


@dataclass(frozen=True, slots=True)
class Service:
    """How the tickets that were opened in some time fared.

    service_level: the share accepted within their target, of all accepted and all whose target has passed unaccepted;
    None if there were none. waiting: not accepted yet. median_wait_s, worst_wait_s: by urgency, of the accepted.
    """

    messages: int
    tickets: int
    answered: int
    in_time: int
    waiting: int
    service_level: float | None
    median_wait_s: dict[str, float]
    worst_wait_s: dict[str, float]


@dataclass(slots=True)
class _Opened:
    time_s: float
    urgency: str
    wait_s: float | None = None


@dataclass(slots=True)
class Scorecard:
    """Written by the world as things happen; read at any time."""

    scenario: Scenario
    intervals: list[Interval] = field(default_factory=list)
    _tickets: dict[str, _Opened] = field(default_factory=dict)

    def message(self, now_s: float) -> None:
        """A message was written."""
        self._interval(now_s).messages += 1

    def duplicate(self, now_s: float) -> None:
        """A message was delivered again."""
        self._interval(now_s).duplicates += 1

    def malformed(self, now_s: float) -> None:
        """A broken record was sent."""
        self._interval(now_s).malformed += 1

    def opened(self, ticket_id: str, urgency: str, now_s: float) -> None:
        """A conversation began. urgency: the true one, which sets its target."""
        self._tickets[ticket_id] = _Opened(now_s, urgency)
        self._interval(now_s).tickets += 1

    def accepted(self, ticket_id: str, now_s: float) -> None:
        """A rep accepted a ticket; only the first time counts."""
        ticket = self._tickets[ticket_id]
        if ticket.wait_s is None:
            ticket.wait_s = now_s - ticket.time_s
            interval = self._interval(ticket.time_s)
            interval.answered += 1
            interval.in_time += ticket.wait_s <= self._target_s(ticket)

    def service(self, now_s: float, from_s: float = float("-inf"), to_s: float = float("inf")) -> Service:
        """Of the tickets opened in [from_s, to_s), as it stands at ``now_s``."""
        chosen = [ticket for ticket in self._tickets.values() if from_s <= ticket.time_s < to_s]
        waits: dict[str, list[float]] = {urgency: [] for urgency in URGENCIES}
        in_time = overdue = 0
        for ticket in chosen:
            if ticket.wait_s is None:
                overdue += now_s - ticket.time_s > self._target_s(ticket)
            else:
                waits[ticket.urgency].append(ticket.wait_s)
                in_time += ticket.wait_s <= self._target_s(ticket)
        answered = sum(map(len, waits.values()))
        return Service(
            messages=sum(part.messages for part in self.intervals if from_s <= part.start_s < to_s),
            tickets=len(chosen),
            answered=answered,
            in_time=in_time,
            waiting=len(chosen) - answered,
            service_level=in_time / (answered + overdue) if answered + overdue else None,
            median_wait_s={urgency: median(own) for urgency, own in waits.items() if own},
            worst_wait_s={urgency: max(own) for urgency, own in waits.items() if own},
        )

    def periods(self, now_s: float) -> dict[str, Service]:
        """``before``, ``during`` and ``after`` what is unusual about the scenario; ``all`` on a normal day."""
        incident = self.scenario.incident
        if incident is None:
            return {"all": self.service(now_s)}
        begins_s, ends_s = incident
        return {
            "before": self.service(now_s, to_s=begins_s),
            "during": self.service(now_s, begins_s, ends_s),
            "after": self.service(now_s, ends_s),
        }

    def _target_s(self, ticket: _Opened) -> float:
        return float(self.scenario.sla_s[ticket.urgency])  # type: ignore[index]

    def _interval(self, time_s: float) -> Interval:
        start_s = time_s - (time_s - self.scenario.start_s) % MINUTE_S
        if not self.intervals or self.intervals[-1].start_s < start_s:
            self.intervals.append(Interval(start_s))
        at = bisect_left(self.intervals, start_s, key=lambda part: part.start_s)
        return self.intervals[at]
