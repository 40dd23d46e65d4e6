"""A scenario: what a simulated day is like. A value, checked when it is read; its file is TOML."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, time
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from detectors.text import URGENCIES
from streams.contracts import Channel
from streams.contracts.names import Name, Units

MINUTE_S = 60.0
HOME_POOL: Final = "home"
CHANNELS: Final = tuple(channel.value for channel in Channel)

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Positive = Annotated[float, Meta(gt=0.0, le=1e6)]
Minutes = Annotated[float, Meta(ge=0.0, le=100_000.0)]
TopicName = Literal[
    "account", "billing", "cancellation", "delivery", "outage", "product", "refund", "security", "technical", "other"
]
LanguageName = Literal["en", "fr", "de", "es", "fa"]
UrgencyName = Literal["low", "normal", "high", "urgent"]
N = TypeVar("N", bound=str)

_TOPIC_SHARES: Final = MappingProxyType(
    {"account": 0.12, "billing": 0.14, "cancellation": 0.07, "delivery": 0.18, "outage": 0.05, "product": 0.12,
     "refund": 0.08, "security": 0.04, "technical": 0.12, "other": 0.08}
)  # fmt: skip
_CHANNEL_SHARES: Final = MappingProxyType(
    {"email": 0.26, "chat": 0.36, "sms": 0.08, "social": 0.10, "voice": 0.12, "form": 0.08}
)
_LANGUAGE_SHARES: Final = MappingProxyType({"en": 0.46, "fr": 0.18, "de": 0.16, "es": 0.13, "fa": 0.07})
_SLA_S: Final = MappingProxyType({"low": 1_800.0, "normal": 600.0, "high": 180.0, "urgent": 60.0})


class ScenarioError(ValueError):
    """A scenario that cannot be played. Its text names the file and the field."""

    def __init__(self, source: str, field: str, problem: str) -> None:
        super().__init__(f"{source}: {field}: {problem}" if field else f"{source}: {problem}")
        self.source, self.field = source, field


class Traffic(Struct, frozen=True, forbid_unknown_fields=True):
    """Who writes how much. Shares are relative: they need not add up to 1; what is not named has none.

    peak_per_min: conversations that begin per minute in the busiest hour of a normal week. Each has 1.3 messages or so.
    malformed_share: messages that arrive broken. duplicate_share: messages that arrive a second time.
    """

    peak_per_min: Positive
    topics: Mapping[TopicName, Positive] = _TOPIC_SHARES  # type: ignore[assignment]
    channels: Mapping[Channel, Positive] = _CHANNEL_SHARES  # type: ignore[assignment]
    languages: Mapping[LanguageName, Positive] = _LANGUAGE_SHARES  # type: ignore[assignment]
    malformed_share: Share = 0.002
    duplicate_share: Share = 0.005


class Segment(Struct, frozen=True, forbid_unknown_fields=True):
    """A time in which a slice of the traffic is ``factor`` times what it usually is.

    It rises over the first ``ramp_up_min`` and falls over the last ``ramp_down_min``. Nothing listed means all.

    >>> [Segment(10, 20, factor=3, ramp_up_min=4).factor_at(minute) for minute in (9, 12, 14, 19.9, 20)]
    [1.0, 2.0, 3.0, 3.0, 1.0]
    """

    from_min: Minutes
    to_min: Minutes
    factor: Annotated[float, Meta(ge=0.0, le=1_000.0)]
    ramp_up_min: Minutes = 0.0
    ramp_down_min: Minutes = 0.0
    topics: tuple[TopicName, ...] = ()
    channels: tuple[Channel, ...] = ()
    languages: tuple[LanguageName, ...] = ()

    def factor_at(self, minute: float) -> float:
        """The factor, some minutes after the scenario's start."""
        if not self.from_min <= minute < self.to_min:
            return 1.0
        up = min(1.0, (minute - self.from_min) / self.ramp_up_min) if self.ramp_up_min else 1.0
        down = min(1.0, (self.to_min - minute) / self.ramp_down_min) if self.ramp_down_min else 1.0
        return 1.0 + (self.factor - 1.0) * min(up, down)


class Shift(Struct, frozen=True, forbid_unknown_fields=True):
    """When people work, in UTC; the end may be on the next day."""

    begins: time
    ends: time


class Team(Struct, frozen=True, forbid_unknown_fields=True):
    """Employees who are alike. Without a shift they are there all the time, without channels on all of them."""

    name: Name
    count: Annotated[int, Meta(ge=0, le=10_000)]
    languages: tuple[LanguageName, ...]
    channels: tuple[Channel, ...] = tuple(Channel)
    skills: tuple[Name, ...] = ()
    capacity_units: Units = 9
    shift: Shift | None = None


class Sickness(Struct, frozen=True, forbid_unknown_fields=True):
    """A share of the employees who are on shift go home, all within ``within_min``."""

    from_min: Minutes
    share: Share
    within_min: Minutes = 5.0


class Vendor(Struct, frozen=True, forbid_unknown_fields=True):
    """Who can be asked for seats, and how long they take to open. ``slowness``: handling times against employees'."""

    name: Name
    seats_max: Annotated[int, Meta(ge=1, le=10_000)]
    lead_time_min: Positive
    acknowledges_after_s: Positive = 60.0
    languages: tuple[LanguageName, ...] = ("en", "fr", "de", "es", "fa")
    capacity_units: Units = 9
    slowness: Positive = 1.15


class Corrections(Struct, frozen=True, forbid_unknown_fields=True):
    """The share of tickets whose labels somebody checks, and how long after they were resolved."""

    share: Share = 0.1
    delay_min: Positive = 20.0


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    """One scenario. sla_s: for each urgency, within how many seconds someone should accept the ticket."""

    name: Name
    title: str
    start: Annotated[datetime, Meta(tz=True)]
    length_min: Positive
    traffic: Traffic
    teams: tuple[Team, ...]
    segments: tuple[Segment, ...] = ()
    sickness: tuple[Sickness, ...] = ()
    vendor: Vendor | None = None
    corrections: Corrections = Corrections()
    sla_s: Mapping[UrgencyName, Positive] = _SLA_S  # type: ignore[assignment]
    tenant: Name = "default"
    group: Name = "default"

    @property
    def start_s(self) -> float:
        """When it begins, in seconds since the epoch."""
        return self.start.timestamp()

    @property
    def end_s(self) -> float:
        """When it ends, in seconds since the epoch."""
        return self.start_s + self.length_min * MINUTE_S

    @property
    def incident(self) -> tuple[float, float] | None:
        """From when to when something is unusual, in seconds since the epoch; None on a normal day."""
        begins = [segment.from_min for segment in self.segments] + [illness.from_min for illness in self.sickness]
        ends = [segment.to_min for segment in self.segments] + [self.length_min for _ in self.sickness]
        if not begins:
            return None
        return self.start_s + min(begins) * MINUTE_S, self.start_s + min(max(ends), self.length_min) * MINUTE_S

    def calm(self) -> "Scenario":
        """The same day without anything unusual: what usual is can be measured on it."""
        return msgspec.structs.replace(self, segments=(), sickness=())


def read_scenario(text: str, source: str) -> Scenario:
    """A scenario from TOML. source: what errors call it. Raises ScenarioError.

    >>> read_scenario("name = 'x'", "x.toml")
    Traceback (most recent call last):
        ...
    streams.local.traffic.scenario.ScenarioError: x.toml: title: is missing
    """
    try:
        scenario = msgspec.convert(tomllib.loads(text), Scenario)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(source, "", str(error)) from None
    except msgspec.ValidationError as error:
        raise ScenarioError(source, *_field_and_problem(str(error))) from None
    _check(scenario, source)
    return scenario


def load_scenario(name: str | Path) -> Scenario:
    """One of the scenarios that come with the program, by name; or the file at a path, which ends in .toml.

    Raises ScenarioError.

    >>> load_scenario("normal-day").incident is None
    True
    """
    try:
        if str(name).endswith(".toml"):
            return read_scenario(Path(name).read_text(encoding="utf-8"), str(name))
        if name in scenario_names():
            return read_scenario((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(str(name), "", f"cannot be read ({type(error).__name__})") from None
    raise ScenarioError(str(name), "", f"is no scenario; there are {', '.join(scenario_names())}")


def scenario_names() -> list[str]:
    """The scenarios that come with the program."""
    return sorted(file.name.removesuffix(".toml") for file in _FOLDER.iterdir() if file.name.endswith(".toml"))


_FOLDER = files("streams.local") / "scenarios"


def _field_and_problem(message: str) -> tuple[str, str]:
    """What msgspec says, as a field and a problem with it.

    >>> _field_and_problem("Object missing required field `to_min` - at `$.segments[0]`")
    ('segments[0].to_min', 'is missing')
    """
    problem, _, path = message.partition(" - at `$")
    field = path.removesuffix("`").lstrip(".")
    for words, said in (
        ("Object missing required field `", "is missing"),
        ("Object contains unknown field `", "is unknown"),
    ):
        if problem.startswith(words):
            return ".".join(filter(None, (field, problem.removeprefix(words).removesuffix("`")))), said
    return field, problem[:1].lower() + problem[1:]


def _check(scenario: Scenario, source: str) -> None:
    """What one field alone does not show."""
    for number, segment in enumerate(scenario.segments):
        if segment.to_min <= segment.from_min:
            raise ScenarioError(source, f"segments[{number}].to_min", "must be after from_min")
        if segment.ramp_up_min + segment.ramp_down_min > segment.to_min - segment.from_min:
            raise ScenarioError(source, f"segments[{number}].ramp_up_min", "the ramps are longer than the segment")
    names = [team.name for team in scenario.teams]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise ScenarioError(source, f"teams[{number}].name", f"{name} appears twice")
    if scenario.vendor is not None and scenario.vendor.name == HOME_POOL:
        raise ScenarioError(source, "vendor.name", f"{HOME_POOL} is the pool of the employees")
    for urgency in URGENCIES:
        if urgency not in scenario.sla_s:
            raise ScenarioError(source, f"sla_s.{urgency}", "is missing")
    for field in ("topics", "channels", "languages"):
        if not getattr(scenario.traffic, field):
            raise ScenarioError(source, f"traffic.{field}", "must not be empty")
