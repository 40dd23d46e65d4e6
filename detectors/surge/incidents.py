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
    over. Is the series not held any more, then its surge is cleared with the numbers that were said last.

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
    their answer on another channel, and the estimated onsets of small series lie far apart. It does not end while one
    of them is still up by a quarter of its size (the most that any of them had too many).

    Few incidents end all at once: what is seen after the end but began before belongs to it for an hour, and for longer
    while it is smaller than that quarter; so does for an hour what is as small and rises again where it took part.

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
        fresh = active - self._aftermath(at_s, states, active)
        events = []
        if self._open is not None:
            self._open.members = (self._open.members | fresh) & states.keys()
            if not self._goes_on(self._open, states, active):
                events.append(self._end(self._open, at_s, states, active))
                fresh = active - self._aftermath(at_s, states, active)
        if self._open is not None:
            surplus = max(states[name].surplus for name in self._open.members)
            self._open.most_surplus = max(self._open.most_surplus, surplus)
            self._open.height = max(self._open.height, _height(states[self._open.series]))
            if self._has_news(self._open, at_s, states):
                events.append(self._say(self._open, "ongoing", at_s, states))
        elif fresh:
            aftermath = active - fresh
            self._open = self._new(fresh, {name: states[name] for name in states.keys() - aftermath})
            events.append(self._say(self._open, "onset", at_s, states))
        return events

    @property
    def open_series(self) -> tuple[str, ...]:
        """The series that names the surge which lasts; none if none does."""
        return () if self._open is None or self._open.lost else (self._open.series,)

    @property
    def is_open(self) -> bool:
        """Whether the end of a surge is still to be said."""
        return self._open is not None

    def ignore(self, until_s: float) -> None:
        """What began before `until_s` is history: it makes no surge, unless it is still up an hour later."""
        self._past = until_s, 0.0, set()

    def forget(self, series: str) -> None:
        """A series that is dropped is in no surge; the next update says that the one it names is over."""
        if self._open is not None:
            self._open.members.discard(series)

    def _aftermath(self, at_s: float, states: Mapping[str, SeriesState], active: set[str]) -> set[str]:
        ended_s, size, members = self._past
        soon = at_s <= ended_s + _AFTERMATH_S
        follows = set()
        for name in active:
            onset_s, small = states[name].onset_s, states[name].surplus < _AFTERMATH_SIZE * size
            before = onset_s is not None and onset_s < ended_s
            if (before and (soon or small)) or (soon and small and name in members):
                follows.add(name)
        return follows

    def _goes_on(self, incident: Incident, states: Mapping[str, SeriesState], active: set[str]) -> bool:
        """Whether the surge lasts; what is still large takes the lead over from a series that is calm."""
        if incident.lost:
            return False
        if incident.series in active:
            incident.lead = incident.series
        if incident.lead not in active:
            incident.lead = _heir(incident, states, active) or incident.lead
        return incident.lead in active

    def _end(self, incident: Incident, at_s: float, states: Mapping[str, SeriesState], active: set[str]) -> SurgeEvent:
        self._open = None
        # What is still large when the name of a surge is lost is no aftermath: it makes a surge of its own, at once.
        if not incident.lost or _heir(incident, states, active) is None:
            self._past = at_s, incident.most_surplus, incident.members
        if not incident.lost:  # else nobody knows how long it was
            self._history.learn(at_s - incident.onset_s, incident.height / max(1e-9, incident.first_height))
        return self._say(incident, "cleared", at_s, states)

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
        # What was up before belonged to the last surge until its end; and so no two surges have the same id.
        onset_s = max(onset_s, self._past[0])
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
        if not incident.lost:
            now = states[incident.series]
            incident.said_observed, incident.said_expected, incident.said_ratio = now.observed, now.expected, now.ratio
        incident.said_s, incident.said_members, incident.said_end_s = at_s, len(incident.members), inf
        outlook = None
        if state != "cleared" and self._kind == "volume":
            outlook = self._history.outlook(incident.onset_s, at_s, incident.height)
            incident.said_end_s = outlook.expected_end_s
        of_kind = "" if self._kind == "volume" else f"{self._kind}/"
        others = {name: states[name].surplus for name in incident.members - {incident.series}}
        return SurgeEvent(
            f"{self._group}/{incident.series}/{of_kind}{int(incident.onset_s)}",
            self._group,
            incident.series,
            state,
            incident.onset_s,
            at_s,
            incident.said_observed,
            incident.said_expected,
            incident.said_ratio,
            self._rate,
            largest(others),
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


def _heir(incident: Incident, states: Mapping[str, SeriesState], active: set[str]) -> str | None:
    """The largest member that is still up, if it is too large for an aftermath."""
    least = _AFTERMATH_SIZE * incident.most_surplus
    large = [name for name in sorted(incident.members & active) if states[name].surplus >= least]
    return max(large, key=lambda name: states[name].surplus, default=None)


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
