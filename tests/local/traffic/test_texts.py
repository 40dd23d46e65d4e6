from string import Formatter

import pytest

from detectors.text import LANGUAGES, SENTIMENTS, TOPICS, URGENCIES
from detectors.text.seed import de, en, es, fa, fr
from streams.local.traffic.texts import PHRASEBOOKS, Template

SEEDS = {text for module in (de, en, es, fa, fr) for text, *_ in module.ROWS}
MADE_UP = {"order", "amount", "time"}  # slots that are not in a phrasebook


def templates(language: str) -> list[Template]:
    return [template for topic in TOPICS for template in PHRASEBOOKS[language].about(topic)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_many_sentences_over_every_topic_urgency_and_sentiment(language: str) -> None:
    own = templates(language)

    assert len({template.text for template in own}) == len(own) >= 50
    assert min(len(PHRASEBOOKS[language].about(topic)) for topic in TOPICS) >= 5
    assert {template.urgency for template in own} == set(URGENCIES)
    assert {template.sentiment for template in own} == set(SENTIMENTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_one_that_the_models_were_seeded_with(language: str) -> None:
    assert not SEEDS & {template.text for template in templates(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_can_be_filled(language: str) -> None:
    book = PHRASEBOOKS[language]
    texts = [template.text for template in templates(language)] + [*book.subjects.values()]
    for part in ("greetings", "farewells", "hails", "deadlines", "tempers", "nudges", "reproaches", "answers"):
        texts += getattr(book, part)

    slots = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}

    assert slots <= MADE_UP | set(book.slots)
