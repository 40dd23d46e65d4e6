from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text import LANGUAGES, TOPICS
from streams.local.traffic.arrivals import CELLS, Rates, arrivals
from streams.local.traffic.scenario import CHANNELS, load_scenario
from tests.local.traffic.support import small, with_more

OUTAGE = load_scenario("outage-x3")


def drawn(rates: Rates, seed: int, minutes: int) -> np.ndarray:
    """How many conversations began in each cell."""
    counts = np.zeros(CELLS)
    for minute in range(minutes):
        for arrival in arrivals(rates, seed, rates.scenario.start_s + 60 * minute):
            cell = TOPICS.index(arrival.topic), CHANNELS.index(arrival.channel), LANGUAGES.index(arrival.language)
            counts[cell] += 1
    return counts


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_counts_match_the_rates_by_topic_channel_and_language(axis: int) -> None:
    rates = Rates(OUTAGE)
    middles_s = OUTAGE.start_s + 60.0 * np.arange(180) + 30.0
    others = tuple({0, 1, 2} - {axis})

    seen = drawn(rates, 7, 180).sum(axis=others)
    expected = rates.per_min(middles_s).sum(axis=0).sum(axis=others)

    # For k independent Poisson counts the statistic is chi-square with k degrees of freedom: mean k, variance 2k.
    statistic = float(((seen - expected) ** 2 / expected).sum())
    assert statistic < len(seen) + 4 * np.sqrt(2 * len(seen))


def test_counts_of_single_minutes_are_as_spread_as_poisson_counts() -> None:
    rates = Rates(small(peak_per_min="30"))
    start_s = rates.scenario.start_s
    counts = np.array([len(list(arrivals(rates, seed, start_s))) for seed in range(600)])

    assert 0.85 < counts.var() / counts.mean() < 1.15


def test_the_busiest_hour_of_the_week_has_the_rate_that_the_scenario_says() -> None:
    rates = Rates(small(peak_per_min="50"))
    week_s = np.arange(0.0, 7 * 86_400.0, 900.0)

    assert rates.usual_per_min(week_s).sum(axis=(1, 2, 3)).max() == pytest.approx(50)


def test_a_segment_concerns_its_slice_alone() -> None:
    scenario = with_more(
        '[[segments]]\nfrom_min = 10\nto_min = 20\nfactor = 4\ntopics = ["outage"]\nchannels = ["chat"]\n'
        'languages = ["fr"]\n'
    )
    rates = Rates(scenario)
    times_s = np.array([scenario.start_s + 900.0])

    ratio = rates.per_min(times_s)[0] / rates.usual_per_min(times_s)[0]

    cell = TOPICS.index("outage"), CHANNELS.index("chat"), LANGUAGES.index("fr")
    assert ratio[cell] == pytest.approx(4)
    ratio[cell] = 1
    assert ratio == pytest.approx(np.ones(CELLS))


def test_the_outage_makes_all_traffic_about_three_times_as_large() -> None:
    rates = Rates(OUTAGE)
    usual, outage = rates.per_min(OUTAGE.start_s + 60.0 * np.array([30.5, 80.5])).sum(axis=(1, 2, 3))

    assert 2.7 < outage / usual < 3.3


def test_weekends_are_quieter_and_nights_nearly_silent() -> None:
    rates = Rates(OUTAGE)
    tuesday_noon, saturday_noon, tuesday_night = rates.usual_per_min(
        OUTAGE.start_s + 3600.0 * np.array([0.0, 4 * 24.0, -11.0])
    ).sum(axis=(1, 2, 3))

    assert saturday_noon < 0.8 * tuesday_noon
    assert tuesday_night < 0.15 * tuesday_noon


@given(seed=st.integers(0, 2**32), minute=st.integers(0, 10_000))
def test_a_minute_is_the_same_whenever_it_is_drawn_and_in_order(seed: int, minute: int) -> None:
    rates = Rates(OUTAGE)
    minute_s = OUTAGE.start_s + 60.0 * minute
    first, again = list(arrivals(rates, seed, minute_s)), list(arrivals(rates, seed, minute_s))

    assert first == again
    assert first == sorted(first, key=lambda arrival: arrival.time_s)
    assert all(minute_s <= arrival.time_s <= minute_s + 60.0 for arrival in first)


def test_what_has_no_share_never_comes() -> None:
    rates = Rates(with_more("[traffic.languages]\nfa = 1\n"))

    seen = Counter(arrival.language for minute in range(30) for arrival in arrivals(rates, 1, 60.0 * minute))

    assert set(seen) == {"fa"}
