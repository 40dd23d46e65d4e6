"""Other detectors on the same streams. Each gives a score a bucket; where to alarm is calibrated for all alike."""

from collections.abc import Callable

import numpy as np
from numba import njit
from river import anomaly, time_series

from benchmarks.surges.traffic import WEEK_S, Floats, Stream


@njit(cache=True)
def _ewma(counts, keep):  # type: ignore[no-untyped-def]
    mean, var, out = counts[0], 1.0 + counts[0], np.zeros(len(counts))
    for i in range(len(counts)):
        error = counts[i] - mean
        out[i] = error / np.sqrt(var + 1.0)
        mean += (1.0 - keep) * error
        var = keep * (var + (1.0 - keep) * error * error)
    return out


def ewma_z(counts: Floats, stream: Stream) -> Floats:
    """Deviation from a fading mean of six hours."""
    scores: Floats = _ewma(counts, float(np.exp(-stream.bucket_s / 21_600)))
    return scores


def _weeks_before(counts: Floats, bucket_s: float, around: int) -> tuple[Floats, Floats]:
    """Mean and variance of the same moment, and `around` buckets to either side, in the four weeks before."""
    week = round(WEEK_S / bucket_s)
    padded = np.concatenate([np.full(4 * week + around, np.nan), counts, np.full(around, np.nan)])
    shifts = range(-around, around + 1)
    starts = [4 * week + around - back * week + shift for back in range(1, 5) for shift in shifts]
    total, squares, seen = (np.zeros(len(counts)) for _ in range(3))
    for start in starts:
        values = padded[start : start + len(counts)]
        known = ~np.isnan(values)
        total[known] += values[known]
        squares[known] += values[known] ** 2
        seen += known
    mean = (total + 0.5) / (seen + 1.0)
    return mean, np.maximum(mean, (squares - total * mean) / np.maximum(1.0, seen - 1.0))


def seasonal_z(counts: Floats, stream: Stream) -> Floats:
    """Deviation from the same moment of the last four weeks."""
    mean, variance = _weeks_before(counts, stream.bucket_s, 1)
    return (counts - mean) / np.sqrt(variance + 1.0)


def farrington(counts: Floats, stream: Stream) -> Floats:
    """Farrington's: half an hour around the same moment of four weeks, quasi-Poisson, in the two-thirds power.

    Farrington et al., "A statistical algorithm for the early detection of outbreaks of infectious disease", Journal of
    the Royal Statistical Society A 159, 1996.
    """
    around = max(1, round(900 / stream.bucket_s))
    mean, variance = _weeks_before(counts, stream.bucket_s, around)
    dispersion = np.maximum(1.0, variance / mean)
    spread = dispersion * mean * (1.0 + 1.0 / (4.0 * (2 * around + 1)))
    return (counts ** (2 / 3) - mean ** (2 / 3)) / (2 / 3 * mean ** (-1 / 3) * np.sqrt(spread))


@njit(cache=True)
def _cusum(counts, mean):  # type: ignore[no-untyped-def]
    total, out = 0.0, np.zeros(len(counts))
    for i in range(len(counts)):
        total = max(0.0, total + counts[i] * np.log(2.0) - mean[i])
        total = min(total, 60.0)
        out[i] = total
    return out


def poisson_cusum(counts: Floats, stream: Stream) -> Floats:
    """Page's cumulative sum for a doubled Poisson rate, against the last four weeks."""
    scores: Floats = _cusum(counts, _weeks_before(counts, stream.bucket_s, 2)[0])
    return scores


def river_gaussian(counts: Floats, stream: Stream) -> Floats:
    """river's GaussianScorer, over the last day."""
    scorer = anomaly.GaussianScorer(window_size=round(86_400 / stream.bucket_s))
    scores = np.zeros(len(counts))
    for i, count in enumerate(counts.tolist()):
        # It has one tail in mind for both sides, and says nothing until it has seen some scatter.
        try:
            scores[i] = scorer.score_one(None, count) if count > scorer.gaussian.mu else 0.0
        except (TypeError, ZeroDivisionError):
            scores[i] = 0.0
        scorer.learn_one(None, count)
    return scores


def river_holt_winters(counts: Floats, stream: Stream) -> Floats:
    """Deviation from the forecast of river's HoltWinters with a season of a day, in its own fading deviations."""
    season = round(86_400 / stream.bucket_s)
    model = time_series.HoltWinters(alpha=0.05, beta=0.001, gamma=0.2, seasonality=season)
    scores, scale = np.zeros(len(counts)), 1.0
    for i, count in enumerate(counts.tolist()):
        if i > 2 * season:
            error = count - model.forecast(horizon=1)[0]
            scores[i] = error / (scale + 0.5)
            scale += 0.001 * (min(abs(error), 5 * scale + 1.0) - scale)
        model.learn_one(count)
    return scores


CLASSICAL: dict[str, Callable[[Floats, Stream], Floats]] = {
    "EWMA z": ewma_z,
    "seasonal z": seasonal_z,
    "Poisson CUSUM": poisson_cusum,
    "Farrington": farrington,
}
RIVER: dict[str, Callable[[Floats, Stream], Floats]] = {
    "river GaussianScorer": river_gaussian,
    "river HoltWinters": river_holt_winters,
}
