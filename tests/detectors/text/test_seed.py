from collections import Counter

import pytest

from detectors.text import LANGUAGES, SENTIMENTS, TOPICS, URGENCIES
from detectors.text.normalise import normalise
from detectors.text.seed import SEED
from detectors.text.seed.rows import rows
from streams.local.traffic.texts import PHRASEBOOKS
from tests.detectors.text.overlap import closest


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_about_as_much_of_every_label(language):
    own = [example for example in SEED if example.language == language]
    assert len(own) >= 200
    assert len({normalise(example.text) for example in own}) == len(own)
    assert min(Counter(example.topic for example in own).values()) >= 15
    assert set(Counter(example.topic for example in own)) == set(TOPICS)
    assert min(Counter(example.urgency for example in own)[label] for label in URGENCIES) >= 25
    assert min(Counter(example.sentiment for example in own)[label] for label in SENTIMENTS) >= 25


def test_the_order_visits_every_text_once():
    assert len(set(SEED)) == len(SEED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_seed_is_nearly_a_sentence_of_the_simulated_customers(language):
    """Their traffic shows what the models do on day one, so the models must not know it."""
    seeds = [example.text for example in SEED if example.language == language]
    said = [template.text for topic in TOPICS for template in PHRASEBOOKS[language].about(topic)]
    share, seed, sentence = closest(seeds, said)
    assert share < 0.5, (seed, sentence)


def test_a_corpus_with_an_unknown_mark_is_refused():
    with pytest.raises(ValueError, match="tuple"):
        rows("[weather]\nn- it rains")
    with pytest.raises(KeyError):
        rows("[other]\nx- what")
