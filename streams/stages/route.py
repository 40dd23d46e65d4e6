"""Route: one Router a group decides who handles each ticket; this stage tells it what happened, and says its decisions.

What expires (reservations, rep statuses) expires in ``tick``, on the watermark: until triage and intake have said that
everything up to a time has been read, the acceptance that would keep a reservation may still be on its way.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from routers.matching import Decision, Policy, Router, RouterStatistics
from streams.contracts import (
    Assignment,
    AssignmentKind,
    ContractError,
    EventType,
    Why,
    at,
    encode,
    event_headers,
    event_id,
)
from streams.runtime.stage import DeadLetter, Output, Record, Send, StageSpec, Watermark
from streams.stages.capacity_inbox import QueueSaid, RepsSaid, StatisticsObservation, to_capacity
from streams.stages.group_rows import group_key, rows_by_group
from streams.stages.home import Home
from streams.stages.inbox import read_command
from streams.stages.totals import Totals
from streams.topics import Topic

SOURCE = "/spillway/route"
STATISTICS_EVERY_S = 10.0
EARLIEST_S, LATEST_S = -62_135_596_800.0, 253_402_300_799.0
"""Years 1 to 9999, which is what RFC 3339 can say: zone and rounding may take a promised time just beyond them."""


class Route:
    """One partition of routing.inbox: the Routers of the groups whose key belongs there.

    policies: by group. A record is a dead letter if its key is no group of the policy (``unknown_group``), if the
    group belongs to another partition (``wrong_partition``: it would get a second Router), or if its value is no
    command (``invalid_command``). Rows of a group that the policy no longer has are left as they are.
    """

    def __init__(self, policies: Mapping[str, Policy], partition: int, partitions: int) -> None:
        self._policies = policies
        self._home = Home(policies, partition, partitions)
        self._routers: dict[str, Router] = {}
        self._totals = Totals()
        self._measured_s = float("-inf")
        self._measured: dict[str, RouterStatistics] = {}

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up the tickets and reps of every group, and the totals."""
        self._totals.restore(rows)
        for group, router_rows in rows_by_group(rows).items():
            if group in self._policies:
                self._router(group).restore(router_rows)

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Carry out each command at its record's time; one record to tickets.assignments a decision, in order."""
        output = Output()
        told: dict[str, Router] = {}
        for record in records:
            try:
                group = self._home.group(record.key)
                command = read_command(record.value)
            except ContractError as error:
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
            else:
                router = told[group] = self._router(group)
                _say(output, group, router.apply(command, record.time_s))
        _keep(output, told)
        self._totals.add(received=len(records), dead_letters=len(output.dead_letters))
        output.rows.update(self._totals.row())
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Let expire what expires up to the watermark; every 10 s say how the queues do. Each changes a row."""
        output = Output()
        due = now_s >= self._measured_s + STATISTICS_EVERY_S
        if due:
            self._measured_s = now_s
        for group, router in self._routers.items():
            _say(output, group, router.tick(watermark.time_s))
            if due:
                measured = self._measured[group] = router.statistics(now_s)
                output.sends.append(to_capacity(group, _statistics(measured)))
        for group, measured in self._measured.items():
            for queue in measured.queues:
                output.gauges["backlog_tickets", group, queue.queue] = queue.waiting
                output.gauges["backlog_at_risk_tickets", group, queue.queue] = queue.at_risk
        _keep(output, self._routers)
        return output

    def _router(self, group: str) -> Router:
        if group not in self._routers:
            self._routers[group] = Router(self._policies[group])
        return self._routers[group]


def route_spec(policies: Mapping[str, Policy]) -> StageSpec:
    """The stage for the runtime. policies: by group."""

    def make(partition: int, partitions: int) -> Route:
        return Route(policies, partition, partitions)

    return StageSpec(
        "route",
        {Topic.ROUTING_INBOX: make},
        sends_to=(Topic.TICKETS_ASSIGNMENTS, Topic.CAPACITY_INBOX),
        fed_by=(Topic.MESSAGES_RAW, Topic.REPS_STATUS, Topic.TICKETS_EVENTS),
    )


def _statistics(measured: RouterStatistics) -> StatisticsObservation:
    """What plan is told. A rate needs a time that has passed: the first statistics of a Router have none."""
    interval_s = measured.interval_s
    return StatisticsObservation(
        at_s=measured.at_s,
        queues=tuple(
            QueueSaid(
                queue.queue,
                queue.arrivals / interval_s if interval_s else 0.0,
                queue.waiting,
                queue.handling_s or None,
                queue.wait_s,
                queue.skills,
            )
            for queue in measured.queues
        ),
        reps=tuple(RepsSaid(reps.pool, reps.online, reps.slots, reps.skills) for reps in measured.reps),
    )


def _say(output: Output, group: str, decisions: Iterable[Decision]) -> None:
    for decision in decisions:
        output.sends.append(_assignment(group, decision))
        output.counts[decision.kind] = output.counts.get(decision.kind, 0) + 1


def _keep(output: Output, routers: Mapping[str, Router]) -> None:
    """What the Routers remember and what they refused, since it was last asked."""
    refusals: Counter[str] = Counter()
    for group, router in routers.items():
        for key, row in router.changed_rows().items():
            output.rows[group_key(group, key)] = row
        refusals.update(router.refusals)
        router.refusals.clear()
    for reason, count in refusals.items():
        output.counts[f"refused_{reason}"] = count


def _assignment(group: str, decision: Decision) -> Send:
    why = decision.why
    assignment = Assignment(
        assignment_id=decision.assignment_id,
        ticket_id=decision.ticket_id,
        group=group,
        epoch=decision.epoch,
        kind=AssignmentKind(decision.kind),
        rep_id=decision.rep_id,
        pool=decision.pool,
        queue=decision.queue,
        due_at=at(min(max(decision.due_at_s, EARLIEST_S), LATEST_S)),
        expires_at=None if decision.expires_at_s is None else at(decision.expires_at_s),
        decided_at=at(decision.decided_at_s),
        why=Why(why.rule, runner_up=why.runner_up, scores=dict(why.scores), missing=why.missing),
    )
    said_id = event_id("assignment", group, decision.assignment_id)
    headers = event_headers(EventType.TICKET_ASSIGNMENT, said_id, decision.decided_at_s, SOURCE)
    return Send(Topic.TICKETS_ASSIGNMENTS, decision.ticket_id.encode(), encode(assignment), headers)
