"""Join: a label meets the text that it speaks of, and the two become an example for all models.

Of each conversation the newest texts are kept until labels come, seven days at most and so many conversations a
partition: the oldest go first, and are counted. With the texts stands what has been said of them, so that a label that
comes late, again, or against another's is weighed (`detectors.text.opinions`); and the clock of the ticket, so that a
resolved one teaches how much work it was. Nobody teaches without bounds (`detectors.text.sources`): what is over them
becomes a dead letter that says so.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct

from detectors.text import SENTIMENTS, TOPICS, URGENCIES
from detectors.text.handling import Handling
from detectors.text.opinions import Opinion, added, weigh
from detectors.text.sources import Source, SourceLimits, Sources
from detectors.text.weak import WeakWeights, sentiment_of_csat, urgency_of_reopened
from streams.contracts import ContractError, Reason
from streams.runtime.stage import DeadLetter, Output, Record, StageSpec, Watermark
from streams.stages.learning import (
    ExampleRecord,
    LabelRecord,
    OutcomeRecord,
    TextRecord,
    encode_learning,
    read_learning,
    to_examples,
)
from streams.topics import Topic

KEEP_S = 7 * 86_400.0
KEEP_CONVERSATIONS = 20_000
KEEP_TEXTS = 4
_DROP_AT_ONCE = 500
_PACE_S = 0.5  # a label waits for nothing: it is learned within seconds
_CONVERSATION, _SOURCE = b"conversation/", b"source/"
_KNOWN = {"urgency": URGENCIES, "sentiment": SENTIMENTS, "topic": TOPICS}
_WHY = {
    "over_rate": Reason.SOURCE_OVER_RATE,
    "over_influence": Reason.SOURCE_OVER_INFLUENCE,
    "too_many_sources": Reason.TOO_MANY_SOURCES,
}


class Said(Struct, gc=False):
    """A text, and the labels that it was given."""

    text: TextRecord
    opinions: list[Opinion] = []


class Conversation(Struct):
    """What is kept of one: its newest texts, oldest first, and the clock of its ticket."""

    time_s: float
    texts: list[Said]
    handling: Handling = Handling()


class _New(NamedTuple):
    """A label on its way: its weight is what it counts by itself, before anyone looks at other labels."""

    opinion: Opinion
    weight: float


_decode_conversation = msgspec.json.Decoder(Conversation).decode
_decode_source = msgspec.json.Decoder(Source).decode


class Join:
    """One partition of learning.inbox.

    keep_conversations: of how many texts are kept. limits: what one source may teach through this partition.
    weights: what weak labels count.
    """

    def __init__(
        self,
        keep_conversations: int = KEEP_CONVERSATIONS,
        limits: SourceLimits | None = None,
        weights: WeakWeights | None = None,
    ) -> None:
        self.keep_conversations = keep_conversations
        self.sources = Sources(limits or SourceLimits())
        self.weights = weights or WeakWeights()
        self._conversations: dict[bytes, Conversation] = {}  # by row key, oldest first
        self._key_of_ticket: dict[tuple[str, str], bytes] = {}  # by group and ticket, as events name it

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up the texts that wait for a label, and what sources have taught."""
        kept = [(key, _decode_conversation(row)) for key, row in rows.items() if key.startswith(_CONVERSATION)]
        self._conversations = dict(sorted(kept, key=lambda each: (each[1].time_s, each[0])))
        self._key_of_ticket = {_ticket(kept): key for key, kept in self._conversations.items()}
        for key, row in sorted(rows.items()):
            if key.startswith(_SOURCE):
                self.sources.remember(key.removeprefix(_SOURCE).decode(), _decode_source(row))

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Keep texts; an example for each label whose text is there, and for each ticket that was resolved."""
        output = Output()
        for record in records:
            try:
                said = read_learning(record.value)
                if isinstance(said, TextRecord):
                    self._keep(output, said, record.time_s)
                elif isinstance(said, LabelRecord):
                    self._label(output, said, record.time_s)
                else:
                    self._outcome(output, said, record.time_s)
            except ContractError as error:
                _count(output, error.reason)
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Forget what is too old."""
        output = Output()
        for key, kept in list(self._conversations.items())[:_DROP_AT_ONCE]:
            if now_s - kept.time_s <= KEEP_S:
                break
            self._drop(output, key, "too_old")
        for by in self.sources.forgotten(now_s, _DROP_AT_ONCE):
            output.rows[_SOURCE + by.encode()] = None
        return output

    def _keep(self, output: Output, text: TextRecord, time_s: float) -> None:
        key = _row_key(text.tenant, text.ticket_id)
        kept = self._conversations.pop(key, None) or Conversation(time_s, [])
        kept.time_s = time_s
        kept.texts = [*kept.texts, Said(text)][-KEEP_TEXTS:]
        kept.handling = kept.handling.customer_wrote(time_s)
        self._conversations[key] = kept
        self._key_of_ticket[_ticket(kept)] = key
        output.rows[key] = encode_learning(kept)
        while len(self._conversations) > self.keep_conversations:
            self._drop(output, next(iter(self._conversations)), "pushed_out")

    def _drop(self, output: Output, key: bytes, why: str) -> None:
        ticket = _ticket(self._conversations.pop(key))
        if self._key_of_ticket.get(ticket) == key:  # else another tenant of the group has a ticket of this name
            del self._key_of_ticket[ticket]
        output.rows[key] = None
        _count(output, why)

    def _label(self, output: Output, label: LabelRecord, time_s: float) -> None:
        """Raises ContractError for what its source may not teach any more."""
        key = _row_key(label.tenant, label.ticket_id)
        kept = self._conversations.get(key)
        # A label of one message speaks of no other: the newest text may be the customer's thanks.
        texts = [] if kept is None else [each for each in kept.texts if each.text.message_id == label.message_id]
        if kept is None or (label.message_id is not None and not texts):
            _count(output, "label_without_text")
            return
        about = texts[-1] if texts else kept.texts[-1]
        new = [_New(Opinion(task, said, label.by, label.at_s), 1.0) for task, said in sorted(label.labels.items())]
        hint = None if label.csat is None else sentiment_of_csat(label.csat)
        if hint is not None and "sentiment" not in label.labels and self.weights.csat > 0:
            new.append(_New(Opinion("sentiment", hint, label.by, label.at_s, weak=True), self.weights.csat))
        if self._learn(output, about, new, label.by, time_s):
            output.rows[key] = encode_learning(kept)

    def _outcome(self, output: Output, said: OutcomeRecord, time_s: float) -> None:
        key = self._key_of_ticket.get((said.group, said.ticket_id))
        if key is None:
            _count(output, "outcome_without_text")
            return
        kept = self._conversations[key]
        if said.event == "reopened":
            about = kept.texts[0]
            hint = urgency_of_reopened(about.text.urgency)
            if hint is not None and self.weights.reopened > 0:
                opinion = Opinion("urgency", hint, "reopened", said.at_s, weak=True)
                self._learn(output, about, [_New(opinion, self.weights.reopened)], None, time_s)
        elif said.event == "resolved":
            handling_s = kept.handling.resolved(said.at_s)
            kept.handling = Handling()
            if handling_s is not None:
                _send(output, kept.texts[0].text, {}, "resolved", 1.0, handling_s)
        else:
            kept.handling = kept.handling.after(said.event, said.at_s)
        output.rows[key] = encode_learning(kept)

    def _learn(self, output: Output, about: Said, new: Sequence[_New], by: str | None, time_s: float) -> bool:
        """Weigh labels of one text, and send what is to be learned; answers whether anything was said that is new.

        by: the source that is held to its limits, None for none. Raises ContractError when it is over them.
        """
        opinions, labels_of = list(about.opinions), dict[float, dict[str, str]]()
        for opinion, weight in new:
            if opinion.label not in _KNOWN.get(opinion.task, (opinion.label,)):
                _count(output, "label_unknown")  # it becomes an example, but no model learns it
            share, why = weigh(opinions, opinion)
            if share:
                labels_of.setdefault(weight * share, {})[opinion.task] = opinion.label
            else:
                _count(output, f"label_{why}")
            if why in ("", "repeated"):
                opinions = added(opinions, opinion)
        most = max(labels_of, default=0.0)
        part = 1.0
        if by is not None and most:
            weight, why = self.sources.admit(by, most, time_s)
            if why:
                raise ContractError(_WHY[why], "by")
            part = weight / most
            output.rows[_SOURCE + by.encode()] = encode_learning(self.sources.of(by))
        for weight, labels in sorted(labels_of.items(), reverse=True):
            _send(output, about.text, labels, new[0].opinion.by, weight * part)
        changed = opinions != about.opinions
        about.opinions = opinions
        return changed


def join_spec(
    keep_conversations: int = KEEP_CONVERSATIONS,
    limits: SourceLimits | None = None,
    weights: WeakWeights | None = None,
) -> StageSpec:
    """The stage for the runtime. limits: what one source may teach through all partitions together."""

    def make(partition: int, partitions: int) -> Join:
        return Join(keep_conversations, (limits or SourceLimits()).shared(partitions), weights)

    return StageSpec(
        "join",
        {Topic.LEARNING_INBOX: make},
        sends_to=(Topic.LEARNING_EXAMPLES,),
        pace_s=_PACE_S,
        alerted=tuple(_WHY.values()),
    )


def _send(
    output: Output, text: TextRecord, labels: dict[str, str], by: str, weight: float, handling_s: float | None = None
) -> None:
    example = ExampleRecord(
        text.text, text.language, labels, by, weight, handling_s, text.topic, text.channel, text.length_chars
    )
    output.sends.append(to_examples(example))
    _count(output, "examples")


def _count(output: Output, event: str) -> None:
    output.counts[event] = output.counts.get(event, 0) + 1


def _row_key(tenant: str, ticket_id: str) -> bytes:
    return _CONVERSATION + f"{tenant}/{ticket_id}".encode()


def _ticket(kept: Conversation) -> tuple[str, str]:
    newest = kept.texts[-1].text
    return newest.group, newest.ticket_id
