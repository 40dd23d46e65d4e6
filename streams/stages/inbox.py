"""The records of routing.inbox: what triage and intake tell route. Internal: they change with the program.

The key is the group, the value one of the types here, told apart by ``kind``. Operators can write here too, so every
field is bounded and checked when it is read.
"""

from typing import Annotated, cast

import msgspec
from msgspec import Meta, Struct

from detectors.text.language import stated_language
from routers.matching import Command, CommandError, Seats, TicketTriaged
from routers.matching import RepStatus as RepCommand
from routers.matching import TicketEvent as EventCommand
from routers.matching.policy import Urgency
from streams.contracts import ContractError, Reason, RepStatus, TicketEvent
from streams.contracts.message import Channel
from streams.contracts.names import Id, Language, Name, Text, Units
from streams.contracts.times import Time
from streams.runtime.stage import Send
from streams.stages.reading import reader
from streams.topics import Topic


class TicketRecord(Struct, tag_field="kind", tag="ticket", frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A message was triaged. Without a language anyone may take the ticket."""

    ticket_id: Id
    message_id: Id
    urgency: Text
    sentiment: Text
    topic: Text
    channel: Channel
    effort_units: Units
    needs_human: bool
    language: Language | None = None
    customer_tier: Text | None = None
    owner: Id | None = None
    due_at: Time | None = None

    def command(self) -> Command:
        """What the Router is told. Raises CommandError."""
        return TicketTriaged(
            ticket_id=self.ticket_id,
            message_id=self.message_id,
            urgency=cast(Urgency, self.urgency),  # the command checks it
            sentiment=self.sentiment,
            topic=self.topic,
            language=self.language,
            channel=self.channel.value,
            effort_units=self.effort_units,
            needs_human=self.needs_human,
            customer_tier=self.customer_tier,
            owner=self.owner,
            due_at_s=None if self.due_at is None else self.due_at.timestamp(),
        )


class RepRecord(Struct, tag_field="kind", tag="rep", frozen=True, gc=False):
    """A rep said how it is."""

    status: RepStatus

    def command(self) -> Command:
        """What the Router is told. Raises CommandError."""
        status = self.status
        return RepCommand(
            rep_id=status.rep_id,
            pool=status.pool,
            state=status.state.value,
            at_s=status.at_s,
            skills=status.skills,
            # As triage reduces messages'. One that is no language stays: a rep with none listed speaks all.
            languages=tuple(stated_language(tag) or tag for tag in status.languages),
            channels=tuple(channel.value for channel in status.channels),
            capacity_units=status.capacity_units,
            valid_for_s=status.valid_for_s,
        )


class EventRecord(Struct, tag_field="kind", tag="event", frozen=True, gc=False):
    """Something happened to a ticket."""

    event: TicketEvent

    def command(self) -> Command:
        """What the Router is told. Raises CommandError."""
        event = self.event
        return EventCommand(
            ticket_id=event.ticket_id, kind=event.kind.value, epoch=event.epoch, at_s=event.at_s, rep_id=event.rep_id
        )


class SeatsRecord(Struct, tag_field="kind", tag="seats", frozen=True, kw_only=True, gc=False):
    """From plan: so many reps of a vendor's pool may hold tickets until then."""

    pool: Name
    seats: Units
    until_s: Annotated[float, Meta(ge=0.0, le=1e11)]

    def command(self) -> Command:
        """What the Router is told. Raises CommandError."""
        return Seats(self.pool, self.seats, self.until_s)


InboxRecord = TicketRecord | RepRecord | EventRecord | SeatsRecord

_encode = msgspec.json.Encoder().encode
_decode = reader(InboxRecord, Reason.INVALID_COMMAND)


def to_inbox(group: str, record: InboxRecord) -> Send:
    """The record that tells route about a group."""
    return Send(Topic.ROUTING_INBOX, group.encode(), _encode(record))


def read_command(value: bytes | None) -> Command:
    """The command in a record's value.

    >>> event = b'{"ticket_id":"c-1","group":"acme","kind":"accepted","epoch":7,"at":"1970-01-01T00:00:09Z"}'
    >>> read_command(b'{"kind":"event","event":' + event + b"}").at_s
    9.0
    >>> read_command(b'{"kind":"event","event":{"ticket_id":7}}')
    Traceback (most recent call last):
        ...
    streams.contracts.errors.ContractError: invalid_command: event.ticket_id

    Raises ContractError.
    """
    record: InboxRecord = _decode(value)
    try:
        return record.command()
    except CommandError as failure:
        error = ContractError(Reason.INVALID_COMMAND, failure.field)
    raise error  # outside the handler: what the core says may quote the record, and would be chained to it
