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
from detectors.surge.slices import ALL, OTHER, slice_parts
from streams.contracts import Notice, NoticeState, SurgeKind, at
from streams.stages.counts import BUCKET_S

CORRECT_EVERY_S: Final = 180.0
"""Between two records of a notice, but for its all-clear."""
COUNTED_S: Final = 10_800.0
"""How long counts are kept: a small series may have surged for hours when that is seen, and all of it is told."""
_TOLD: Final = ("volume", "sentiment")


class _Open(Struct):
    """A notice that is open, and what was said of it last.

    counted: how many conversations of its series began since it did. whole: whether that is all of them.
    """

    surge_id: str
    kind: Kind
    series: str
    since_s: float
    also: tuple[str, ...] = ()
    expected_end_s: float | None = None
    counted: int = 0
    whole: bool = False
    revision: int = 0
    said: Said = field(default_factory=Said)
    told_s: float = 0.0
    told_also: tuple[str, ...] = ()
    told_end_s: float = 0.0
    told_words: tuple[str, ...] = ()
    told_messages: int = 0

    @property
    def topic(self) -> str | None:
        """The topic's slice that its series lies in; None if it is not one topic's."""
        topic = slice_parts(self.series).get("topic")
        return None if topic is None else f"topic:{topic}"

    def heed(self, event: SurgeEvent) -> None:
        """What became of its surge."""
        self.also = event.also
        self.expected_end_s = None if event.outlook is None else event.outlook.expected_end_s


class Notices:
    """The notices of one group. Give it what messages said, then close their bucket with what the bank answered."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._reports = Reports()
        self._open: dict[str, _Open] = {}
        self._counted: dict[float, dict[str, int]] = {}  # by the start of the bucket, those that are kept
        self._changed: set[str] = set()
        self._recounted: set[float] = set()

    def hear(self, start_s: float, topic: str, said: Said) -> None:
        """Messages of a bucket that is not closed yet. topic: a slice."""
        self._reports.add(start_s, topic, said)

    def close(
        self, start_s: float, counts: Mapping[str, int], events: Sequence[SurgeEvent], *, measured: bool = True
    ) -> list[Notice]:
        """Close a bucket: its messages by series, all of them if it was measured. Answers what there is to tell."""
        self._count(start_s, counts)
        for notice in self._open.values():
            notice.said.join(self._reports.bucket(start_s, notice.topic))
            notice.counted += counts.get(notice.series, 0)
        told = []
        for event in events:
            if event.kind not in _TOLD:
                continue
            before = self._open.get(event.kind)
            if before is not None and before.surge_id != event.surge_id:  # its series was dropped before it ended
                told.append(self._tell(before, NoticeState.CLOSED, counts, event.at_s))
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
            if measured and at_s - notice.told_s >= CORRECT_EVERY_S and self._is_news(notice, at_s)
        ]
        self._reports.close(start_s)
        return told

    def _begin(self, event: SurgeEvent) -> _Open:
        first_s = event.onset_at_s // BUCKET_S * BUCKET_S
        self._reports.hold_back(first_s)
        notice = _Open(event.surge_id, event.kind, event.series, event.onset_at_s)
        notice.said = self._reports.since(first_s, notice.topic, event.at_s)
        notice.counted = sum(
            counts.get(event.series, 0) for start_s, counts in self._counted.items() if first_s <= start_s < event.at_s
        )
        # A message may be of several slices that are counted as other: how many there are, they do not say.
        notice.whole = first_s in self._counted and event.series != OTHER
        return notice

    def _count(self, start_s: float, counts: Mapping[str, int]) -> None:
        self._counted[start_s] = {name: count for name, count in counts.items() if count}
        old = [each_s for each_s in self._counted if each_s <= start_s - COUNTED_S]
        for each_s in old:
            del self._counted[each_s]
        self._recounted.update(old, (start_s,))

    def _is_news(self, notice: _Open, at_s: float) -> bool:
        """Whether something else is to be told than last time: words or other series, half of which differ, twice the
        messages, or another end, now that the one that was told has passed.
        """
        if notice.expected_end_s is not None and notice.told_end_s <= at_s < notice.expected_end_s:
            return True
        more = notice.counted >= max(1, 2 * notice.told_messages)
        return more or _differ(self._words(notice), notice.told_words) or _differ(notice.also, notice.told_also)

    def _words(self, notice: _Open) -> tuple[str, ...]:
        return self._reports.apart(notice.said, notice.topic)

    def _tell(self, notice: _Open, state: NoticeState, counts: Mapping[str, int], at_s: float) -> Notice:
        words, parts = self._words(notice), slice_parts(notice.series)
        notice.revision += 1
        notice.told_s, notice.told_also = at_s, notice.also
        notice.told_words, notice.told_messages = words, notice.counted
        said, end_s = notice.said, notice.expected_end_s
        # Messages are told apart by topic alone: of other slices nobody knows which are theirs.
        if end_s is not None and end_s > at_s:
            notice.told_end_s = end_s
        has_ids = notice.series == ALL or parts.keys() == {"topic"}
        return Notice(
            notice_id=notice.surge_id,
            group=self._group,
            state=state,
            series=notice.series,
            since=at(notice.since_s),
            at=at(at_s),
            messages=counts.get(notice.series, 0),
            also=notice.also,
            kind=SurgeKind(notice.kind),
            revision=notice.revision,
            total_messages=notice.counted if notice.whole else None,
            words=words,
            languages=_shares(said.languages, parts.get("language")),
            channels=_shares(said.channels, parts.get("channel")),
            message_ids=tuple(said.message_ids) if has_ids else (),
            # A surge speaks now and then; what it expected may have passed when its notice is corrected.
            expected_end=at(end_s) if end_s is not None and end_s > at_s else None,
        )

    def changed_rows(self) -> dict[bytes, bytes | None]:
        """The rows that changed since the last call; None deletes one."""
        rows = self._reports.changed_rows()
        for kind in self._changed:
            notice = self._open.get(kind)
            rows[b"open/" + kind.encode()] = None if notice is None else msgspec.msgpack.encode(notice)
        for start_s in self._recounted:
            counted = self._counted.get(start_s)
            rows[_counted_key(start_s)] = None if counted is None else msgspec.msgpack.encode(counted)
        self._changed, self._recounted = set(), set()
        return rows

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Go on from the rows of an earlier owner."""
        self._reports.restore(rows)
        for kind in get_args(Kind):
            row = rows.get(b"open/" + kind.encode())
            if row is not None:
                self._open[kind] = msgspec.msgpack.decode(row, type=_Open)
        for key, row in rows.items():
            name, _, start = key.partition(b"/")
            if name == b"counted":
                self._counted[float(start)] = msgspec.msgpack.decode(row, type=dict[str, int])


def _counted_key(start_s: float) -> bytes:
    return b"counted/%d" % round(start_s)


def _differ(some: Sequence[str], others: Sequence[str]) -> bool:
    return 2 * len(set(some) & set(others)) < max(len(some), len(others))


def _shares(counts: Mapping[str, int], only: str | None) -> dict[str, float]:
    """Of one where the series is of one alone; else of each, the largest first, as far as it is half a hundredth."""
    if only is not None:
        return {only: 1.0}
    total = sum(counts.values())
    names = sorted(counts, key=lambda name: (-counts[name], name))
    return {name: round(counts[name] / total, 2) for name in names if counts[name] >= 0.005 * total}
