import numpy as np

from detectors.text import LANGUAGES, TOPICS
from streams.local.traffic.scenario import CHANNELS
from streams.local.traffic.shapes import channel_shape, language_shape, topic_shape

MONDAY_S = 4 * 86_400.0  # the first Monday after the epoch
HOUR_S = 3_600.0


def test_letters_come_in_office_hours_and_social_media_wakes_in_the_evening() -> None:
    email, social = CHANNELS.index("email"), CHANNELS.index("social")
    noon, evening = channel_shape(MONDAY_S + HOUR_S * np.array([10.0, 20.0]))

    assert noon[email] > 2 * evening[email]
    assert evening[social] > noon[social]


def test_the_shape_has_no_jumps_within_a_day() -> None:
    shape = channel_shape(MONDAY_S + np.arange(0.0, 86_400.0, 60.0))

    assert float(np.abs(np.diff(shape, axis=0)).max()) < 0.02


def test_invoices_rest_at_weekends_more_than_outages_do() -> None:
    billing, outage = TOPICS.index("billing"), TOPICS.index("outage")
    monday, tuesday, saturday = topic_shape(MONDAY_S + 86_400.0 * np.array([0.5, 1.5, 5.5]))

    assert saturday[billing] / tuesday[billing] < saturday[outage] / tuesday[outage]
    assert monday[billing] > tuesday[billing]


def test_the_weekend_falls_where_a_language_is_spoken() -> None:
    friday_noon, saturday_noon = language_shape(MONDAY_S + 86_400.0 * np.array([4.4, 5.4]))
    persian, german = LANGUAGES.index("fa"), LANGUAGES.index("de")

    assert friday_noon[persian] < saturday_noon[persian]
    assert friday_noon[german] > saturday_noon[german]
