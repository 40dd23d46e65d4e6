"""Intake: what helpdesks and vendors say is checked, and handed to the one writer of what it is about."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Generic, TypeVar, cast, get_args

from streams.contracts import (
    Contract,
    ContractError,
    Feedback,
    Reason,
    RepStatus,
    TicketEvent,
    VendorEvent,
    decode,
)
from streams.runtime.stage import DeadLetter, Factory, Output, Record, Send, StageSpec, Watermark
from streams.stages.capacity_inbox import VendorObservation, to_capacity
from streams.stages.inbox import EventRecord, RepRecord, to_inbox
from streams.stages.learning import LabelRecord, Outcome, OutcomeRecord, to_learning
from streams.stages.totals import Totals
from streams.topics import Topic

C = TypeVar("C", bound=Contract)
OUTCOMES = frozenset(get_args(Outcome))


class Intake(Generic[C]):
    """One partition of a topic that others write: each record is checked and re-keyed.

    contract: the topic's. to_sends: what becomes of a record; it raises ContractError for one that nobody can use.
    Its ``totals``: received = forwarded + dead_letters.
    """

    def __init__(self, contract: type[C], to_sends: Callable[[C], Sequence[Send]]) -> None:
        self._contract: type[C] = contract
        self._to_sends = to_sends
        self._totals = Totals()

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up the totals."""
        self._totals.restore(rows)

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Hand each record on, in order, or set it aside."""
        output = Output()
        for record in records:
            try:
                output.sends.extend(self._to_sends(decode(self._contract, record.value, record.headers)))
            except ContractError as error:
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
        dead_letters = len(output.dead_letters)
        self._totals.add(received=len(records), forwarded=len(records) - dead_letters, dead_letters=dead_letters)
        output.rows.update(self._totals.row())
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Nothing happens by itself."""
        return Output()


def intake_spec(groups: Collection[str], tenants: Collection[str]) -> StageSpec:
    """The stage for the runtime. groups, tenants: those of the policy."""

    def known(group: str) -> str:
        if group not in groups:
            raise ContractError(Reason.UNKNOWN_GROUP, "group")
        return group

    def status(said: RepStatus) -> Sequence[Send]:
        return [to_inbox(known(said.group), RepRecord(said))]

    def event(said: TicketEvent) -> Sequence[Send]:
        sends = [to_inbox(known(said.group), EventRecord(said))]
        if said.kind in OUTCOMES:
            outcome = OutcomeRecord(said.group, said.ticket_id, cast(Outcome, said.kind.value), said.at_s)
            sends.append(to_learning(outcome))
        return sends

    def vendor_event(said: VendorEvent) -> Sequence[Send]:
        observation = VendorObservation(
            request_id=said.request_id, event=said.kind.value, seats=said.seats, at_s=said.at_s
        )
        return [to_capacity(known(said.group), observation)]

    def feedback(said: Feedback) -> Sequence[Send]:
        if said.tenant not in tenants:
            raise ContractError(Reason.UNKNOWN_TENANT, "tenant")
        labels = {
            task: label for task in ("urgency", "sentiment", "topic") if (label := getattr(said, task)) is not None
        }
        if not labels and said.csat is None:
            return []
        label = LabelRecord(said.tenant, said.ticket_id, labels, said.by, said.at_s, said.message_id, said.csat)
        return [to_learning(label)]

    def factory(contract: type[C], to_sends: Callable[[C], Sequence[Send]]) -> Factory:
        def make(partition: int, partitions: int) -> Intake[C]:
            return Intake(contract, to_sends)

        return make

    return StageSpec(
        "intake",
        {
            Topic.REPS_STATUS: factory(RepStatus, status),
            Topic.TICKETS_EVENTS: factory(TicketEvent, event),
            Topic.FEEDBACK: factory(Feedback, feedback),
            Topic.VENDORS_EVENTS: factory(VendorEvent, vendor_event),
        },
        sends_to=(Topic.ROUTING_INBOX, Topic.CAPACITY_INBOX, Topic.LEARNING_INBOX),
        marks_to={
            Topic.REPS_STATUS: (Topic.ROUTING_INBOX,),
            Topic.TICKETS_EVENTS: (Topic.ROUTING_INBOX,),
            Topic.VENDORS_EVENTS: (Topic.CAPACITY_INBOX,),
        },
        rest=2.0,
    )
