"""The weeks before a scenario, as counts alone: what a surge detector needs before it can know what is usual."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.text import LANGUAGES, TOPICS
from streams.local.traffic.arrivals import Floats, Rates
from streams.local.traffic.scenario import CHANNELS, MINUTE_S, Scenario

_DAY_S = 86_400.0
_HISTORY = 2  # tells this use of the seed from others
# Real counts differ from hour to hour by more than chance. The scenario itself has no such drift, so the demo's
# detectors are a little slower than they could be.
_DRIFT = 0.08  # how far an hour of a topic differs from the same hour of other days
_STAYS = 0.8  # how much of that is left an hour later
_SCATTER = 0.02  # the variance of a topic's counts beyond Poisson, relative to the squared mean
_LIKE_ALL = 10.0  # conversations of a channel that weigh as much as what all channels together say


class Slice(NamedTuple):
    """A part of the traffic that is counted by itself, named as in volume.counts. Nothing named means all.

    >>> str(Slice()), str(Slice(channel="chat")), str(Slice(topic="outage", channel="chat"))
    ('all', 'channel:chat', 'topic:outage,channel:chat')
    """

    topic: str | None = None
    channel: str | None = None
    language: str | None = None

    def __str__(self) -> str:
        named = [f"{field}:{value}" for field, value in zip(self._fields, self, strict=True) if value is not None]
        return ",".join(named) or "all"


SLICES: Final = (
    Slice(),
    *(Slice(channel=channel) for channel in CHANNELS),
    *(Slice(language=language) for language in LANGUAGES),
    *(Slice(topic=topic) for topic in TOPICS),
    *(Slice(topic=topic, channel=channel) for topic in TOPICS for channel in CHANNELS),
)
"""All, each channel, each language, each topic, each topic on each channel: the order of a bucket's counts."""


class Seen(NamedTuple):
    """A conversation's true topic and channel, and what triage made of its first message, which is what counts."""

    true_topic: str
    channel: str
    topic: str
    angry: bool


@dataclass(frozen=True, slots=True)
class Mix:
    """What triage makes of conversations: history as triage would have counted it, mistakes included.

    given: shape (channels, topics, topics): the share given topic j of the conversations on c that are truly about i.
    angry: shape (channels, topics): the share of messages on c given topic j that are angry.
    """

    given: Floats
    angry: Floats

    @classmethod
    def measure(cls, sample: Iterable[Seen]) -> "Mix":
        """From the conversations of an hour or two.

        Mistakes differ from channel to channel; one that says little of a topic is taken to be like all together. A
        topic that nobody wrote about is taken to be recognised.

        >>> mix = Mix.measure(Seen(topic, "chat", topic, True) for topic in TOPICS)
        >>> mix.given.sum(axis=(1, 2)).round(9).tolist(), float(mix.angry.min())
        ([10.0, 10.0, 10.0, 10.0, 10.0, 10.0], 1.0)
        """
        counts = np.zeros((len(CHANNELS), len(TOPICS), len(TOPICS)))
        angry = np.zeros((len(CHANNELS), len(TOPICS)))
        for seen in sample:
            channel, true, given = CHANNELS.index(seen.channel), TOPICS.index(seen.true_topic), TOPICS.index(seen.topic)
            counts[channel, true, given] += 1
            angry[channel, given] += seen.angry
        opened = counts.sum(axis=2)
        of_topic = opened.sum(axis=0)[:, None]
        usual = np.where(of_topic > 0, counts.sum(axis=0) / np.maximum(of_topic, 1), np.eye(len(TOPICS)))
        given = counts.sum(axis=1)
        usually_angry = angry.sum(axis=0) / np.maximum(given.sum(axis=0), 1)
        return cls(
            (counts + _LIKE_ALL * usual) / (opened + _LIKE_ALL)[:, :, None],
            (angry + _LIKE_ALL * usually_angry) / (given + _LIKE_ALL),
        )


class Bucket(NamedTuple):
    """Counts of one bucket. n, n_angry: shape (len(SLICES),), in their order."""

    start_s: float
    n: npt.NDArray[np.int64]
    n_angry: npt.NDArray[np.int64]

    def by_slice(self) -> Mapping[str, tuple[int, int]]:
        """(n, n_angry) by the slice's name, slices without messages left out."""
        return {
            str(part): (n, angry)
            for part, n, angry in zip(SLICES, self.n.tolist(), self.n_angry.tolist(), strict=True)
            if n
        }


def history(scenario: Scenario, seed: int, mix: Mix, *, days: int = 28, bucket_s: float = 60.0) -> Iterator[Bucket]:
    """Counts of the days up to the scenario's start, oldest bucket first, as on usual days.

    bucket_s: a whole number of minutes that divides a day. Raises ValueError for another one.
    """
    if bucket_s <= 0 or bucket_s % MINUTE_S or _DAY_S % bucket_s:
        raise ValueError(f"bucket_s must be whole minutes and divide a day, not {bucket_s:g}")
    rates = Rates(scenario)
    generator = np.random.default_rng([seed, _HISTORY])
    end_s = scenario.start_s - scenario.start_s % bucket_s  # buckets lie alike everywhere: on multiples of their width
    in_a_day = np.arange(0.0, _DAY_S, bucket_s)
    drifts = _drifts(generator, days)
    for day in range(days):
        starts_s = end_s + (day - days) * _DAY_S + in_a_day
        hours = day * 24 + in_a_day / 3_600.0
        drift = np.stack([np.interp(hours, np.arange(len(drifts)), one) for one in drifts.T], axis=1)
        scatter = generator.gamma(1.0 / _SCATTER, _SCATTER, size=drift.shape)
        expected = expected_counts(rates, mix, starts_s, bucket_s) * (drift * scatter)[:, :, None, None]
        counts = generator.poisson(expected)
        angry = generator.binomial(counts, mix.angry.T[None, :, :, None])
        for start_s, n, n_angry in zip(starts_s.tolist(), _slices(counts), _slices(angry), strict=True):
            yield Bucket(start_s, n, n_angry)


def _drifts(generator: np.random.Generator, days: int) -> Floats:
    """What makes one hour of a topic unlike the same hour of other days. Shape (hours, topics), around 1."""
    walk = np.zeros((days * 24 + 1, len(TOPICS)))
    for hour in range(1, len(walk)):
        walk[hour] = _STAYS * walk[hour - 1] + (1.0 - _STAYS**2) ** 0.5 * generator.normal(size=len(TOPICS))
    return np.asarray(np.exp(_DRIFT * walk))


def expected_counts(rates: Rates, mix: Mix, starts_s: Floats, bucket_s: float) -> Floats:
    """The mean of each cell's count on usual days, by the topic that triage gives.

    starts_s: shape (n,), the buckets' starts. Gives (n, topics, channels, languages).
    """
    usual = rates.usual_per_min(starts_s + bucket_s / 2) * (bucket_s / MINUTE_S)
    return np.asarray(np.einsum("ntcl,cts->nscl", usual, mix.given))


def _slices(cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Sums over cells, for each slice: (n, topics, channels, languages) to (n, len(SLICES))."""
    by_pair = cells.sum(axis=3)
    by_channel = by_pair.sum(axis=1)
    parts = (
        by_channel.sum(axis=1, keepdims=True),
        by_channel,
        cells.sum(axis=(1, 2)),
        by_pair.sum(axis=2),
        by_pair.reshape(len(cells), -1),
    )
    return np.concatenate(parts, axis=1)
