import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text import LANGUAGES, TOPICS, URGENCIES
from streams.local.traffic.messages import answer, opening, relapse, reminder, thanks
from streams.local.traffic.records import Labels
from streams.local.traffic.scenario import CHANNELS
from streams.local.traffic.texts import PHRASEBOOKS

languages, channels, topics = st.sampled_from(LANGUAGES), st.sampled_from(CHANNELS), st.sampled_from(TOPICS)
CALM = Labels("delivery", "normal", "neutral")


@given(languages, channels, topics, st.integers())
def test_an_opening_is_about_its_topic_and_leaves_no_slot_open(
    language: str, channel: str, topic: str, seed: int
) -> None:
    draft = opening(random.Random(seed), language, channel, topic)

    assert draft.labels.topic == topic
    assert draft.body.strip()
    assert not set("{}") & set(draft.body + (draft.subject or ""))
    assert (draft.subject is not None) == (channel == "email")


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_messages_are_no_emergencies_and_most_people_are_not_happy(language: str) -> None:
    rng = random.Random(1)
    labels = [opening(rng, language, "chat", topic).labels for topic in TOPICS for _ in range(200)]
    urgency, sentiment = (Counter(getattr(label, field) for label in labels) for field in ("urgency", "sentiment"))

    assert 0.02 < urgency["urgent"] / 2000 < 0.12
    assert 0.15 < urgency["low"] / 2000 < 0.4
    assert 0.3 < urgency["normal"] / 2000 < 0.55
    assert 0.35 < sentiment["negative"] / 2000 < 0.65
    assert 0.05 < sentiment["positive"] / 2000 < 0.2


def test_a_deadline_makes_a_complaint_at_least_high() -> None:
    deadlines = PHRASEBOOKS["en"].deadlines[:2]
    drafts = [opening(random.Random(seed), "en", "form", "billing") for seed in range(600)]
    pressed = [draft for draft in drafts if any(deadline in draft.body for deadline in deadlines)]

    assert pressed
    assert {draft.labels.urgency for draft in pressed} == {"high"}


def test_whoever_complains_about_the_service_is_negative() -> None:
    drafts = [opening(random.Random(seed), "en", "form", "technical") for seed in range(300)]
    upset = [draft for draft in drafts if any(temper in draft.body for temper in PHRASEBOOKS["en"].tempers)]

    assert upset
    assert {draft.labels.sentiment for draft in upset} == {"negative"}


@given(languages, channels, st.sampled_from(URGENCIES), st.integers(1, 3), st.integers())
def test_the_second_reminder_is_angry_and_never_less_urgent(
    language: str, channel: str, urgency: str, before: int, seed: int
) -> None:
    labels = Labels("delivery", urgency, "neutral")
    first = reminder(random.Random(seed), language, channel, labels, 0).labels
    later = reminder(random.Random(seed), language, channel, labels, before).labels

    assert first == labels
    assert later.sentiment == "negative"
    assert URGENCIES.index(later.urgency) >= max(URGENCIES.index(urgency), URGENCIES.index("high"))


@given(languages, channels, st.integers())
def test_moods_follow_what_happened(language: str, channel: str, seed: int) -> None:
    rng = random.Random(seed)

    assert thanks(rng, language, channel, CALM).labels == Labels("delivery", "low", "positive")
    assert relapse(rng, language, channel, CALM).labels == Labels("delivery", "normal", "negative")
    assert answer(rng, language, channel, CALM._replace(sentiment="negative")).labels == CALM
