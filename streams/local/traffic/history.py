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
    """What one message came to: its conversation's true topic, and what triage made of it."""

    true_topic: str
    opens: bool
    topic: str
    angry: bool


@dataclass(frozen=True, slots=True)
class Mix:
    """What triage makes of conversations: history as triage would have counted it, mistakes included.

    messages: shape (topics, topics): messages given topic j for each conversation that is truly about i.
    angry: shape (topics,): the share of messages given topic j that are angry.
    """

    messages: Floats
    angry: Floats

    @classmethod
    def measure(cls, sample: Iterable[Seen]) -> "Mix":
        """From messages of a normal time, an hour or two of them. Raises ValueError if a topic never opened.

        >>> mix = Mix.measure(Seen(topic, True, topic, True) for topic in TOPICS)
        >>> float(mix.messages.sum()), float(mix.angry.min())
        (10.0, 1.0)
        """
        counts = np.zeros((len(TOPICS), len(TOPICS)))
        opened, angry = np.zeros(len(TOPICS)), np.zeros(len(TOPICS))
        for seen in sample:
            true, given = TOPICS.index(seen.true_topic), TOPICS.index(seen.topic)
            counts[true, given] += 1
            opened[true] += seen.opens
            angry[given] += seen.angry
        if not opened.all():
            raise ValueError("the sample is too small: some topic never opened a conversation")
        return cls(counts / opened[:, None], angry / np.maximum(counts.sum(axis=0), 1))


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
    for day in range(-days, 0):
        starts_s = end_s + day * _DAY_S + np.arange(0.0, _DAY_S, bucket_s)
        counts = generator.poisson(expected_counts(rates, mix, starts_s, bucket_s))
        angry = generator.binomial(counts, mix.angry[None, :, None, None])
        for start_s, n, n_angry in zip(starts_s.tolist(), _slices(counts), _slices(angry), strict=True):
            yield Bucket(start_s, n, n_angry)


def expected_counts(rates: Rates, mix: Mix, starts_s: Floats, bucket_s: float) -> Floats:
    """The mean of each cell's count on usual days, by the topic that triage gives.

    starts_s: shape (n,), the buckets' starts. Gives (n, topics, channels, languages).
    """
    usual = rates.usual_per_min(starts_s + bucket_s / 2) * (bucket_s / MINUTE_S)
    return np.asarray(np.einsum("ntcl,ts->nscl", usual, mix.messages))


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
