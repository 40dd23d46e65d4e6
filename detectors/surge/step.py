"""One bucket of one series: what all parts of the detector do with it, in order. Compiled."""

from math import exp, inf, isnan, nan, sqrt
from typing import Any, Final

from numba import njit

from detectors.surge import (
    baseline,
    dial,
    dispersion,
    drift,
    drop,
    ending,
    evidence,
    growth,
    lull,
    margin,
    recent,
    sentiment,
    spiky,
)
from detectors.surge.calendar import DAY_S
from detectors.surge.state import SeriesArray, blank

# A guess from the last half hour lags behind a day's slope, more where that is steep and no day before has shown it,
# most where a Monday begins of which a Sunday says nothing.
_GUESS_MARGIN: Final = 0.2
_SLOPE_MARGIN: Final = 0.5
_STEEPEST: Final = 0.6
_OPENS: Final = 6.0
_FIRST_SIGHT: Final = 10.0
_FIRST_COUNTS: Final = 5.0
_BUSY: Final = 0.2
_LASTING_S: Final = 28_800.0  # in so long a holiday's last half hour is believed to grow e-fold while a surge lasts
_NEW_MARGIN: Final = 0.1  # what one week says of the next is off by as much as the week was odd


def new_series(bucket_s: float) -> Any:
    """The record of a series that has seen nothing."""
    one = blank(bucket_s)
    _start(one)
    return one


@njit(cache=True)
def _start(one: Any) -> None:
    margin.start(one)
    evidence.start(one)
    ending.start(one)
    dial.start(one)


@njit(cache=True)
def update(one: Any, start_s: float, count: float, cell: Any) -> None:
    """Take in the count of the bucket that starts at `start_s`; nan if it was not measured. `cell` is its Cell."""
    measured = not isnan(count)
    go_to(one, start_s, one.bucket_s, measured, cell)
    if not measured:
        return
    learn(one, start_s, count, 1.0)
    active = not isnan(one.onset_s)
    if one.trusts:
        one.score = dial.update(one, evidence.update(one, start_s, count))
        if one.spiky:
            one.score = spiky.join(one, one.score)
    else:
        evidence.pause(one)
        one.score = -inf
    if one.known and not one.lull_on:
        drift.learn(one, min(count, one.most), one.mean / one.drift, evidence.rising(one) or active)
    if ending.update(one, count, one.mean, evidence.rising(one), active):
        one.onset_s = nan
        evidence.end(one)
        drift.surged(one)
    elif not active and one.score >= one.threshold and not ending.in_tail(one):
        one.onset_s = evidence.onset_s(one)
    drop.update(one, start_s, count)


@njit(cache=True)
def learn(one: Any, start_s: float, count: float, buckets: float) -> None:
    """Teach all but the alarm `count` messages in `buckets` buckets from `start_s` on."""
    clipped = min(count, one.most * buckets)
    one.cell_count += min(count, _opening(one) * buckets) if count > _OPENS * one.mean * buckets else clipped
    one.cell_buckets += buckets
    recent.learn(one, clipped, buckets)
    if one.spiky:
        spiky.learn(one, count, buckets)
    if one.trusts:
        dispersion.learn(one, clipped, one.predicted * buckets)
    if one.known:
        margin.learn(one, start_s, count, one.mean * buckets)


@njit(cache=True)
def _opening(one: Any) -> float:
    """The most messages a bucket may teach if it has many times the expected.

    Where nothing is known yet that is a shop which opens, and is learned nearly as it is.
    """
    if one.known:
        return one.most
    return max(one.most, _FIRST_SIGHT * max(one.mean, baseline.usual(one)) + _FIRST_COUNTS)


@njit(cache=True)
def go_to(one: Any, start_s: float, width_s: float, measured: bool, cell: Any) -> None:
    """Let time go on to `start_s`. Was another cell under way, then learn it and predict this one."""
    end_s = start_s + width_s
    gap_s = (start_s if measured else end_s) - one.next_s
    if 0.0 < gap_s < inf:
        recent.pass_by(one, gap_s)
    one.next_s = end_s
    index = int(start_s // one.cell_s)
    if index == one.index:
        return
    if one.cell_buckets > 0.0:
        if not one.holiday:
            _settle(one)
        growth.learn(one, one.index * one.cell_s, one.cell_count, one.cell_buckets)
        dispersion.fade(one, min(index - one.index, 100_000) * one.cell_s)
        if one.known:
            dial.pass_by(one, one.cell_buckets * one.bucket_s)
    passed_s = (index - one.index) * one.cell_s
    one.index, one.cell_count, one.cell_buckets = index, 0.0, 0.0
    one.of_week, one.hour_of_week, one.holiday, one.factor = cell[0], cell[1], cell[2], cell[3]
    _predict(one, passed_s)


@njit(cache=True)
def _settle(one: Any) -> None:
    """Teach the baseline the cell that is over, unless it is out of the ordinary."""
    expected = one.mean * one.cell_buckets
    # In the quiet hours it means nothing that it is quieter still.
    busy = one.mean >= _BUSY * baseline.usual(one)
    in_lull = one.known and busy and lull.update(one, one.cell_count, expected / one.drift)
    # As single buckets are clipped above, whole cells are below: a lull is only seen after a while.
    least = expected - 2.0 * sqrt(expected + one.phi * expected**2) if one.known else 0.0
    if one.index * one.cell_s - one.onset_s > DAY_S:
        # What lasts for a day is no surge but how things are now.
        _relevel(one, ending.size(one))
    elif in_lull and lull.lasts(one):
        _relevel(one, lull.ratio(one))
    elif not in_lull:
        baseline.learn(one, max(one.cell_count, least) / one.factor, one.cell_buckets)


@njit(cache=True)
def _relevel(one: Any, ratio: float) -> None:
    baseline.relevel(one, ratio)
    drift.end(one)
    lull.end(one)
    ending.end(one)
    evidence.end(one)
    one.onset_s = nan


@njit(cache=True)
def _predict(one: Any, passed_s: float) -> None:
    """Say what to expect of the cell under way, which begins `passed_s` after the one before."""
    baseline.predict(one)
    planned = one.season * one.level * one.factor
    one.known = baseline.knows(one) and not one.holiday
    one.trusts = one.known or recent.ready(one)
    width = one.margin
    if one.known:
        drift.fit(one)
        one.mean = one.predicted = planned * one.drift
        spread = baseline.spread(one)
        width += _NEW_MARGIN / baseline.visits(one)
    else:
        one.drift = 1.0
        one.predicted = recent.rate(one, one.season)
        recently = one.predicted
        if one.holiday and not isnan(one.onset_s):
            # The last half hour is full of the surge that it would judge. In a first week it still does: there every
            # opening of a shop looks like a surge, and would be one all day.
            recently = min(recently, one.mean * exp(passed_s / _LASTING_S))
        one.mean = max(planned, recently)
        width += _GUESS_MARGIN
        if not baseline.saw_yesterday(one):
            width += _SLOPE_MARGIN * (_STEEPEST if baseline.after_sunday(one) else min(_STEEPEST, recent.slope(one)))
        width += 1.5 * recent.doubt(one, one.coarse_counts[-1])
        spread = recent.spread(one)
    scatter = dispersion.phi(one, one.mean)
    one.phi = scatter + spread
    # Until anything is known nothing is clipped: a baseline that starts at 0 would clip itself to 0.
    one.most = one.mean + 2.0 * sqrt(one.mean + one.phi * one.mean**2) + 1.0 if one.trusts else inf
    evidence.aim(one, one.mean * (1.0 + width), 1.0 / one.phi)
    ending.aim(one, one.mean, 1.0 / scatter)


@njit(cache=True)
def update_one(series: SeriesArray, start_s: float, count: float, cell: Any) -> tuple[float, bool, float, float, float]:
    """`update` the only series of an array; answers score, whether a surge is on, expected, ratio, onset or nan."""
    one = series[0]
    update(one, start_s, count, cell)
    return one.score, not isnan(one.onset_s), one.mean, one.ratio, one.onset_s


@njit(cache=True)
def update_all(series: SeriesArray, start_s: float, counts: Any, angry: Any, cell: Any, factors: Any) -> None:
    """`update` all series of an array with their `counts`, but those that are past this bucket already.

    `angry`: how many of the messages are. `factors`: how many times as much is planned for each.
    """
    for i in range(len(series)):
        one = series[i]
        if one.bucket_s > 0.0 and one.next_s <= start_s:
            update(one, start_s, counts[i], (cell[0], cell[1], cell[2], factors[i]))
            if not isnan(counts[i]):
                sentiment.update(one, start_s, counts[i], angry[i])


@njit(cache=True)
def learn_all(series: SeriesArray, start_s: float, width_s: float, counts: Any, cell: Any, factors: Any) -> None:
    """Take in history: `counts` in the `width_s` seconds from `start_s` on, at most a cell of the week."""
    for i in range(len(series)):
        one = series[i]
        if one.bucket_s > 0.0:
            go_to(one, start_s, width_s, True, (cell[0], cell[1], cell[2], factors[i]))
            learn(one, start_s, counts[i], width_s / one.bucket_s)


@njit(cache=True)
def add_late(series: SeriesArray, i: int, cell: Any, count: float) -> None:
    """Add messages to a bucket of series `i` that was measured already. They reach the baseline, never the alarm."""
    if not cell[2]:
        baseline.add_late(series[i], cell[0], cell[1], count / cell[3])
