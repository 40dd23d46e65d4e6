"""Series of a group that rise together are one incident, named by the slice that explains most of it."""

from collections.abc import Mapping
from math import inf
from typing import Any, Final, Literal, NamedTuple

from detectors.surge.incident import Incident, SeriesState
from detectors.surge.outlook import Outlook, Past
from detectors.surge.slices import common_slice, slice_kind

Kind = Literal["volume", "sentiment", "drop", "growth"]

ALSO_MOST: Final = 200
"""How many other series a surge lists at most: the largest."""
SAY_EVERY_S: Final = 1500.0
"""A surge that lasts is spoken of at least so often: well within the hour after which silence is taken for its end."""

_APART_S: Final = 60.0
_CHANGE: Final = 0.1
_EXPLAINS: Final = 0.5
_REST: Final = 1.0 / 3.0
_AFTERMATH_S: Final = 3600.0
_AFTERMATH_SIZE: Final = 0.25


class SurgeEvent(NamedTuple):
    """What becomes of one surge, at the end of a bucket `at_s`.

    `surge_id` follows from the group, the series, the kind and the onset. `observed` and `expected` are the series'
    messages in that bucket, `ratio` observed over expected, smoothed. `also` are the other series that rose with it,
    sorted, at most ALSO_MOST. `outlook` says how long it will last and how large it gets, of volume while it is not
    over.

    `kind`: "volume" (more messages than expected), "sentiment" (a larger share of angry messages while the volume is
    calm; observed and expected are angry messages), "drop" (messages stop coming) or "growth" (from week to week,
    no surge: said once a week as an onset that is never cleared; `ratio` is of the last week to the one three before).
    """

    surge_id: str
    group: str
    series: str
    state: Literal["onset", "ongoing", "cleared"]
    onset_at_s: float
    at_s: float
    observed: int
    expected: float
    ratio: float
    false_alarms_per_week: float
    also: tuple[str, ...]
    kind: Kind = "volume"
    outlook: Outlook | None = None


class Incidents:
    """The surges of one group and `kind`, one at a time.

    While one lasts, whatever else rises belongs to it: people write about one outage under many headings, some chase
    their answer on another channel, and the estimated onsets of small series lie far apart. So does what is seen after
    its end but began before, and for an hour after it what rises again in the series that took part, up to a quarter of
    its size (the most that any of them had too many): few incidents end all at once.

    >>> calm = SeriesState(False, None, 1.0, 100, 100.0, 0.0, 100.0, 0.0)
    >>> high = SeriesState(True, 600.0, 3.0, 300, 100.0, 200.0, 100.0, 400.0)
    >>> both = {"all": high, "topic:outage": high._replace(base=5.0)}
    >>> incidents = Incidents("acme", false_alarms_per_week=1.0)
    >>> [(event.series, event.state, event.also) for event in incidents.update(720.0, both)]
    [('topic:outage', 'onset', ('all',))]
    >>> [(event.series, event.state) for event in incidents.update(780.0, {"all": calm, "topic:outage": calm})]
    [('topic:outage', 'cleared')]
    """

    def __init__(self, group: str, false_alarms_per_week: float, kind: Kind = "volume") -> None:
        self._group, self._rate, self._kind = group, false_alarms_per_week, kind
        self._history = Past()
        self._open: Incident | None = None
        self._past: tuple[float, float, set[str]] = (-inf, 0.0, set())  # the last one's end, size and members

    def update(self, at_s: float, states: Mapping[str, SeriesState]) -> list[SurgeEvent]:
        """Take in all series as they are after the bucket that ended at `at_s`."""
        active = {name for name, state in states.items() if state.active}
        events = self._clear(at_s, states, active)
        aftermath = self._aftermath(at_s, states)
        fresh = active - aftermath
        if self._open is not None:
            self._open.members |= fresh
            surplus = max(states[name].surplus for name in self._open.members & states.keys())
            self._open.most_surplus = max(self._open.most_surplus, surplus)
            self._open.height = max(self._open.height, _height(states[self._open.series]))
            if self._has_news(self._open, at_s, states):
                events.append(self._say(self._open, "ongoing", at_s, states))
        elif fresh:
            self._open = self._new(fresh, {name: states[name] for name in states.keys() - aftermath})
            events.append(self._say(self._open, "onset", at_s, states))
        return events

    @property
    def open_series(self) -> tuple[str, ...]:
        """The series that names the surge which lasts; none if none does."""
        return () if self._open is None else (self._open.series,)

    def ignore(self, until_s: float) -> None:
        """What began before `until_s` is history: it makes no surge."""
        self._past = until_s, 0.0, set()

    def forget(self, series: str) -> None:
        """A series that is dropped is in no surge."""
        if self._open is not None and series in (self._open.series, self._open.lead):
            self._open = None
        if self._open is not None:
            self._open.members.discard(series)

    def _aftermath(self, at_s: float, states: Mapping[str, SeriesState]) -> set[str]:
        ended_s, size, members = self._past
        follows = set()
        for name, state in states.items():
            small = name in members and state.surplus < _AFTERMATH_SIZE * size
            if state.onset_s is not None and (state.onset_s < ended_s or (small and at_s <= ended_s + _AFTERMATH_S)):
                follows.add(name)
        return follows

    def _clear(self, at_s: float, states: Mapping[str, SeriesState], active: set[str]) -> list[SurgeEvent]:
        incident = self._open
        if incident is None:
            return []
        if incident.series in active:
            incident.lead = incident.series
        if incident.lead in active:
            return []
        self._open = None
        self._past = at_s, incident.most_surplus, incident.members | {incident.series}
        self._history.learn(at_s - incident.onset_s, incident.height / max(1e-9, incident.first_height))
        return [self._say(incident, "cleared", at_s, states)]

    def _has_news(self, incident: Incident, at_s: float, states: Mapping[str, SeriesState]) -> bool:
        silent_s = at_s - incident.said_s
        if silent_s < _APART_S:
            return False
        ratio, said = states[incident.series].ratio, incident.said_ratio
        changed = abs(ratio - said) >= _CHANGE * said or len(incident.members) != incident.said_members
        return changed or silent_s >= SAY_EVERY_S or at_s > incident.said_end_s

    def _new(self, fresh: set[str], states: Mapping[str, SeriesState]) -> Incident:
        top = max(sorted(fresh), key=lambda name: states[name].excess)
        series = _explain(top, states)
        lead = series if states[series].active else top
        onset_s = states[lead].onset_s
        assert onset_s is not None  # a fresh series is active
        incident = Incident(series, lead, onset_s, fresh | {series})
        incident.most_surplus = states[lead].surplus
        incident.first_height = incident.height = _height(states[series])
        return incident

    def _say(
        self,
        incident: Incident,
        state: Literal["onset", "ongoing", "cleared"],
        at_s: float,
        states: Mapping[str, SeriesState],
    ) -> SurgeEvent:
        series = incident.series
        now = states[series]
        incident.said_s, incident.said_ratio, incident.said_members = at_s, now.ratio, len(incident.members)
        incident.said_end_s = inf
        outlook = None
        if state != "cleared" and self._kind == "volume":
            outlook = self._history.outlook(incident.onset_s, at_s, incident.height)
            incident.said_end_s = outlook.expected_end_s
        of_kind = "" if self._kind == "volume" else f"{self._kind}/"
        return SurgeEvent(
            f"{self._group}/{series}/{of_kind}{int(incident.onset_s)}",
            self._group,
            series,
            state,
            incident.onset_s,
            at_s,
            now.observed,
            now.expected,
            now.ratio,
            self._rate,
            largest({name: states[name].surplus for name in incident.members - {series}}),
            self._kind,
            outlook,
        )

    def dump(self) -> list[Any]:
        """All state, for `load`."""
        ended_s, size, members = self._past
        return [self._open and self._open.dump(), [ended_s, size, sorted(members)], self._history.dump()]

    def load(self, state: list[Any]) -> None:
        """Go on from a dump."""
        incident, (ended_s, size, members), history = state
        self._history.load(history)
        self._past = ended_s, size, set(members)
        self._open = incident and Incident.load(incident)


def largest(sizes: Mapping[str, float]) -> tuple[str, ...]:
    """The names of the largest, sorted by name, as many as a surge may list."""
    return tuple(sorted(sorted(sizes, key=lambda name: (-sizes[name], name))[:ALSO_MOST]))


def _height(state: SeriesState) -> float:
    return max(float(state.observed), state.surplus + state.base)


def _explain(top: str, states: Mapping[str, SeriesState]) -> str:
    """The topic, else the channel, that holds at least half of the excess of `top` while the rest is nearly calm."""
    whole = states[top]
    for kind in ("topic", "channel"):
        best, most = "", _EXPLAINS * whole.excess
        for name in sorted(states):
            part = states.get(common_slice(name, top) or "") if slice_kind(name) == kind else None
            if part is not None and part.excess > most and (name == top or _stands_out(part, whole)):
                best, most = name, part.excess
        if best:
            return best
    return top


def _stands_out(part: SeriesState, whole: SeriesState) -> bool:
    rest_excess, rest_base = whole.excess - part.excess, whole.base - part.base
    return rest_excess * part.base < _REST * part.excess * rest_base or rest_excess <= 0.0
