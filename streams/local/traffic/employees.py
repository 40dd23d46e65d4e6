"""The employees' day: shifts, breaks, and the evening on which many go home sick."""

import random
from collections.abc import Callable
from datetime import time
from functools import partial
from typing import Final

from streams.contracts import RepState
from streams.local.traffic.desk import Desk
from streams.local.traffic.reps import Profile, Rep
from streams.local.traffic.scenario import HOME_POOL, MINUTE_S, Scenario, Shift, Sickness, Team

_DAY_S = 86_400.0
_PUNCTUAL_S: Final = 240.0
_BREAK_EVERY_S: Final = (5_400.0, 10_800.0)
_BREAK_S: Final = (600.0, 1_080.0)


class Employees:
    """The home pool. Reps are ``TEAM-01`` and so on."""

    def __init__(self, desk: Desk, hire: Callable[[Profile], Rep]) -> None:
        self._desk = desk
        self._reps: list[Rep] = []
        self._ill: set[str] = set()
        for team in desk.scenario.teams:
            for number in range(1, team.count + 1):
                self._start(team, hire(_profile(team, number)))
        for number, sickness in enumerate(desk.scenario.sickness):
            begins_s = desk.scenario.start_s + sickness.from_min * MINUTE_S
            desk.agenda.plan(begins_s, partial(self._fall_ill, sickness, desk.chance(f"sickness/{number}")))

    def _start(self, team: Team, rep: Rep) -> None:
        self._reps.append(rep)
        rng = self._desk.chance(f"day/{rep.profile.rep_id}")
        start_s = self._desk.scenario.start_s
        for begins_s, ends_s in _presences(team.shift, self._desk.scenario, rng):
            # Who is there when the world begins is heard of within the first seconds.
            begins_s = max(begins_s, start_s + rng.uniform(0.0, 20.0))
            if begins_s < ends_s:
                self._desk.agenda.plan(begins_s, partial(self._come, rep))
                self._desk.agenda.plan(ends_s, rep.finish)
                self._plan_breaks(rep, rng, begins_s, ends_s)

    def _plan_breaks(self, rep: Rep, rng: random.Random, begins_s: float, ends_s: float) -> None:
        # The first comes anywhere in the usual time, or all who begin together would rest together.
        break_s = begins_s + rng.uniform(_BREAK_EVERY_S[0] / 3, _BREAK_EVERY_S[1])
        while (back_s := break_s + rng.uniform(*_BREAK_S)) < ends_s - 1_800.0:
            self._desk.agenda.plan(break_s, rep.pause)
            self._desk.agenda.plan(back_s, partial(self._come_back, rep))
            break_s = back_s + rng.uniform(*_BREAK_EVERY_S)

    def _come(self, rep: Rep) -> None:
        if rep.profile.rep_id not in self._ill:
            rep.come()

    def _come_back(self, rep: Rep) -> None:
        if rep.state is RepState.AWAY:
            rep.come()

    def _fall_ill(self, sickness: Sickness, rng: random.Random) -> None:
        """Some of those who are there go, and do not come back in this scenario."""
        there = [rep for rep in self._reps if rep.state is not RepState.OFFLINE]
        for rep in rng.sample(there, round(len(there) * sickness.share)):
            delay_s = rng.uniform(0.0, sickness.within_min * MINUTE_S)
            self._desk.agenda.plan(self._desk.now_s + delay_s, partial(self._go_ill, rep))

    def _go_ill(self, rep: Rep) -> None:
        self._ill.add(rep.profile.rep_id)
        rep.leave()


def _profile(team: Team, number: int) -> Profile:
    return Profile(
        rep_id=f"{team.name}-{number:02d}",
        pool=HOME_POOL,
        skills=team.skills,
        languages=team.languages,
        channels=team.channels,
        capacity_units=team.capacity_units,
        slowness=1.0,
    )


def _presences(shift: Shift | None, scenario: Scenario, rng: random.Random) -> list[tuple[float, float]]:
    """From when to when a rep is there, in seconds since the epoch; the scenario's length and a day more."""
    if shift is None:
        return [(scenario.start_s, scenario.end_s + _DAY_S)]
    begins_s, ends_s = _second_of_day(shift.begins), _second_of_day(shift.ends)
    length_s = (ends_s - begins_s) % _DAY_S or _DAY_S
    midnight_s = scenario.start_s - scenario.start_s % _DAY_S
    presences = []
    for day in range(-1, int((scenario.end_s - midnight_s) // _DAY_S) + 1):
        first_s = midnight_s + day * _DAY_S + begins_s + rng.uniform(-_PUNCTUAL_S, _PUNCTUAL_S)
        presences.append((first_s, first_s + length_s))
    return [(first_s, last_s) for first_s, last_s in presences if last_s > scenario.start_s]


def _second_of_day(moment: time) -> float:
    return moment.hour * 3_600.0 + moment.minute * 60.0 + moment.second
