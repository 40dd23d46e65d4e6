"""Join: a label meets the text that it speaks of, and the two become an example for all models.

Of each conversation the newest text is kept until a label comes, seven days at most and so many a partition: the oldest
go first, and are counted.
"""

from collections.abc import Mapping, Sequence

import msgspec

from streams.contracts import ContractError
from streams.runtime.stage import DeadLetter, Output, Record, StageSpec, Watermark
from streams.stages.learning import (
    ExampleRecord,
    LabelRecord,
    TextRecord,
    encode_learning,
    read_learning,
    to_examples,
)
from streams.topics import Topic

KEEP_S = 7 * 86_400.0
KEEP_TEXTS = 20_000
_DROP_AT_ONCE = 500
_PACE_S = 0.5  # a label waits for nothing: it is learned within seconds


class _Kept(msgspec.Struct, frozen=True, gc=False):
    time_s: float
    record: TextRecord


class Join:
    """One partition of learning.inbox. keep_texts: how many conversations' texts are kept."""

    def __init__(self, keep_texts: int = KEEP_TEXTS) -> None:
        self._keep_texts = keep_texts
        self._texts: dict[bytes, _Kept] = {}  # by row key, oldest first

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Take up the texts that wait for a label."""
        kept = [(key, msgspec.json.decode(row, type=_Kept)) for key, row in rows.items()]
        self._texts = dict(sorted(kept, key=lambda each: (each[1].time_s, each[0])))

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        """Keep texts; an example for each label whose text is there."""
        output = Output()
        for record in records:
            try:
                said = read_learning(record.value)
            except ContractError as error:
                output.dead_letters.append(DeadLetter(record, error.reason, error.field))
                continue
            if isinstance(said, TextRecord):
                self._keep(output, _row_key(said), _Kept(record.time_s, said))
            else:
                self._label(output, said)
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        """Forget what is too old."""
        output = Output()
        for key, kept in list(self._texts.items())[:_DROP_AT_ONCE]:
            if now_s - kept.time_s <= KEEP_S:
                break
            self._drop(output, key, "too_old")
        return output

    def _keep(self, output: Output, key: bytes, kept: _Kept) -> None:
        self._texts.pop(key, None)
        self._texts[key] = kept
        output.rows[key] = encode_learning(kept)
        while len(self._texts) > self._keep_texts:
            self._drop(output, next(iter(self._texts)), "pushed_out")

    def _drop(self, output: Output, key: bytes, why: str) -> None:
        del self._texts[key]
        output.rows[key] = None
        output.counts[why] = output.counts.get(why, 0) + 1

    def _label(self, output: Output, label: LabelRecord) -> None:
        kept = self._texts.get(_row_key(label))
        # A label of one message speaks of no other: the newest text may be the customer's thanks.
        if kept is None or label.message_id not in (None, kept.record.message_id):
            output.counts["label_without_text"] = output.counts.get("label_without_text", 0) + 1
            return
        example = ExampleRecord(kept.record.text, kept.record.language, label.labels, label.by)
        output.sends.append(to_examples(example))
        output.counts["examples"] = output.counts.get("examples", 0) + 1


def join_spec(keep_texts: int = KEEP_TEXTS) -> StageSpec:
    """The stage for the runtime."""

    def make(partition: int, partitions: int) -> Join:
        return Join(keep_texts)

    return StageSpec("join", {Topic.LEARNING_INBOX: make}, sends_to=(Topic.LEARNING_EXAMPLES,), pace_s=_PACE_S)


def _row_key(record: TextRecord | LabelRecord) -> bytes:
    return f"text/{record.tenant}/{record.ticket_id}".encode()
