"""What customers can be told of a group's surges: one notice an incident, corrected now and then, and an all-clear.

Of volume and sentiment alone: a drop or growth is nothing that customers reported.
"""

from collections.abc import Mapping, Sequence
from typing import Final, get_args

import msgspec
from msgspec import Struct, field

from detectors.surge import SurgeEvent
from detectors.surge.incidents import Kind
from detectors.surge.reports import Reports
from detectors.surge.said import Said
from detectors.surge.slices import slice_parts
from streams.contracts import Notice, NoticeState, SurgeKind, at
from streams.stages.counts import BUCKET_S

CORRECT_EVERY_S: Final = 180.0
"""Between two records of a notice, but for its all-clear."""
_TOLD: Final = ("volume", "sentiment")


class _Open(Struct):
    """A notice that is open, and what was said of it last."""

    surge_id: str
    kind: Kind
    series: str
    since_s: float
    also: tuple[str, ...] = ()
    expected_end_s: float | None = None
    observed: int = 0
    revision: int = 0
    said: Said = field(default_factory=Said)
    told_s: float = 0.0
    told_also: tuple[str, ...] = ()
    told_words: tuple[str, ...] = ()
    told_messages: int = 0

    @property
    def topic(self) -> str | None:
        """The topic's slice that its series lies in; None if it is not one topic's."""
        topic = slice_parts(self.series).get("topic")
        return None if topic is None else f"topic:{topic}"

    def heed(self, event: SurgeEvent) -> None:
        """What became of its surge."""
        self.also, self.observed = event.also, event.observed
        self.expected_end_s = None if event.outlook is None else event.outlook.expected_end_s

    def messages(self) -> int:
        """How many messages of its series came since it began; 0 where nothing was said of them."""
        parts = slice_parts(self.series)
        if "channel" in parts:
            return self.said.channels.get(parts["channel"], 0)
        if "language" in parts:
            return self.said.languages.get(parts["language"], 0)
        return self.said.messages


class Notices:
    """The notices of one group. Give it what messages said, then close their bucket with what the bank answered."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._reports = Reports()
        self._open: dict[str, _Open] = {}
        self._changed: set[str] = set()

    def hear(self, start_s: float, topic: str, said: Said) -> None:
        """Messages of a bucket that is not closed yet. topic: a slice."""
        self._reports.add(start_s, topic, said)

    def close(
        self, start_s: float, counts: Mapping[str, tuple[int, int]] | None, events: Sequence[SurgeEvent]
    ) -> list[Notice]:
        """Close a bucket; None if it was not measured. Answers what there is to tell after it."""
        for notice in self._open.values():
            notice.said.join(self._reports.bucket(start_s, notice.topic))
        told = []
        for event in events:
            if event.kind not in _TOLD:
                continue
            before = self._open.get(event.kind)
            if before is not None and before.surge_id != event.surge_id:  # its series was dropped before it ended
                told.append(self._tell(before, NoticeState.CLOSED, None, event.at_s))
                before = None
            notice = self._open[event.kind] = before or self._begin(event)
            notice.heed(event)
            if event.state == "cleared":
                told.append(self._tell(notice, NoticeState.CLOSED, counts, event.at_s))
                del self._open[event.kind]
                if not self._open:
                    self._reports.release(start_s)
            elif event.state == "onset":
                told.append(self._tell(notice, NoticeState.OPEN, counts, event.at_s))
        self._changed.update(self._open, (event.kind for event in events if event.kind in _TOLD))
        at_s = start_s + BUCKET_S
        told += [
            self._tell(notice, NoticeState.OPEN, counts, at_s)
            for notice in self._open.values()
            if counts is not None and at_s - notice.told_s >= CORRECT_EVERY_S and self._is_news(notice)
        ]
        self._reports.close(start_s)
        return told

    def _begin(self, event: SurgeEvent) -> _Open:
        first_s = event.onset_at_s // BUCKET_S * BUCKET_S
        self._reports.hold_back(first_s)
        notice = _Open(event.surge_id, event.kind, event.series, event.onset_at_s)
        notice.said = self._reports.since(first_s, notice.topic, event.at_s)
        return notice

    def _is_news(self, notice: _Open) -> bool:
        """Whether something else is to be told than last time: words or other series, half of which differ, or twice
        the messages.
        """
        more = notice.messages() >= max(1, 2 * notice.told_messages)
        return more or _differ(self._words(notice), notice.told_words) or _differ(notice.also, notice.told_also)

    def _words(self, notice: _Open) -> tuple[str, ...]:
        return self._reports.apart(notice.said, notice.topic)

    def _tell(
        self, notice: _Open, state: NoticeState, counts: Mapping[str, tuple[int, int]] | None, at_s: float
    ) -> Notice:
        words, messages, parts = self._words(notice), notice.messages(), slice_parts(notice.series)
        notice.revision += 1
        notice.told_s, notice.told_also = at_s, notice.also
        notice.told_words, notice.told_messages = words, messages
        said = notice.said
        return Notice(
            notice_id=notice.surge_id,
            group=self._group,
            state=state,
            series=notice.series,
            since=at(notice.since_s),
            at=at(at_s),
            messages=(counts or {}).get(notice.series, (notice.observed, 0))[0],
            also=notice.also,
            kind=SurgeKind(notice.kind),
            revision=notice.revision,
            total_messages=messages or None,
            words=words,
            languages=_shares(said.languages, parts.get("language")),
            channels=_shares(said.channels, parts.get("channel")),
            message_ids=tuple(said.message_ids),
            expected_end=None if notice.expected_end_s is None else at(notice.expected_end_s),
        )

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The rows that changed since the last call; None deletes one."""
        rows = self._reports.changed_rows()
        for kind in self._changed:
            notice = self._open.get(kind)
            rows[b"open/" + kind.encode()] = None if notice is None else msgspec.msgpack.encode(notice)
        self._changed = set()
        return rows

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Go on from the rows of an earlier owner."""
        self._reports.restore(rows)
        for kind in get_args(Kind):
            row = rows.get(b"open/" + kind.encode())
            if row is not None:
                self._open[kind] = msgspec.msgpack.decode(row, type=_Open)


def _differ(some: Sequence[str], others: Sequence[str]) -> bool:
    return 2 * len(set(some) & set(others)) < max(len(some), len(others))


def _shares(counts: Mapping[str, int], only: str | None) -> dict[str, float]:
    """Of one where the series is of one alone; else of each, the largest first, as far as it is half a hundredth."""
    if only is not None:
        return {only: 1.0}
    total = sum(counts.values())
    names = sorted(counts, key=lambda name: (-counts[name], name))
    return {name: round(counts[name] / total, 2) for name in names if counts[name] >= 0.005 * total}
