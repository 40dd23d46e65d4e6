import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text.normalise import normalise
from detectors.text.words import telling_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, I'm John Smith and my router is broken", ["john", "smith", "router", "broken"]),
        ("Dear Mr Brown, the invoice 4711 arrived", ["invoice", "arrived"]),
        ("My name is Anna! The app crashes.", ["app", "crashes"]),
        ("Guten Tag Herr Müller, die Rechnung stimmt nicht", ["guten", "tag", "rechnung", "stimmt"]),
        ("Señora Gómez: la factura llegó tarde", ["factura", "llegó", "tarde"]),
        ("اسم من رضا است، اینترنت قطع شد", ["رضا", "اینترنت", "قطع"]),
        ("write to me@example.org or see https://example.org/x or @support", ["write", "see"]),
        ("", []),
    ],
)
def test_fillers_numbers_masks_and_what_follows_a_title_are_left_out(text: str, words: list[str]) -> None:
    assert telling_words(normalise(text)) == words


@given(st.text())
def test_whatever_the_text_words_are_made_of_letters_and_bounded(text: str) -> None:
    for word in telling_words(normalise(text)):
        assert 3 <= len(word) <= 24
        assert word.replace("-", "").isalpha()


@given(st.lists(st.text("abcdefghij ", max_size=12), max_size=30))
def test_what_was_read_before_changes_nothing(texts: list[str]) -> None:
    once = [telling_words(text) for text in texts]
    assert [telling_words(text) for text in reversed(texts)] == once[::-1]
