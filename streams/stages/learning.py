"""The records of learning.inbox and learning.examples: texts that may get a label, labels, and what follows. Internal.

On learning.inbox the key is the conversation: its texts (from triage) and its labels (from intake) meet in join. On
learning.examples everything is in one order, which all processes that need models learn in: the log is the model.
So what turns the models back, or stops them learning, stands there too: all turn at the same place.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from streams.contracts import Reason
from streams.contracts.message import Channel
from streams.contracts.names import WHOLE, Id, Language, Name, Probability, Text
from streams.runtime.stage import Send
from streams.stages.reading import reader
from streams.topics import Topic

TEXT_CHARS = 1_000

ShortText = Annotated[str, Meta(max_length=TEXT_CHARS)]
Length = Annotated[int, Meta(ge=0, le=WHOLE)]
Seconds = Annotated[float, Meta(ge=-1e11, le=1e12)]
Version = Annotated[int, Meta(ge=0, le=WHOLE)]
Outcome = Literal["accepted", "waiting_on_customer", "transferred", "escalated", "resolved", "reopened"]
Labels = Annotated[dict[Annotated[str, Meta(max_length=20)], Text], Meta(max_length=10)]


class TextRecord(Struct, tag_field="kind", tag="text", frozen=True, gc=False):
    """A message of the conversation, normalised and cut, with what triage said of it; length_chars: of what it read."""

    tenant: Name
    group: Name
    ticket_id: Id
    message_id: Id
    language: Language
    text: ShortText
    urgency: Text
    topic: Text
    channel: Channel
    length_chars: Length


class LabelRecord(Struct, tag_field="kind", tag="label", frozen=True, gc=False):
    """What a helpdesk says of the conversation, or one message of it, and when it was said."""

    tenant: Name
    ticket_id: Id
    labels: Labels
    by: Id
    at_s: Seconds
    message_id: Id | None = None
    csat: Probability | None = None


class OutcomeRecord(Struct, tag_field="kind", tag="outcome", frozen=True, gc=False):
    """Something happened to the conversation's ticket that says how it was judged, or how much work it was."""

    group: Name
    ticket_id: Id
    event: Outcome
    at_s: Seconds


class ExampleRecord(Struct, tag_field="kind", tag="example", frozen=True, omit_defaults=True, gc=False):
    """What models learn from: a text with its labels, and how much they count (``weight``); ``by`` is their source.

    ``handling_s``: how long the ticket took; topic, channel and length, as triage knew them, say what took so long.
    """

    text: ShortText
    language: Language | None
    labels: Labels
    by: Id
    weight: Annotated[float, Meta(gt=0.0, le=1.0)] = 1.0
    handling_s: Annotated[float, Meta(gt=0.0, le=1e6)] | None = None
    topic: Text | None = None
    channel: Channel | None = None
    length_chars: Length | None = None


class RollbackRecord(Struct, tag_field="kind", tag="rollback", frozen=True, gc=False):
    """An operator's command: from here on the models are those of a version, and learn on."""

    command_id: Id
    version: Version


class PinRecord(Struct, tag_field="kind", tag="pin", frozen=True, gc=False):
    """An operator's command: from here on the models are those of a version, and learn nothing."""

    command_id: Id
    version: Version


class UnpinRecord(Struct, tag_field="kind", tag="unpin", frozen=True, gc=False):
    """An operator's command: from here on the models learn again."""

    command_id: Id


LearningRecord = TextRecord | LabelRecord | OutcomeRecord
Command = RollbackRecord | PinRecord | UnpinRecord
LogRecord = ExampleRecord | Command

encode_learning = msgspec.json.Encoder().encode
_decode_learning = reader(LearningRecord, Reason.INVALID_LEARNING_RECORD)
_decode_example = reader(LogRecord, Reason.INVALID_EXAMPLE)


def to_learning(record: LearningRecord) -> Send:
    """The record for learning.inbox."""
    return Send(Topic.LEARNING_INBOX, record.ticket_id.encode(), encode_learning(record))


def to_examples(record: LogRecord) -> Send:
    """The record for learning.examples."""
    return Send(Topic.LEARNING_EXAMPLES, None, encode_learning(record))


def read_learning(value: bytes | None) -> LearningRecord:
    """The record in a value of learning.inbox. Raises ContractError when it is none."""
    record: LearningRecord = _decode_learning(value)
    return record


def read_log(value: bytes | None) -> LogRecord:
    """The record in a value of learning.examples. Raises ContractError when it is none."""
    record: LogRecord = _decode_example(value)
    return record
