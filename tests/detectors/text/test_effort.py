"""Effort: the table first, then what tickets really took."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text.effort import MAX_UNITS, EffortModel, effort_units
from detectors.text.labels import TOPICS

CHANNELS = ("email", "chat", "sms", "social", "voice", "form")
ANY_MESSAGE = st.tuples(
    st.sampled_from((*TOPICS, "a new one")), st.sampled_from((*CHANNELS, "fax")), st.integers(0, 5000)
)


@given(ANY_MESSAGE)
def test_a_new_model_says_what_the_table_says(message):
    assert EffortModel().units(*message) == effort_units(*message)


def test_it_learns_what_each_topic_takes_whatever_a_unit_takes():
    """A refund takes twice the table's, a technical problem half; the desk is slower than anyone thought."""
    rng, model = random.Random(1), EffortModel()
    for _ in range(1_000):
        topic, channel = rng.choice(TOPICS), rng.choice(CHANNELS)
        factor = {"refund": 2.0, "technical": 0.5}.get(topic, 1.0)
        model.learn(
            topic, channel, 50, 1_700.0 * factor * effort_units(topic, channel, 50) * rng.lognormvariate(0, 0.5)
        )
    assert model.units("refund", "chat", 50) == 4
    assert model.units("technical", "chat", 50) == 1
    assert model.units("delivery", "chat", 50) == effort_units("delivery", "chat", 50)


def test_a_few_tickets_move_little_and_one_that_lay_open_for_a_week_hardly_more_than_a_slow_one():
    slow, open_for_a_week = EffortModel(), EffortModel()
    for model in (slow, open_for_a_week):
        model.learn("billing", "email", 50, 900.0)
    slow.learn("account", "chat", 50, 3_600.0)
    open_for_a_week.learn("account", "chat", 50, 7 * 86_400.0)
    assert slow.dump() == open_for_a_week.dump()
    assert slow.units("account", "chat", 50) == 1


@given(st.lists(st.tuples(ANY_MESSAGE, st.floats(1e-3, 1e7)), max_size=30))
def test_units_stay_whole_and_within_bounds_and_a_dump_goes_on_alike(tickets):
    model = EffortModel()
    for message, handling_s in tickets:
        model.learn(*message, handling_s)
        assert 1 <= model.units(*message) <= MAX_UNITS
    copy = EffortModel.load(model.dump())
    for one in (model, copy):
        one.learn("billing", "voice", 2_000, 300.0)
    assert copy.dump() == model.dump()


@pytest.mark.parametrize("handling_s", [0.0, -1.0, math.nan, math.inf])
def test_an_impossible_time_is_refused(handling_s):
    model = EffortModel()
    with pytest.raises(ValueError, match="handling_s"):
        model.learn("billing", "chat", 10, handling_s)
    assert model.dump() == EffortModel().dump()


@pytest.mark.parametrize("data", [b"", b"{}", b"null", b"\xff", EffortModel().dump()[:-1]])
def test_foreign_bytes_are_refused(data):
    with pytest.raises(ValueError):
        EffortModel.load(data)
