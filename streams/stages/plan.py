"""Plan: one CapacityPlanner a group decides which seats to ask of vendors; this stage tells it what happened."""

from collections.abc import Callable, Collection, Mapping, Sequence

from routers.capacity import CapacityPlanner, VendorRequest
from streams.contracts import (
    Audit,
    AuditOutcome,
    CapacityRequest,
    CapacityWhy,
    ContractError,
    EventType,
    at,
    encode,
    event_headers,
    event_id,
)
from streams.runtime.stage import DeadLetter, Output, Record, Send, StageSpec, Watermark
from streams.stages.capacity_inbox import read_capacity
from streams.stages.group_rows import group_key, rows_by_group
from streams.stages.home import Home
from streams.stages.inbox import SeatsRecord, to_inbox
from streams.topics import Topic

SOURCE = "/spillway/plan"
_PACE_S = 0.1  # seats are planned for hours
MakePlanner = Callable[[str], CapacityPlanner]


class Plan:
    """One partition of capacity.inbox: the planners of the groups whose key belongs there.

    make_planner: a new planner of a group. groups: the policy's. planned: those of them that have a contract.
    """

    def __init__(
        self,
        make_planner: MakePlanner,
        groups: Collection[str],
        planned: Collection[str],
        partition: int,
        partitions: int,
    ) -> None:
        self._make_planner, self._planned = make_planner, frozenset(planned)
        self._home = Home(groups, partition, partitions)
        self._planners: dict[str, CapacityPlanner] = {}

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up what was asked of whom."""
        for group, group_rows in rows_by_group(rows).items():
            if group in self._planned:
                self._planner(group).restore(group_rows)

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Tell the planner of each observation at its record's time; say what it asks."""
        output = Output()
        for record in records:
            try:
                group = self._home.group(record.key)
                if group not in self._planned:
                    # Groups without a contract have statistics and surges too: nobody plans for them.
                    continue
                said, observation = read_capacity(record.value)
            except ContractError as error:
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
                continue
            planner = self._planner(group)
            requests = planner.step(observation, record.time_s, watermark.time_s)
            _say(output, group, planner, requests, record.time_s)
            refusal = _refusal(output, planner)
            if said.command_id is not None:
                output.sends.append(_audit(said.command_id, said.__struct_config__.tag, refusal, record.time_s))
        self._keep(output)
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Let time pass: what was not acknowledged is asked of another, commitments end."""
        output = Output()
        for group, planner in self._planners.items():
            _say(output, group, planner, planner.step(None, now_s, watermark.time_s), now_s)
            for contract in planner.status():
                labels = (group, contract.vendor, contract.skill)
                output.gauges["seats", *labels, "wanted"] = contract.asked
                output.gauges["seats", *labels, "open"] = contract.open
                output.gauges["vendor_unanswered_requests", *labels] = contract.unanswered
        self._keep(output)
        return output

    def _planner(self, group: str) -> CapacityPlanner:
        if group not in self._planners:
            self._planners[group] = self._make_planner(group)
        return self._planners[group]

    def _keep(self, output: Output) -> None:
        for group, planner in self._planners.items():
            for key, row in planner.changed_rows().items():
                output.rows[group_key(group, key)] = row


def plan_spec(make_planner: MakePlanner, groups: Collection[str], planned: Collection[str]) -> StageSpec:
    """The stage for the runtime. make_planner, groups, planned: see Plan."""

    def make(partition: int, partitions: int) -> Plan:
        return Plan(make_planner, groups, planned, partition, partitions)

    return StageSpec(
        "plan",
        {Topic.CAPACITY_INBOX: make},
        sends_to=(Topic.CAPACITY_REQUESTS, Topic.ROUTING_INBOX, Topic.AUDIT),
        fed_by=(Topic.VENDORS_EVENTS,),
        pace_s=_PACE_S,
    )


def _say(output: Output, group: str, planner: CapacityPlanner, requests: Sequence[VendorRequest], now_s: float) -> None:
    for request in requests:
        output.sends.append(_request(request, now_s))
        output.counts["requests"] = output.counts.get("requests", 0) + 1
        if request.why.rule == "unanswered":
            output.counts["unanswered"] = output.counts.get("unanswered", 0) + 1
    for change in planner.seat_changes():
        record = SeatsRecord(pool=change.pool, seats=change.seats, until_s=change.until_s)
        output.sends.append(to_inbox(group, record))


def _request(request: VendorRequest, now_s: float) -> Send:
    why = request.why
    record = CapacityRequest(
        request_id=request.request_id,
        group=request.group,
        vendor=request.vendor,
        skill=request.skill,
        epoch=request.epoch,
        seats=request.seats,
        needed_at=at(request.needed_at_s),
        until=at(request.until_s),
        expires_at=at(request.expires_at_s),
        decided_at=at(now_s),
        why=CapacityWhy(
            why.rule,
            load_erlangs=why.load_erlangs or 0.0,
            service_level_without=why.service_level_without or 0.0,
            service_level_with=why.service_level_with or 0.0,
            price=max(0.0, why.price),
        ),
    )
    headers = event_headers(EventType.CAPACITY_REQUEST, event_id("request", request.request_id), now_s, SOURCE)
    key = f"{request.group}/{request.vendor}/{request.skill}".encode()
    return Send(Topic.CAPACITY_REQUESTS, key, encode(record), headers)


def _refusal(output: Output, planner: CapacityPlanner) -> str:
    """Why the planner refused what it was just told, if it did; counted once."""
    refusal = next(iter(planner.refusals), "")
    if refusal:
        event = f"refused_{refusal}"
        output.counts[event] = output.counts.get(event, 0) + 1
    planner.refusals.clear()
    return refusal


def _audit(command_id: str, command: object, refusal: str, now_s: float) -> Send:
    outcome = AuditOutcome.REFUSED if refusal else AuditOutcome.DONE
    record = Audit(
        command_id=command_id, stage="plan", command=str(command), outcome=outcome, at=at(now_s), reason=refusal
    )
    headers = event_headers(EventType.AUDIT, event_id("audit", command_id), now_s, SOURCE)
    return Send(Topic.AUDIT, command_id.encode(), encode(record), headers)
