"""What becomes of all series of a group after a bucket: surges of volume, of sentiment, drops, growth."""

from collections.abc import Mapping
from math import isnan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.surge import growth
from detectors.surge.calendar import WEEK_S
from detectors.surge.incident import SeriesState
from detectors.surge.incidents import Incidents, Kind, SurgeEvent, largest
from detectors.surge.slices import ALL, slice_kind
from detectors.surge.state import SeriesArray

Floats = NDArray[np.float64]
_KINDS: Final[tuple[Kind, ...]] = ("volume", "sentiment", "drop")  # in the order of a dump
_AFTERMATH_S: Final = 3_600.0
_OF_VOLUME: Final = ("onset_s", "ratio", "mean", "end_count", "end_expected", "end_weight")
_OF_SENTIMENT: Final = ("angry_onset_s", "angry", "said", "recent_angry", "recent_said", "end_count", "end_weight")
_OF_DROP: Final = ("drop_onset_s", "ratio", "mean", "end_count", "end_expected", "end_weight")


class GroupEvents:
    """The surges of one group, by kind.

    Of volume, sentiment and drops one incident each at a time. Angry messages are part of a surge of volume while it
    lasts and for an hour after it, and no surge of their own. A drop is said of all traffic and of channels alone: a
    topic that falls silent broke nowhere.
    """

    def __init__(self, group: str, false_alarms_per_week: float) -> None:
        self._group, self._rate = group, false_alarms_per_week
        self._incidents = {kind: Incidents(group, false_alarms_per_week, kind) for kind in _KINDS}
        self._calm_s = 0.0  # until when angry messages belong to a surge of volume
        self._grew_week = 0

    def lasting(self, kind: Kind) -> tuple[str, ...]:
        """The series that names what of this kind lasts; none if nothing does."""
        return self._incidents[kind].open_series if kind in self._incidents else ()

    def update(
        self, at_s: float, slots: Mapping[str, int], series: SeriesArray, messages: Floats, angry: Floats
    ) -> list[SurgeEvent]:
        """Take in all series as they are after the bucket that ended at `at_s`, and its counts by slot."""
        events, (volume, sentiment, drop) = [], self._incidents.values()
        if _any(series["onset_s"]) or volume.is_open:
            events = volume.update(at_s, _volume_states(slots, series, messages))
            self._calm_s = at_s + _AFTERMATH_S
        if _any(series["angry_onset_s"]) or sentiment.is_open:
            if at_s <= self._calm_s:
                sentiment.ignore(at_s)
            events += sentiment.update(at_s, _sentiment_states(slots, series, angry, messages))
        if _any(series["drop_onset_s"]) or drop.is_open:
            events += drop.update(at_s, _drop_states(slots, series, messages))
        return events + self._growth(at_s, slots, series, messages)

    def _growth(self, at_s: float, slots: Mapping[str, int], series: SeriesArray, messages: Floats) -> list[SurgeEvent]:
        week = int(series["week"][slots[ALL]])
        if week == self._grew_week:
            return []
        self._grew_week = week
        grew = {
            name: slot for name, slot in slots.items() if slice_kind(name) != "other" and growth.grows(series[slot])
        }
        if not grew:
            return []
        name = ALL if ALL in grew else max(sorted(grew), key=lambda one: _more(series[grew[one]]))
        weekly, began_s = series[grew[name]]["weekly"], (week - growth.WEEKS) * float(WEEK_S)
        return [
            SurgeEvent(
                surge_id=f"{self._group}/{name}/growth/{int(began_s)}",
                group=self._group,
                series=name,
                state="onset",
                onset_at_s=began_s,
                at_s=at_s,
                observed=int(messages[grew[name]]),
                expected=float(series[grew[name]]["mean"]),
                ratio=float(weekly[-1] / weekly[0]),
                false_alarms_per_week=self._rate,
                also=largest({one: _more(series[slot]) for one, slot in grew.items() if one != name}),
                kind="growth",
            )
        ]

    def ignore(self, until_s: float) -> None:
        """What began before `until_s` is history: it makes no surge, unless it is still up an hour later."""
        for incidents in self._incidents.values():
            incidents.ignore(until_s)

    def forget(self, series: str) -> None:
        """A series that is dropped is in no surge; the next update says that the one it names is over."""
        for incidents in self._incidents.values():
            incidents.forget(series)

    def dump(self) -> list[Any]:
        """All state, for `load`."""
        parts = [incidents.dump() for incidents in self._incidents.values()]
        return [parts, self._calm_s, self._grew_week]

    def load(self, state: list[Any]) -> None:
        """Go on from a dump."""
        parts, self._calm_s, self._grew_week = state
        for incidents, part in zip(self._incidents.values(), parts, strict=True):
            incidents.load(part)


def _any(onsets: Floats) -> bool:
    return bool(np.any(onsets > 0.0))  # nan is none, and so is the 0 of a record that is not used


def _more(one: Any) -> float:
    return float(one["weekly"][-1] - one["weekly"][0])


def _volume_states(slots: Mapping[str, int], series: SeriesArray, messages: Floats) -> dict[str, SeriesState]:
    columns = [series[name].tolist() for name in _OF_VOLUME]
    states = {}
    for name, slot in slots.items():
        onset_s, ratio, mean, count, expected, weight = (column[slot] for column in columns)
        states[name] = _state(onset_s, ratio, messages[slot], mean, count - expected, expected, weight)
    return states


def _drop_states(slots: Mapping[str, int], series: SeriesArray, messages: Floats) -> dict[str, SeriesState]:
    """Of what is watched for drops; the surplus is what is missing."""
    columns = [series[name].tolist() for name in _OF_DROP]
    states = {}
    for name, slot in slots.items():
        if slice_kind(name) not in ("all", "channel"):
            continue
        onset_s, ratio, mean, count, expected, weight = (column[slot] for column in columns)
        states[name] = _state(onset_s, ratio, messages[slot], mean, expected - count, expected, weight)
    return states


def _sentiment_states(
    slots: Mapping[str, int], series: SeriesArray, angry: Floats, messages: Floats
) -> dict[str, SeriesState]:
    """Counts are of angry messages; the surplus is how many more they are than their usual share."""
    columns = [series[name].tolist() for name in _OF_SENTIMENT]
    states = {}
    for name, slot in slots.items():
        onset_s, cross, said, now_cross, now_said, count, weight = (column[slot] for column in columns)
        usual = (cross + 2.0) / (said + 8.0)
        now = (now_cross + 4.0 * usual) / (now_said + 4.0)
        excess = (now - usual) * count
        states[name] = _state(onset_s, now / usual, angry[slot], usual * messages[slot], excess, usual * count, weight)
    return states


def _state(
    onset_s: float, ratio: float, observed: float, expected: float, excess: float, usual: float, weight: float
) -> SeriesState:
    """`excess` and `usual`: fading sums of messages above the expected, and expected; `weight`: of how many buckets."""
    on = not isnan(onset_s)
    each = 1.0 / weight if weight else 0.0
    return SeriesState(
        on, onset_s if on else None, ratio, int(observed), float(expected), excess * each, usual * each, excess
    )
