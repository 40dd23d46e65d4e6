"""When conversations begin, and about what: the rates of a week, and a Poisson process that follows them.

A rate holds for a minute, so counts of history and the beginnings of conversations come from the same figures, and a
minute's beginnings depend on nothing but the scenario, the seed and the minute.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.text import LANGUAGES, TOPICS
from streams.local.traffic.scenario import CHANNELS, MINUTE_S, Scenario
from streams.local.traffic.shapes import channel_shape, language_shape, topic_shape

Floats = npt.NDArray[np.float64]
CELLS = (len(TOPICS), len(CHANNELS), len(LANGUAGES))
"""A cell of traffic is one topic on one channel in one language; arrays of rates have these axes."""

_WEEK_S = 7 * 86_400.0
_ARRIVALS = 1  # tells this use of the seed from others


class Arrival(NamedTuple):
    """A conversation begins."""

    time_s: float
    topic: str
    channel: str
    language: str


class Rates:
    """How many conversations begin per minute, in each cell.

    >>> from streams.local.traffic.scenario import load_scenario
    >>> scenario = load_scenario("outage-x3")
    >>> rates = Rates(scenario)
    >>> before, during = rates.per_min(scenario.start_s + np.array([1800.0, 5400.0])).sum(axis=(1, 2, 3))
    >>> bool(2.8 < during / before < 3.2)
    True
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        traffic = scenario.traffic
        self._shares = (
            _shares(traffic.topics, TOPICS),
            _shares(traffic.channels, CHANNELS),
            _shares(traffic.languages, LANGUAGES),
        )
        hours_s = np.arange(0.0, _WEEK_S, 900.0)
        self._scale = traffic.peak_per_min / float(self._shape(hours_s).sum(axis=(1, 2, 3)).max())
        self._masks = [
            _mask(segment.topics, TOPICS)[:, None, None]
            & _mask(segment.channels, CHANNELS)[None, :, None]
            & _mask(segment.languages, LANGUAGES)[None, None, :]
            for segment in scenario.segments
        ]

    def usual_per_min(self, times_s: Floats) -> Floats:
        """As on any such day, without the scenario's segments. times_s: shape (n,); gives (n, *CELLS)."""
        return self._shape(times_s) * self._scale

    def per_min(self, times_s: Floats) -> Floats:
        """With the scenario's segments. times_s: shape (n,), seconds since the epoch; gives (n, *CELLS)."""
        rates = self.usual_per_min(times_s)
        for segment, mask in zip(self.scenario.segments, self._masks, strict=True):
            minutes = (times_s - self.scenario.start_s) / MINUTE_S
            factors = np.array([segment.factor_at(minute) for minute in minutes])
            rates *= np.where(mask[None], factors[:, None, None, None], 1.0)
        return rates

    def _shape(self, times_s: Floats) -> Floats:
        topics, channels, languages = self._shares
        return np.asarray(
            (topics * topic_shape(times_s))[:, :, None, None]
            * (channels * channel_shape(times_s))[:, None, :, None]
            * (languages * language_shape(times_s))[:, None, None, :]
        )


def arrivals(rates: Rates, seed: int, minute_s: float) -> Iterator[Arrival]:
    """The conversations that begin in the minute from ``minute_s`` on, in order of time.

    The sum of Poisson processes is one, whose events belong to each in proportion to the rates.
    Source: Kingman, Poisson Processes (1993), sections 2.2 and 5.1.
    """
    cells = rates.per_min(np.array([minute_s + MINUTE_S / 2])).ravel()
    generator = np.random.default_rng([seed, _ARRIVALS, round(minute_s)])
    steps = np.cumsum(cells)
    count = int(generator.poisson(steps[-1]))
    times_s = minute_s + MINUTE_S * np.sort(generator.random(count))
    chosen = np.searchsorted(steps, steps[-1] * generator.random(count), side="right")
    for time_s, topic, channel, language in zip(times_s.tolist(), *np.unravel_index(chosen, CELLS), strict=True):
        yield Arrival(time_s, TOPICS[topic], CHANNELS[channel], LANGUAGES[language])


def _shares(weights: Mapping[Any, float], names: Iterable[str]) -> Floats:
    shares = np.array([weights.get(name, 0.0) for name in names])
    return np.asarray(shares / shares.sum())


def _mask(chosen: tuple[str, ...], names: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    return np.array([not chosen or name in chosen for name in names])
