from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text import LANGUAGES
from detectors.text.normalise import normalise_many
from detectors.text.phrasebook import DISPUTE, PERSON
from detectors.text.phrases import ASKS_FOR_PERSON, DISPUTES_PAYMENT, find_phrases

KINDS = {ASKS_FOR_PERSON: PERSON, DISPUTES_PAYMENT: DISPUTE}


def find(*texts: str, language: str | None) -> list[int]:
    return find_phrases(normalise_many(texts), [language] * len(texts)).tolist()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_phrase_is_found_in_its_own_language_and_where_nobody_knows_it(kind: int, language: str) -> None:
    for phrase in KINDS[kind][language]:
        for text in (phrase, f"Ok, {phrase}!", f"ok ({phrase}) ok", phrase.upper()):
            assert find(text, language=language)[0] & kind, text
            assert find(text, language=None)[0] & kind, text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_phrase_is_found_within_a_word(kind: int, language: str) -> None:
    for phrase in KINDS[kind][language]:
        _, _, later = phrase.partition(" ")
        if not find(later, language=language)[0] & kind:  # some hold another one
            assert not find(f"x{phrase}", language=language)[0] & kind, phrase


def test_a_phrase_of_another_language_does_not_count() -> None:
    assert find("a human?", "a human?", language="de") == [0, 0]
    assert find("a human?", language="en") == [ASKS_FOR_PERSON]


def test_accents_need_not_be_typed() -> None:
    assert find("debite deux fois", "DÉBITÉ DEUX FOIS", language="fr") == [DISPUTES_PAYMENT] * 2


@pytest.mark.parametrize(
    "text", ["an... agent?", "\u201can agent\u201d", "*an agent*", "\U0001f600an\U0001f600agent", "an\n\nagent"]
)
def test_whatever_is_no_letter_is_a_space(text: str) -> None:
    assert find(text, language="en") == [ASKS_FOR_PERSON]


def test_apostrophes_need_not_be_typed() -> None:
    assert find("didn't make this payment", "didnt make this payment", "didn\u2019t make", language="en") == [2, 2, 2]


def test_what_a_text_says_does_not_depend_on_its_batch() -> None:
    texts = ["a human please", "", "chargeback", "this is fraud, let me talk to a person", "a"]
    assert find(*texts, language="en") == [find(text, language="en")[0] for text in texts]
    assert find(*texts, language="en") == [1, 0, 2, 3, 0]
    assert find("charge", "back", language="en") == [0, 0]


@given(st.lists(st.text(max_size=60), max_size=5), st.sampled_from([*LANGUAGES, None]))
def test_any_texts_give_an_answer(texts: Sequence[str], language: str | None) -> None:
    assert len(find(*texts, language=language)) == len(texts)
