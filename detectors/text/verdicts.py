"""What triage reads of a message, and what it says of one."""

from typing import NamedTuple, Protocol

from msgspec import Struct


class MessageLike(Protocol):
    """What triage reads of a message. The contract's message has this shape, and so has `TextMessage`."""

    @property
    def body(self) -> str: ...  # noqa: D102
    @property
    def subject(self) -> str | None: ...  # noqa: D102
    @property
    def language(self) -> str | None: ...  # noqa: D102
    @property
    def channel(self) -> str: ...  # noqa: D102


class TextMessage(NamedTuple):
    """A message to triage; `language` is a BCP 47 tag or None."""

    body: str
    subject: str | None = None
    language: str | None = None
    channel: str = "chat"


class Verdict(Struct, frozen=True, gc=False):
    """What a model says: the label decided on, its probability, and all probabilities, in the order of the labels.

    The label is the likeliest but where a rare one comes near it (`TextClassifier.decide`).
    The labels are `URGENCIES`, `SENTIMENTS`, `TOPICS`, `LANGUAGES`. A stated language has the probability 1; where it
    is none of those served, all the probabilities are 0.
    """

    label: str
    probability: float
    probabilities: tuple[float, ...]


class TriageResult(Struct, frozen=True, gc=False):
    """What triage says of one message.

    `needs_human` is set if there is a reason in `needs_human_why`: "asks_for_person", "sensitive_topic" (security, or a
    contested payment), "strongly_negative"; all that hold, in this order. `label_wanted`: a label for this message
    would teach the models much.
    `normalised` is the text as the models read it, with numbers, addresses and names of accounts masked.
    `effort_units` see `detectors.text.effort`; `length_chars` is the length of what was read for it: subject and newest
    part. `model_versions` maps each task to the version of its model.
    """

    language: Verdict
    urgency: Verdict
    sentiment: Verdict
    topic: Verdict
    effort_units: int
    needs_human: bool
    needs_human_why: tuple[str, ...]
    label_wanted: bool
    model_versions: dict[str, str]
    normalised: str
    length_chars: int
