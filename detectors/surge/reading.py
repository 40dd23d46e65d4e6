"""What is known of one series of a bank after its newest bucket, for people who ask why."""

from math import isnan, sqrt
from typing import Any, NamedTuple


class SeriesReading(NamedTuple):
    """expected: messages of the bucket without a surge, and `low` to `high` are two standard deviations about it.

    score: the evidence, in decades above the threshold for one false alarm a week; a surge is said from `threshold` on,
    the series' own share of the dial. ratio: observed over expected, smoothed. onset_s: when the surge that is on
    began; None if none is.
    """

    expected: float
    low: float
    high: float
    score: float
    threshold: float
    ratio: float
    onset_s: float | None


def reading_of(record: Any) -> SeriesReading:
    """Of a series' record (detectors.surge.state)."""
    mean, phi, onset_s = float(record["mean"]), float(record["phi"]), float(record["onset_s"])
    spread = 2.0 * sqrt(mean + phi * mean * mean)
    return SeriesReading(
        expected=mean,
        low=max(0.0, mean - spread),
        high=mean + spread,
        score=float(record["score"]),
        threshold=float(record["threshold"]),
        ratio=float(record["ratio"]),
        onset_s=None if isnan(onset_s) else onset_s,
    )
