"""The rules of one group: its queues, its pools and its time limits.

A policy is a value: frozen, checked when it is built, compared by content. Whoever reads configuration builds one; the
Router asks it which queue a topic belongs to, how long each urgency may wait, and how long people may take to answer.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType
from typing import Literal, get_args

Urgency = Literal["low", "normal", "high", "urgent"]
PoolKind = Literal["home", "vendor", "bot"]
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
POOL_KINDS: tuple[PoolKind, ...] = get_args(PoolKind)
"""In the order in which pools are asked: employees first."""
UNITS_MAX = 1_000_000
"""Effort, capacity and caps are at most this: thousandths of it are whole numbers in every sum and every row."""
OTHERS = "*"
"""As a topic: every topic that no queue lists. As a channel: every channel that is not listed."""
DEFAULT_SLA_S: Mapping[str, float] = MappingProxyType(
    {"low": 86_400.0, "normal": 14_400.0, "high": 3_600.0, "urgent": 900.0}
)
DEFAULT_ABSENCE_GRACE_S: Mapping[str, float] = MappingProxyType({"chat": 60.0, "voice": 60.0, OTHERS: 600.0})

LIMITS_S = ("reservation_s", "retry_s", "status_valid_s", "bot_limit_s", "customer_limit_s", "reopen_window_s")

_NAME = re.compile(r"[a-z0-9_-]+")


class PolicyError(ValueError):
    """A policy that cannot work. ``field`` is the path of the value at fault, as in ``sla_s.urgent``."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


def _check_name(field: str, name: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PolicyError(field, f"{name!r} must match [a-z0-9_-]+")


def _check_positive(field: str, value: float) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise PolicyError(field, f"{value!r} must be a number above 0")


def _names(field: str, names: Collection[str]) -> tuple[str, ...]:
    """Sorted and without repeats, so that equal policies are equal whatever order they were written in."""
    if isinstance(names, str):
        raise PolicyError(field, "must be a list of names, not one text")
    for name in names:
        _check_name(field, name)
    return tuple(sorted(set(names)))


@dataclass(frozen=True, slots=True)
class Queue:
    """Tickets that wait for the same skills under the same SLA.

    topics: labels of triage that enter here; ``"*"`` stands for all that no queue lists.
    skills: all of them are required of a rep.
    priority: the higher goes first when two tickets are equally pressing.
    sla_s: for each urgency, the seconds within which someone should have been found.

    >>> Queue("billing", topics=["refund"], skills=["billing"]).sla_s["urgent"]
    900.0
    >>> Queue("Billing!", topics=["refund"])
    Traceback (most recent call last):
    routers.matching.policy.PolicyError: name: 'Billing!' must match [a-z0-9_-]+
    """

    name: str
    topics: Collection[str]
    skills: Collection[str] = ()
    priority: int = 0
    sla_s: Mapping[str, float] = field(default_factory=lambda: DEFAULT_SLA_S)

    def __post_init__(self) -> None:
        _check_name("name", self.name)
        if isinstance(self.topics, str) or not self.topics or not all(isinstance(t, str) and t for t in self.topics):
            raise PolicyError("topics", "must be a list with at least one topic")
        for urgency in URGENCIES:
            if urgency not in self.sla_s:
                raise PolicyError(f"sla_s.{urgency}", "is missing")
            _check_positive(f"sla_s.{urgency}", self.sla_s[urgency])
        if unknown := sorted(set(self.sla_s) - set(URGENCIES)):
            raise PolicyError(f"sla_s.{unknown[0]}", f"is not an urgency ({', '.join(URGENCIES)})")
        object.__setattr__(self, "topics", tuple(sorted(set(self.topics))))
        object.__setattr__(self, "skills", _names("skills", self.skills))
        object.__setattr__(self, "sla_s", MappingProxyType({u: float(self.sla_s[u]) for u in URGENCIES}))


@dataclass(frozen=True, slots=True)
class Pool:
    """Reps who share an employer.

    skills: what every rep of the pool can do, besides what a rep's own status says.
    capacity_units: what a rep can carry whose status does not say.
    channel_caps: channel -> units of that channel that one rep may carry at most; 0 means never.

    >>> Pool("acme", kind="vendor", channel_caps={"chat": 3}).capacity_units
    6.0
    """

    name: str
    kind: PoolKind = "home"
    skills: Collection[str] = ()
    capacity_units: float = 6.0
    channel_caps: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_name("name", self.name)
        if self.kind not in POOL_KINDS:
            raise PolicyError("kind", f"{self.kind!r} is not one of {', '.join(POOL_KINDS)}")
        _check_positive("capacity_units", self.capacity_units)
        if self.capacity_units > UNITS_MAX:
            raise PolicyError("capacity_units", f"{self.capacity_units!r} must be at most {UNITS_MAX:,}")
        for channel, cap in self.channel_caps.items():
            if not isinstance(cap, int | float) or not 0 <= cap <= UNITS_MAX:
                raise PolicyError(f"channel_caps.{channel}", f"{cap!r} must be a number from 0 to {UNITS_MAX:,}")
        object.__setattr__(self, "skills", _names("skills", self.skills))
        object.__setattr__(self, "channel_caps", MappingProxyType(dict(sorted(self.channel_caps.items()))))


@dataclass(frozen=True)
class Policy:
    """All that a Router needs to know about its group.

    reservation_s: how long a rep may take to accept.
    retry_s: how long someone who let a reservation pass is not asked again for that ticket.
    status_valid_s: how long a rep's status counts that does not say so itself.
    absence_grace_s: channel -> how long accepted tickets stay with a rep who is gone (``"*"``: other channels).
    bot_limit_s: how long a bot may take to resolve what it has taken on; then it goes to people.
    customer_limit_s: how long a ticket may wait on its customer; then it is resolved, as it would keep room for ever.
    reopen_window_s: how long a resolved ticket is remembered, and a rep who is gone and has no ticket.

    >>> policy = Policy.default()
    >>> policy.queue_for("anything").name, policy.group
    ('default', 'default')
    """

    group: str
    queues: Collection[Queue]
    pools: Collection[Pool]
    reservation_s: float = 60.0
    retry_s: float = 300.0
    status_valid_s: float = 300.0
    absence_grace_s: Mapping[str, float] = field(default_factory=lambda: DEFAULT_ABSENCE_GRACE_S)
    bot_limit_s: float = 1_800.0
    customer_limit_s: float = 14 * 86_400.0
    reopen_window_s: float = 7 * 86_400.0

    def __post_init__(self) -> None:
        _check_name("group", self.group)
        for name in LIMITS_S:
            _check_positive(name, getattr(self, name))
        for channel, grace_s in self.absence_grace_s.items():
            _check_positive(f"absence_grace_s.{channel}", grace_s)
        if OTHERS not in self.absence_grace_s:
            raise PolicyError("absence_grace_s", f"must say what holds for other channels ({OTHERS!r})")
        for kind, items in (("queues", self.queues), ("pools", self.pools)):
            names = [item.name for item in items]
            if not names:
                raise PolicyError(kind, "must not be empty")
            if len(set(names)) < len(names):
                raise PolicyError(kind, f"{next(n for n in names if names.count(n) > 1)!r} appears twice")
        if sum(OTHERS in queue.topics for queue in self.queues) != 1:
            # Without it a new topic of triage would have nowhere to go, and its tickets would be lost.
            raise PolicyError("queues", f"exactly one queue must list {OTHERS!r}, for topics that no other lists")
        object.__setattr__(self, "queues", tuple(self.queues))
        object.__setattr__(self, "pools", tuple(self.pools))
        object.__setattr__(
            self, "absence_grace_s", MappingProxyType({c: float(s) for c, s in sorted(self.absence_grace_s.items())})
        )

    @classmethod
    def default(cls) -> "Policy":
        """One queue for all topics, one pool of employees, no skills: what runs without a configuration file."""
        return cls(group="default", queues=[Queue("default", topics=[OTHERS])], pools=[Pool("home")])

    @cached_property
    def _queue_of_topic(self) -> Mapping[str, Queue]:
        # Reversed, so that the first queue that lists a topic has the last word.
        return {topic: queue for queue in reversed(tuple(self.queues)) for topic in queue.topics}

    @cached_property
    def _pool_of_name(self) -> Mapping[str, Pool]:
        return {pool.name: pool for pool in self.pools}

    def queue_for(self, topic: str) -> Queue:
        """The first queue that lists the topic, else the one for all others."""
        return self._queue_of_topic.get(topic) or self._queue_of_topic[OTHERS]

    def pool(self, name: str) -> Pool | None:
        """The pool of that name, if the policy has it."""
        return self._pool_of_name.get(name)

    def grace_s(self, channel: str) -> float:
        """How long an accepted ticket of this channel stays with a rep who is gone."""
        return self.absence_grace_s.get(channel, self.absence_grace_s[OTHERS])

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that differ between policies that differ."""
        return blake2b(repr(self).encode(), digest_size=8).hexdigest()
