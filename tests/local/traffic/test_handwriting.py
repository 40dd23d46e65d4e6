import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text import LANGUAGES
from streams.local.traffic.handwriting import as_written
from streams.local.traffic.scenario import CHANNELS

PLAIN = {
    "en": "Please help me because I can't find order A-10293 tonight.",
    "fr": "Bonjour, j'ai un problème avec la commande A-10293 aujourd'hui.",
    "de": "Ich habe die Bestellung A-10293 heute nicht gefunden, wirklich ärgerlich.",
    "es": "Hola, estoy buscando también el pedido A-10293 porque no llegó mañana.",
    "fa": "سلام، لطفا سفارش A-10293 را پیدا کنید، نمی‌تونم ببینمش.",
}


def versions(language: str, channel: str, count: int = 300) -> set[str]:
    return {as_written(random.Random(n), PLAIN[language], language, channel, "neutral") for n in range(count)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_mostly_written_with_care_and_a_chat_is_not(language: str) -> None:
    assert PLAIN[language] in versions(language, "email")
    assert len(versions(language, "chat")) > 5 * len(versions(language, "email"))


@given(st.sampled_from(LANGUAGES), st.sampled_from(CHANNELS), st.integers())
def test_an_order_number_survives_whatever_happens_to_a_text(language: str, channel: str, seed: int) -> None:
    text = as_written(random.Random(seed), PLAIN[language], language, channel, "negative")

    assert re.search(r"a-10293", text, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_transcript_has_no_marks_and_no_capitals(language: str) -> None:
    for text in versions(language, "voice", 50):
        assert text == text.lower()
        assert not set(".,!?؟،") & set(text)


def test_slang_replaces_whole_words_only() -> None:
    texts = versions("en", "sms")

    assert any("pls" in text for text in texts)
    assert not any("tocuz" in text or "urs" in text for text in texts)


def test_persian_is_also_typed_with_arabic_letters_and_without_half_spaces() -> None:
    texts = versions("fa", "chat")

    assert any("ي" in text for text in texts)
    assert any("\u200c" not in text for text in texts)
    assert any("\u200c" in text for text in texts)


@pytest.mark.parametrize(("language", "plain", "typed"), [("fr", "è", "probleme"), ("de", "ä", "aergerlich")])
def test_accents_are_sometimes_forgotten(language: str, plain: str, typed: str) -> None:
    texts = versions(language, "social")

    assert any(typed in text for text in texts)
    assert any(plain in text for text in texts)
