"""What a score is worth: false alarms in calm, and how soon surges are found at the threshold that allows so many."""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.surges.traffic import WEEK_S, Floats, Stream

Scorer = Callable[[Floats, Stream], Floats]
"""Scores of every bucket of counts; the stream says what else there is to know."""


def alarms(scores: Floats, threshold: float, apart: int) -> int:
    """How many times the score rises to the threshold, after having been below it for `apart` buckets."""
    (high,) = np.nonzero(scores >= threshold)
    return int(len(high) > 0) + int(np.count_nonzero(np.diff(high) > apart))


def threshold_for(calm: Sequence[Floats], bucket_s: float, per_week: float) -> float:
    """The threshold that calm scores reach `per_week` times a week and series; alarms lie an hour apart."""
    weeks = sum(len(scores) for scores in calm) * bucket_s / WEEK_S
    apart, wanted = round(3600 / bucket_s), per_week * weeks
    every = np.concatenate(calm)
    levels = np.unique(np.partition(every, -min(len(every), 4000))[-4000:])
    low, high = 0, len(levels)
    while low < high:  # the lowest level with no more alarms than wanted
        middle = (low + high) // 2
        if sum(alarms(scores, levels[middle], apart) for scores in calm) <= wanted:
            high = middle
        else:
            low = middle + 1
    return float(levels[low]) if low < len(levels) else float(np.nextafter(levels[-1], np.inf))


def delays(scores: Floats, threshold: float, stream: Stream) -> list[float]:
    """Of each surge, the share of it that has passed when it is found; 1 if it is missed."""
    found = []
    for surge in stream.surges:
        (high,) = np.nonzero(scores[surge.first : surge.last] >= threshold)
        found.append((high[0] + 1) / (surge.last - surge.first) if len(high) else 1.0)
    return found


def table_row(scorer: Scorer, streams: Sequence[Stream], per_week: float) -> tuple[float, float, list[float]]:
    """Share missed, mean delay as a share of a surge, and all delays, calibrated to `per_week` false alarms."""
    return row_of(*score_all(scorer, streams), streams, per_week)


def score_all(scorer: Scorer, streams: Sequence[Stream]) -> tuple[list[Floats], list[Floats]]:
    """Scores of the tested weeks with surges (whole streams), and of the calm ones (the tested weeks alone)."""
    busy = [scorer(one.counts, one) for one in streams]
    calm = [scorer(one.calm, one)[one.tested :] for one in streams]
    return busy, calm


def row_of(
    busy: Sequence[Floats], calm: Sequence[Floats], streams: Sequence[Stream], per_week: float
) -> tuple[float, float, list[float]]:
    """As table_row, of scores that were reckoned before."""
    threshold = threshold_for(calm, streams[0].bucket_s, per_week)
    every = [d for scores, one in zip(busy, streams, strict=True) for d in delays(scores, threshold, one)]
    missed = sum(d == 1.0 for d in every) / len(every)
    return missed, float(np.mean(every)), every
