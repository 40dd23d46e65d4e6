"""The shape of a day and of a week: how busy topics, channels and languages are at a time, against their own mean.

The curves are made up, after what support desks publish of themselves: letters come in office hours with a dip at
noon, chats and calls go on into the evening, social media wakes late; technical trouble goes on at weekends, invoices
do not.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text import LANGUAGES, TOPICS
from streams.local.traffic.scenario import CHANNELS

Floats = npt.NDArray[np.float64]

_HOUR_S = 3_600.0
_DAY_S = 86_400.0

# One digit an hour of the day, from midnight.
_OFFICE: Final = "000001358998889998643221"
_EVENING: Final = "211111245677777778899864"
_ALL_DAY: Final = "111111246888877888888754"
_DAY_OF_CHANNEL: Final = {
    "email": _OFFICE, "chat": _ALL_DAY, "sms": _ALL_DAY, "social": _EVENING, "voice": _OFFICE, "form": _ALL_DAY,
}  # fmt: skip
# Against a working day.
_WEEKEND_OF_TOPIC: Final = {
    "account": 0.6, "billing": 0.3, "cancellation": 0.45, "delivery": 0.7, "outage": 0.9, "product": 0.8,
    "refund": 0.5, "security": 0.9, "technical": 0.8, "other": 0.6,
}  # fmt: skip
_MONDAY_OF_TOPIC: Final = {"billing": 1.25, "delivery": 1.2, "refund": 1.2}
# Hours ahead of UTC, and the days that are no working days where most of its speakers live (Monday is 0).
_PLACE_OF_LANGUAGE: Final = {
    "en": (0.0, (5, 6)), "fr": (1.0, (5, 6)), "de": (1.0, (5, 6)), "es": (-1.0, (5, 6)), "fa": (3.5, (3, 4)),
}  # fmt: skip
_REST_OF_LANGUAGE: Final = 0.85


def channel_shape(times_s: Floats) -> Floats:
    """By the hour of the day (UTC), between the hours on a straight line. Gives (n, channels)."""
    hours = times_s / _HOUR_S % 24.0
    return np.stack([_curve(_DAY_OF_CHANNEL[channel], hours) for channel in CHANNELS], axis=1)


def topic_shape(times_s: Floats) -> Floats:
    """By the day of the week (UTC). Gives (n, topics)."""
    days = _weekday(times_s)
    weekend = np.array([_WEEKEND_OF_TOPIC[topic] for topic in TOPICS])
    monday = np.array([_MONDAY_OF_TOPIC.get(topic, 1.0) for topic in TOPICS])
    return np.where((days >= 5)[:, None], weekend, np.where((days == 0)[:, None], monday, 1.0))


def language_shape(times_s: Floats) -> Floats:
    """By the hour and the weekend of where a language is spoken. Gives (n, languages)."""
    shapes = []
    for language in LANGUAGES:
        ahead_hours, rest_days = _PLACE_OF_LANGUAGE[language]
        local_s = times_s + ahead_hours * _HOUR_S
        awake = 0.5 + _curve(_ALL_DAY, local_s / _HOUR_S % 24.0) / 2
        shapes.append(awake * np.where(np.isin(_weekday(local_s), rest_days), _REST_OF_LANGUAGE, 1.0))
    return np.stack(shapes, axis=1)


def _weekday(times_s: Floats) -> npt.NDArray[np.int64]:
    """Monday is 0; the epoch began on a Thursday."""
    return ((times_s // _DAY_S).astype(np.int64) + 3) % 7


def _curve(digits: str, hours: Floats) -> Floats:
    values = np.array([int(digit) for digit in digits], dtype=np.float64)
    return np.asarray(np.interp(hours, np.arange(25), np.append(values, values[0])) / values.mean())
