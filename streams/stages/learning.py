"""The records of learning.inbox and learning.examples: texts that may get a label, labels, and what follows. Internal.

On learning.inbox the key is the conversation: its texts (from triage) and its labels (from intake) meet in join. On
learning.examples everything is in one order, which all processes that need models learn in: the log is the model.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from streams.contracts import Reason
from streams.contracts.names import Id, Language, Name, Text
from streams.runtime.stage import Send
from streams.stages.reading import reader
from streams.topics import Topic

TEXT_CHARS = 1_000

ShortText = Annotated[str, Meta(max_length=TEXT_CHARS)]
Labels = Annotated[dict[Annotated[str, Meta(max_length=20)], Text], Meta(max_length=10)]


class TextRecord(Struct, tag_field="kind", tag="text", frozen=True, gc=False):
    """A message of the conversation, normalised and cut."""

    tenant: Name
    ticket_id: Id
    message_id: Id
    language: Language
    text: ShortText


class LabelRecord(Struct, tag_field="kind", tag="label", frozen=True, gc=False):
    """What a helpdesk says of the conversation, or one message of it."""

    tenant: Name
    ticket_id: Id
    labels: Labels
    by: Id
    message_id: Id | None = None


class ExampleRecord(Struct, tag_field="kind", tag="example", frozen=True, gc=False):
    """A text with its labels: what models learn from. ``by`` is its source."""

    text: ShortText
    language: Language | None
    labels: Labels
    by: Id


LearningRecord = TextRecord | LabelRecord

encode_learning = msgspec.json.Encoder().encode
_decode_learning = reader(LearningRecord, Reason.INVALID_LEARNING_RECORD)
_decode_example = reader(ExampleRecord, Reason.INVALID_EXAMPLE)


def to_learning(record: LearningRecord) -> Send:
    """The record for learning.inbox."""
    return Send(Topic.LEARNING_INBOX, record.ticket_id.encode(), encode_learning(record))


def to_examples(record: ExampleRecord) -> Send:
    """The record for learning.examples."""
    return Send(Topic.LEARNING_EXAMPLES, None, encode_learning(record))


def read_learning(value: bytes | None) -> LearningRecord:
    """The record in a value of learning.inbox. Raises ContractError when it is none."""
    record: LearningRecord = _decode_learning(value)
    return record


def read_example(value: bytes | None) -> ExampleRecord:
    """The record in a value of learning.examples. Raises ContractError when it is none."""
    record: ExampleRecord = _decode_example(value)
    return record
