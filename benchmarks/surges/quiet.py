"""What must raise no alarm of its own: holidays, clocks, missing days, a first week, counts that come late."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.surges.traffic import START_S, WEEK_S, Floats, day_shape, draw, expected_counts
from detectors.surge import SurgeDetector

DIAL = 0.1
_CLOCKS_S = datetime(2026, 10, 5, tzinfo=UTC).timestamp()  # a Monday; Berlin's clocks change on the 25th
_BERLIN = ZoneInfo("Europe/Berlin")


def onsets(detector: SurgeDetector, counts: list[float | None], start_s: float, late_s: float = 0.0) -> list[int]:
    """The buckets in which an alarm began; with `late_s`, a tenth of each count comes so much later."""
    began, was = [], False
    for i, count in enumerate(counts):
        at_s = start_s + i * detector.bucket_s
        punctual = count if count is None or not late_s else float(round(count * 0.9))
        active = detector.update(at_s, punctual).active
        if late_s and i * detector.bucket_s > late_s:
            before = counts[i - round(late_s / detector.bucket_s)]
            detector.add_late(at_s - late_s, float(round((before or 0.0) * 0.1)))
        if active and not was:
            began.append(i)
        was = active
    return began


def cases(bucket_s: float, n_series: int, seed: int) -> Iterator[tuple[str, int, float]]:
    """Name, alarms and weeks watched of each case, at one false alarm in ten weeks."""
    day, week = round(86_400 / bucket_s), round(WEEK_S / bucket_s)
    holiday = datetime.fromtimestamp(START_S + 23 * 86_400, UTC).date().isoformat()
    volumes = (30.0, 300.0, 3000.0)

    def total(name: str, weeks: int, change: str, watched: slice) -> tuple[str, int, float]:
        alarms = 0
        for per_hour in volumes:
            for number in range(n_series):
                own = seed * 1000 + number
                rate = expected_counts(per_hour, bucket_s, weeks, own)
                known = change == "known holiday"
                if "holiday" in change:
                    rate[23 * day : 24 * day] *= 0.25
                counts: list[float | None] = list(draw(rate, own).tolist())
                if change == "missing day":
                    counts[23 * day : 24 * day] = [None] * day
                detector = SurgeDetector(bucket_s, DIAL, holidays=[holiday] if known else [])
                late_s = 1800.0 if change == "late" else 0.0
                first, last, _ = watched.indices(len(counts))
                alarms += sum(first <= i < last for i in onsets(detector, counts, START_S, late_s))
        return name, alarms, len(volumes) * n_series * len(range(*watched.indices(weeks * week))) / week

    yield total("first three weeks, no history", 3, "", slice(None))
    yield total("a holiday that was named", 5, "known holiday", slice(23 * day, None))
    yield total("a holiday that nobody named", 5, "holiday", slice(23 * day, None))
    yield total("a missing day", 5, "missing day", slice(23 * day, None))
    yield total("a tenth comes half an hour late", 4, "late", slice(None))
    yield _clocks(bucket_s, n_series, seed)


def _clocks(bucket_s: float, n_series: int, seed: int) -> tuple[str, int, float]:
    alarms, week = 0, round(WEEK_S / bucket_s)
    local = [
        START_S + i * bucket_s + (datetime.fromtimestamp(_CLOCKS_S + i * bucket_s, _BERLIN).utcoffset()).total_seconds()  # type: ignore[union-attr]
        for i in range(5 * week)
    ]
    shape = np.array([day_shape(at_s) for at_s in local])
    for per_hour in (30.0, 300.0, 3000.0):
        for number in range(n_series):
            rate: Floats = shape / shape.mean() * per_hour * bucket_s / 3600
            detector = SurgeDetector(bucket_s, DIAL, timezone="Europe/Berlin")
            began = onsets(detector, list(draw(rate, seed * 1000 + number).tolist()), _CLOCKS_S)
            alarms += sum(i * bucket_s > 20 * 86_400 for i in began)
    return "the clocks change", alarms, 3 * n_series * 15 / 7


def first_week(bucket_s: float, n_series: int, seed: int) -> tuple[int, int, float]:
    """Threefold surges of two hours on the first Monday to Friday: found, of how many, median minutes."""
    delays, total = [], 0
    for per_hour in (120.0, 600.0, 3000.0):
        for number in range(n_series):
            for day in range(5):
                own = seed * 1000 + 10 * number + day
                begin = round((day * 86_400 + 13 * 3600) / bucket_s)
                length = round(7200 / bucket_s)
                rate = expected_counts(per_hour, bucket_s, 1, own)[: begin + length]
                rate[begin:] *= 3.0
                detector, total = SurgeDetector(bucket_s, DIAL), total + 1
                began = [i for i in onsets(detector, list(draw(rate, own).tolist()), START_S) if i >= begin]
                if began:
                    delays.append((began[0] + 1 - begin) * bucket_s / 60)
    return len(delays), total, float(np.median(delays)) if delays else float("nan")
