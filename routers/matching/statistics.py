"""How a group does: what came, how long it took, what waits, and what the reps could carry. For who plans capacity.

What happens is counted as it happens, in a ``Tally``; what is so now is read from the lines of waiting tickets and the
profiles of reps. So asking costs a step a line and a profile, however many tickets and reps there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TypeAlias

from routers.matching.classes import WaitingClass
from routers.matching.policy import Policy
from routers.matching.reps import UNIT_MILLI, Profile
from routers.matching.tally import Mean, QueueTally, Tally

AT_RISK_S = 300.0
SKILL_SETS = 200
"""So many sets of skills are told apart, whatever helpdesks say of their reps."""

Alike: TypeAlias = tuple[str, tuple[str, ...]]
"""A pool, and the skills that some of its reps have of those that queues ask for."""


@dataclass(frozen=True, slots=True)
class QueueStatistics:
    """How one queue does. The counts are since the statistics before.

    arrivals: tickets that came to be handled: new, reopened, woken when their rep had no room, or passed on by a rep.
    answered: of a ticket's wait, the first time that a rep took it on; answered_in_time: not after it was due.
    at_risk: those waiting that are late, or due within five minutes.
    waiting: tickets without a rep, parked ones included, but not callbacks before their time. wait_s: their mean wait.
    handling_s: recent mean of the time that a ticket keeps a rep busy, waiting on its customer not counted; None while
    unknown.
    """

    queue: str
    skills: tuple[str, ...]
    arrivals: int
    answered: int
    answered_in_time: int
    waiting: int
    at_risk: int
    wait_s: float
    handling_s: float | None


@dataclass(frozen=True, slots=True)
class RepStatistics:
    """The reps of one pool with the same skills who are online.

    skills: those of them that queues ask for. Where there are more sets than ``SKILL_SETS``, the reps of the smallest
    are taken to have the pool's skills alone.
    slots: how many tickets of mean effort they can hold at once, seats aside.
    """

    pool: str
    skills: tuple[str, ...]
    online: int
    slots: float


@dataclass(frozen=True, slots=True)
class RouterStatistics:
    """How all queues of the policy and all reps do. interval_s: since the statistics before; 0 the first time."""

    at_s: float
    interval_s: float
    queues: tuple[QueueStatistics, ...]
    reps: tuple[RepStatistics, ...]


def measure(
    policy: Policy, tally: Tally, lines: Iterable[WaitingClass], profiles: Iterable[Profile], at_s: float
) -> RouterStatistics:
    """The statistics at a time that is not before any of the tally or the lines."""
    waiting: dict[str, list[WaitingClass]] = {}
    for line in lines:
        waiting.setdefault(line.queue, []).append(line)
    return RouterStatistics(
        at_s,
        0.0 if tally.since_s is None else at_s - tally.since_s,
        tuple(_queue(queue.name, tuple(queue.skills), tally, waiting, at_s) for queue in policy.queues),
        tuple(_reps(key, same, tally.effort_milli) for key, same in _alike(policy, profiles)),
    )


def _queue(
    name: str, skills: tuple[str, ...], tally: Tally, waiting: Mapping[str, list[WaitingClass]], at_s: float
) -> QueueStatistics:
    lines, counted = waiting.get(name, []), tally.queues.get(name) or QueueTally()
    count = sum(line.count for line in lines)
    waited_ms = sum(round(at_s * 1000) * line.count - line.entered_ms for line in lines)
    return QueueStatistics(
        name,
        skills,
        counted.arrivals,
        counted.answered,
        counted.answered_in_time,
        count,
        sum(line.due_by(at_s + AT_RISK_S) for line in lines),
        waited_ms / count / 1000 if count else 0.0,
        counted.handling_s.value or None,
    )


def _alike(policy: Policy, profiles: Iterable[Profile]) -> list[tuple[Alike, list[Profile]]]:
    asked_for = {skill for queue in policy.queues for skill in queue.skills}
    alike: dict[Alike, list[Profile]] = {}
    for profile in profiles:
        if profile.online:
            alike.setdefault((profile.pool.name, tuple(sorted(profile.skills & asked_for))), []).append(profile)
    for key in sorted(alike, key=lambda key: (-_online(alike[key]), key))[SKILL_SETS:]:
        few = alike.pop(key)
        alike.setdefault((key[0], tuple(sorted(asked_for.intersection(few[0].pool.skills)))), []).extend(few)
    return sorted(alike.items(), key=lambda item: item[0])


def _reps(alike: Alike, profiles: Sequence[Profile], effort_milli: Mean) -> RepStatistics:
    effort = effort_milli.value or UNIT_MILLI
    return RepStatistics(
        *alike,
        _online(profiles),
        fsum(profile.online * max(profile.capacity_milli / effort, 1.0) for profile in profiles),
    )


def _online(profiles: Iterable[Profile]) -> int:
    return sum(profile.online for profile in profiles)
