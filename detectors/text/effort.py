"""How much work a message will be: a table on the first day, then learned from handling times.

In whole units, since sums of whole numbers are exact. A rep's capacity is in the same units (6 by default).

The model is a straight line in logarithms. With u the table's units and x saying topic, channel and length (0 or 1
each), a ticket takes about exp(c + log u + w x) seconds, and its effort is exp(log u + w x), rounded. The seconds that
a unit takes, exp(c), are learned along; w starts at 0 with a standard deviation of `_SPREAD`, so that a few tickets
move little and the table stays where nothing was measured. Every ticket is one exact step of Bayesian linear
regression. A ticket that lay open over a weekend says little of the work: surprises are cut at `_SURPRISE`.

Source: Murphy, "Machine Learning: A Probabilistic Perspective", 2012, section 7.6 (recursive least squares).
"""

import json
import math
from typing import Final, Self

import numpy as np

from detectors.text.labels import TOPICS

MAX_UNITS: Final = 6
"""No message is more: it fills a rep."""

_SLOW_TOPICS: Final = frozenset({"billing", "refund", "security", "technical"})  # something must be looked up or tried
_SLOW_CHANNELS: Final = frozenset({"email", "form", "voice"})  # a whole answer at once, or undivided attention
_LONG_CHARS: Final = 1_000

_CHANNELS: Final = ("email", "chat", "sms", "social", "voice", "form")
_FACTS: Final = {name: i for i, name in enumerate(("seconds", *TOPICS, *_CHANNELS, "long"))}
_UNIT_S: Final = 300.0
_SPREAD: Final = 0.4  # of a topic's, a channel's or a length's own factor, in logarithms: a third more or less
_UNIT_SPREAD: Final = 2.0  # the seconds of a unit are hardly known beforehand
_NOISE: Final = 0.7  # of a single handling time
_SURPRISE: Final = 1.5


def effort_units(topic: str, channel: str, length_chars: int) -> int:
    """Units of effort, 1 to 4, before anything was learned: a plain question in a chat is 1.

    One more each for billing, refund, security and technical; for email, form and voice; for 1,000 characters or more.

    >>> effort_units("delivery", "chat", 40), effort_units("billing", "email", 40), effort_units("refund", "form", 2000)
    (1, 3, 4)
    """
    return 1 + (topic in _SLOW_TOPICS) + (channel in _SLOW_CHANNELS) + (length_chars >= _LONG_CHARS)


class EffortModel:
    """Units of effort from a message's topic, channel and length, learned from how long tickets took.

    >>> model = EffortModel()
    >>> model.units("billing", "chat", 40)
    2
    >>> for _ in range(200):
    ...     model.learn("billing", "chat", 40, handling_s=900.0)
    ...     model.learn("delivery", "chat", 40, handling_s=180.0)
    >>> model.units("billing", "chat", 40), model.units("delivery", "chat", 40)
    (3, 1)
    """

    def __init__(self) -> None:
        self._mean = np.zeros(len(_FACTS))
        self._mean[0] = math.log(_UNIT_S)
        self._covariance = np.diag([_UNIT_SPREAD**2] + [_SPREAD**2] * (len(_FACTS) - 1))
        self._units: dict[tuple[str, str, bool], int] = {}  # worked out since the last ticket was learned

    def units(self, topic: str, channel: str, length_chars: int) -> int:
        """Units of effort, 1 to `MAX_UNITS`. What is not a known topic or channel has the table's estimate."""
        key = topic, channel, length_chars >= _LONG_CHARS
        units = self._units.get(key)
        if units is None:
            factor = math.exp(sum(self._mean[i] for i in _facts(topic, channel, length_chars)))
            units = min(max(round(effort_units(topic, channel, length_chars) * factor), 1), MAX_UNITS)
            self._units[key] = units
        return units

    def learn(self, topic: str, channel: str, length_chars: int, handling_s: float) -> None:
        """Learn from one resolved ticket that it took `handling_s` seconds of work.

        Deterministic. Raises ValueError unless `handling_s` is finite and above 0.
        """
        if not (math.isfinite(handling_s) and handling_s > 0):
            raise ValueError("handling_s must be above 0")
        self._units.clear()
        facts = [0, *_facts(topic, channel, length_chars)]
        expected = math.log(effort_units(topic, channel, length_chars)) + float(self._mean[facts].sum())
        surprise = min(max(math.log(handling_s) - expected, -_SURPRISE), _SURPRISE)
        towards = self._covariance[:, facts].sum(axis=1)
        variance = float(towards[facts].sum()) + _NOISE**2
        self._mean += towards * (surprise / variance)
        self._covariance -= np.outer(towards, towards) / variance

    def dump(self) -> bytes:
        """All of it as JSON, exact to the last bit."""
        state = {"facts": list(_FACTS), "mean": self._mean.tolist(), "covariance": self._covariance.tolist()}
        return json.dumps(state, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """What `dump` wrote. Raises ValueError if the bytes are something else."""
        model = cls()
        try:
            state = json.loads(data)
            facts = state["facts"]
            mean = np.array(state["mean"], dtype=np.float64)
            covariance = np.array(state["covariance"], dtype=np.float64)
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise ValueError("not an effort model") from error
        if facts != list(_FACTS) or mean.shape != model._mean.shape or covariance.shape != model._covariance.shape:
            raise ValueError("an effort model of other facts")
        if not (np.isfinite(mean).all() and np.isfinite(covariance).all() and (covariance.diagonal() >= 0).all()):
            raise ValueError("an effort model with impossible numbers")
        model._mean, model._covariance = mean, covariance
        return model


def _facts(topic: str, channel: str, length_chars: int) -> list[int]:
    """What is true of a message, as places in the mean: only what is known, and nothing twice."""
    names = [topic if topic in TOPICS else None, channel if channel in _CHANNELS else None]
    return [_FACTS[name] for name in names if name] + ([_FACTS["long"]] if length_chars >= _LONG_CHARS else [])
