"""Intake: what helpdesks and vendors say is checked, and handed to the one writer of the group that it is about."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Generic, TypeVar

from streams.contracts import ContractError, Reason, RepStatus, TicketEvent, decode
from streams.runtime.stage import DeadLetter, Output, Record, StageSpec, Watermark
from streams.stages.inbox import EventRecord, InboxRecord, RepRecord, to_inbox
from streams.stages.totals import Totals
from streams.topics import Topic

C = TypeVar("C", RepStatus, TicketEvent)


class Intake(Generic[C]):
    """One partition of a topic that others write: each record is checked and re-keyed by its group.

    contract: the topic's. to_record: what route is told of it. groups: those of the policy.
    Its ``totals``: received = forwarded + dead_letters.
    """

    def __init__(self, contract: type[C], to_record: Callable[[C], InboxRecord], groups: Collection[str]) -> None:
        self._contract: type[C] = contract
        self._to_record: Callable[[C], InboxRecord] = to_record
        self._groups = groups
        self._totals = Totals()

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up the totals."""
        self._totals.restore(rows)

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """One record to routing.inbox or one dead letter each, in order."""
        output = Output()
        for record in records:
            try:
                said = decode(self._contract, record.value, record.headers)
                if said.group not in self._groups:
                    raise ContractError(Reason.UNKNOWN_GROUP, "group")
            except ContractError as error:
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
            else:
                output.sends.append(to_inbox(said.group, self._to_record(said)))
        self._totals.add(received=len(records), forwarded=len(output.sends), dead_letters=len(output.dead_letters))
        output.rows.update(self._totals.row())
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Nothing happens by itself."""
        return Output()


def intake_spec(groups: Collection[str]) -> StageSpec:
    """The stage for the runtime. groups: those of the policy."""

    def statuses(partition: int, partitions: int) -> Intake[RepStatus]:
        return Intake(RepStatus, RepRecord, groups)

    def events(partition: int, partitions: int) -> Intake[TicketEvent]:
        return Intake(TicketEvent, EventRecord, groups)

    return StageSpec(
        "intake", {Topic.REPS_STATUS: statuses, Topic.TICKETS_EVENTS: events}, marks_to=(Topic.ROUTING_INBOX,)
    )
