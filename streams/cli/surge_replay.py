"""What a group's detectors made of its counts: volume.counts played again through a new bank."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from detectors.surge import SurgeBank, SurgeEvent
from detectors.surge.reading import SeriesReading
from streams.contracts import ContractError
from streams.runtime.marks import Mark, MarkBook, is_mark
from streams.runtime.stage import Record, Watermark
from streams.stages.counts import BUCKET_S, HistoryRecord, check_times, read_counts
from streams.stages.surge_group import SurgeGroup
from streams.topics import Topic


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket of a series; observed is None where it was not measured."""

    start_s: float
    observed: int | None
    reading: SeriesReading


@dataclass(slots=True)
class Replayed:
    """buckets: those of the time that was asked for. events: of the whole group in that time. closed, first_s: how many
    buckets were played again, and from when on. series: what the bank holds in the end.
    """

    buckets: list[Bucket] = field(default_factory=list)
    events: list[SurgeEvent] = field(default_factory=list)
    closed: int = 0
    first_s: float | None = None
    series: tuple[str, ...] = ()


def play_again(
    records: Iterable[Record],
    group: str,
    make_bank: Callable[[str], SurgeBank],
    series: str,
    from_s: float,
    until_s: float,
) -> Replayed:
    """Play one partition's records in order, as the stage does, up to the bucket that ends at `until_s`.

    Buckets close by the marks among the records; a partition that was silent leaves its buckets unmeasured, as far as
    the records tell: the stage also knows the hours in which nothing at all came.
    """
    state, book = SurgeGroup(group, make_bank(group)), MarkBook((Topic.MESSAGES_RAW,))
    replayed, opened = Replayed(), False
    for record in records:
        if not opened:
            book.open(record.time_s)
            opened = True
        if is_mark(record.headers):
            mark = Mark.decode(record.value)
            if mark is not None:
                book.observe(mark, record.time_s)
                _close(state, book.watermark(record.time_s), series, from_s, until_s, replayed)
        elif record.key == group.encode():
            _take(state, record)
        if state.next_s is not None and state.next_s >= until_s:
            break
    replayed.series = state.bank.series
    return replayed


def _take(state: SurgeGroup, record: Record) -> None:
    try:
        said = read_counts(record.value)
        check_times(said, record.time_s)
        if isinstance(said, HistoryRecord):
            state.learn(said)
        else:
            state.add(said)
    except ContractError:
        pass  # a dead letter of the stage


def _close(
    state: SurgeGroup, watermark: Watermark, series: str, from_s: float, until_s: float, replayed: Replayed
) -> None:
    while state.next_s is not None and state.next_s + BUCKET_S <= min(watermark.time_s, until_s):
        start_s = state.next_s
        observed = None if watermark.silent else state.open.get(start_s, {}).get(series, (0, 0))[0]
        events, _ = state.close(Watermark(start_s + BUCKET_S, watermark.silent))
        replayed.closed += 1
        replayed.first_s = start_s if replayed.first_s is None else replayed.first_s
        state.changed_rows()  # nobody keeps them
        reading = state.bank.reading(series)
        if start_s >= from_s:
            replayed.events += events
            if reading is not None:
                replayed.buckets.append(Bucket(start_s, observed, reading))
