"""Triage: says of each message what it is, how urgent and how upset, and drops repeated ones."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from msgspec import defstruct

from detectors.text import SENTIMENTS, TOPICS, URGENCIES, TriageResult
from detectors.text import Triage as Models
from detectors.text import Verdict as Judgement
from detectors.text.language import TRUSTED
from streams.contracts import (
    ContractError,
    EventType,
    Message,
    Reason,
    TriagedTicket,
    Verdict,
    at,
    decode,
    encode,
    event_headers,
    event_id,
)
from streams.runtime.stage import DeadLetter, Output, Record, Send, StageSpec, Watermark
from streams.stages.counts import Counting
from streams.stages.inbox import TicketRecord, to_inbox
from streams.stages.learning import TEXT_CHARS, TextRecord, to_learning
from streams.stages.seen import CAPACITY, CONVERSATIONS, SeenLately, hash_of
from streams.stages.totals import Totals
from streams.topics import Topic

SOURCE = "/spillway/triage"
ANGRY = "negative"
GroupOf = Callable[[str, str | None], str | None]
"""From a message's tenant and segment to its group; None if the policy does not know them."""


class Triage:
    """One partition of messages.raw.

    models: shared by all partitions of a process. group_of: the policy's.
    messages: what is dropped when it is repeated. conversations: what counts once.
    Its ``totals``: received = triaged + duplicates + dead_letters; ``pushed_out`` counts messages that were forgotten
    within their time because too many came, so that a repeated one of them would not have been noticed.
    """

    def __init__(self, models: Models, group_of: GroupOf, messages: SeenLately, conversations: SeenLately) -> None:
        self._models, self._group_of = models, group_of
        self._messages, self._conversations = messages, conversations
        self._totals = Totals()

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up the messages and conversations seen lately, and the totals."""
        self._messages.restore(rows)
        self._conversations.restore(rows)
        self._totals.restore(rows)

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """What the models say of each new message, for all its readers, and counts; nothing for a repeated one."""
        output = Output()
        fresh: list[tuple[Record, Message, str]] = []
        pushed_out_before = self._messages.pushed_out, self._conversations.pushed_out
        for record in records:
            try:
                message = decode(Message, record.value, record.headers)
                group = self._group_of(message.tenant, message.segment)
                if group is None:
                    raise ContractError(Reason.UNKNOWN_TENANT, "tenant")
            except ContractError as error:
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
            else:
                if self._messages.add(hash_of(message.tenant, message.message_id), record.time_s):
                    fresh.append((record, message, group))
        counting = Counting()
        results = self._models.triage_many([message for _, message, _ in fresh])
        for (record, message, group), result in zip(fresh, results, strict=True):
            output.sends.append(_triaged(message, group, result, record.time_s))
            output.sends.append(to_inbox(group, _ticket(message, result)))
            output.sends.append(to_learning(_text(message, group, result)))
            counting.add(
                group,
                record.time_s,
                channel=message.channel,
                language=result.language.label,
                topic=result.topic.label,
                follows_up=not self._conversations.add(hash_of(message.tenant, message.conversation_id), record.time_s),
                angry=result.sentiment.label == ANGRY,
                conversation_id=message.conversation_id,
                message_id=message.message_id,
                normalised=result.normalised,
            )
        output.sends.extend(counting.sends())
        self._count(output, len(records), len(fresh), self._messages.pushed_out - pushed_out_before[0])
        output.counts["follow_ups"] = counting.follow_ups
        output.counts["conversations_pushed_out"] = self._conversations.pushed_out - pushed_out_before[1]
        output.rows.update(self._messages.changed_rows())
        output.rows.update(self._conversations.changed_rows())
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Nothing happens by itself."""
        return Output()

    def _count(self, output: Output, received: int, triaged: int, pushed_out: int) -> None:
        dead_letters = len(output.dead_letters)
        duplicates = received - triaged - dead_letters
        self._totals.add(
            received=received, triaged=triaged, duplicates=duplicates, dead_letters=dead_letters, pushed_out=pushed_out
        )
        output.rows.update(self._totals.row())
        output.counts.update(triaged=triaged, duplicates=duplicates, pushed_out=pushed_out)


def triage_spec(
    models: Callable[[], Models],
    group_of: GroupOf,
    *,
    dedup_window_s: float = 3_600.0,
    dedup_messages: int = CAPACITY,
    conversation_window_s: float = 14_400.0,
    conversations: int = CAPACITY,
) -> StageSpec:
    """The stage for the runtime. models: asked once a partition, so it should answer the same object each time.

    dedup_window_s, dedup_messages: how long, and how many at most, a partition remembers messages, to drop repeats.
    conversation_window_s, conversations: the same of conversations, each of which counts once in that time.
    """

    def make(partition: int, partitions: int) -> Triage:
        return Triage(
            models(),
            group_of,
            SeenLately(dedup_window_s, dedup_messages),
            SeenLately(conversation_window_s, conversations, CONVERSATIONS),
        )

    return StageSpec(
        "triage",
        {Topic.MESSAGES_RAW: make},
        sends_to=(Topic.TICKETS_TRIAGED, Topic.ROUTING_INBOX, Topic.VOLUME_COUNTS, Topic.LEARNING_INBOX),
        marks_to={Topic.MESSAGES_RAW: (Topic.ROUTING_INBOX, Topic.VOLUME_COUNTS)},
        rest=2.0,
    )


def _triaged(message: Message, group: str, result: TriageResult, time_s: float) -> Send:
    ticket = TriagedTicket(
        message_id=message.message_id,
        conversation_id=message.conversation_id,
        tenant=message.tenant,
        segment=message.segment,
        channel=message.channel,
        customer_id=message.customer_id,
        group=group,
        language=result.language.label,
        language_probability=result.language.probability,
        urgency=_verdict(_URGENCY, result.urgency),
        sentiment=_verdict(_SENTIMENT, result.sentiment),
        topic=_verdict(_TOPIC, result.topic),
        effort_units=result.effort_units,
        needs_human=result.needs_human,
        needs_human_why=result.needs_human_why,
        label_wanted=result.label_wanted,
        model_versions=result.model_versions,
        triaged_at=at(time_s),
    )
    headers = event_headers(
        EventType.TICKET_TRIAGED, event_id("triaged", message.tenant, message.message_id), time_s, SOURCE
    )
    return Send(Topic.TICKETS_TRIAGED, message.conversation_id.encode(), encode(ticket), headers)


def _probabilities(labels: tuple[str, ...]) -> Callable[..., dict[str, float]]:
    """Makes what is encoded like a dict from these labels to their probabilities, in a third of the time."""
    return cast(Callable[..., dict[str, float]], defstruct("Probabilities", [(label, float) for label in labels]))


_URGENCY, _SENTIMENT, _TOPIC = map(_probabilities, (URGENCIES, SENTIMENTS, TOPICS))


def _verdict(probabilities: Callable[..., dict[str, float]], judgement: Judgement) -> Verdict:
    return Verdict(judgement.label, judgement.probability, probabilities(*judgement.probabilities))


def _text(message: Message, group: str, result: TriageResult) -> TextRecord:
    return TextRecord(
        message.tenant,
        group,
        message.conversation_id,
        message.message_id,
        result.language.label,
        result.normalised[:TEXT_CHARS],
        result.urgency.label,
        result.topic.label,
        message.channel,
        result.length_chars,
    )


def _ticket(message: Message, result: TriageResult) -> TicketRecord:
    language = result.language
    return TicketRecord(
        ticket_id=message.conversation_id,
        message_id=message.message_id,
        urgency=result.urgency.label,
        sentiment=result.sentiment.label,
        topic=result.topic.label,
        # Routing holds to a language: one guessed from a word or two would keep the ticket from those who speak it.
        language=language.label if language.probability >= TRUSTED else None,
        channel=message.channel,
        effort_units=result.effort_units,
        needs_human=result.needs_human,
        customer_tier=message.customer_tier,
        owner=message.owner,
        due_at=message.due_at,
    )
