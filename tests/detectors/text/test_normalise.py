import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text.normalise import MAX_CHARS, normalise, normalise_many

ANY_TEXT = st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=200)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HELLO  World", "hello world"),
        ("  \t tabs\n\nand lines \r\n", "tabs and lines"),
        ("soooo gooood", "soo good"),
        ("no!!!!!", "no!!"),
        ("😡😡😡😡", "😡😡"),
        ("paid 12.50 on 03/04/2026 at 10:30", "paid 0 on 0 at 0"),
        ("iPhone15 and 2FA", "iphone0 and 0fa"),
        ("۱۲۳ ١٢٣ 123", "0 0 0"),
        ("http://a.b/c?d=1 x", "🔗 x"),
        ("see (HTTPS://Exam.ple/x)", "see (🔗"),
        ("www.example.com", "🔗"),
        ("http is no link, ww. neither", "http is no link, ww. neither"),
        ("at\u200c@x.y, ht\u200ctp://a", "✉, 🔗"),
        ("_a@b and a_@ b", "✉ and a_@ b"),
        ("write to first.last+tag@mail.example.org now", "write to ✉ now"),
        ("@Some_User1 hi", "@ hi"),
        ("me @ home", "me @ home"),
        ("كيف يمكنني", "کیف یمکننی"),
        ("می‌خواهم", "میخواهم"),
        ("مُحَمَّد", "محمد"),
        ("ﬁne ｆｕｌｌ", "fine full"),
        ("don’t", "don't"),
        ("👍🏽 👍", "👍 👍"),
        ("\u202eevil\u202c \ufefftext", "evil text"),
        ("a\x00b\x07c", "a b c"),
        ("\ud800\udfffx", "x"),
        ("İSTANBUL", "istanbul"),
        ("Straße ẞ", "straße ß"),
        ("", ""),
    ],
)
def test_a_text_becomes(text, expected):
    assert normalise(text) == expected


@given(ANY_TEXT)
def test_any_text_is_normalised(text):
    plain = normalise(text)
    assert len(plain) <= MAX_CHARS
    assert plain == plain.strip(" ")
    assert "  " not in plain
    assert not any(a == b == c for a, b, c in zip(plain, plain[1:], plain[2:], strict=False))
    plain.encode("utf-8")  # no lone surrogate is left


@given(st.lists(ANY_TEXT, max_size=8))
def test_texts_in_a_batch_do_not_touch_each_other(texts):
    assert normalise_many(texts).strings() == [normalise(text) for text in texts]


@given(st.text("abcdeéßñ ABC019.,:/-+@_!?'😡🔗✉کیم\u200c\u064e", max_size=80))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


def test_only_the_first_characters_are_read():
    assert normalise("ab " * MAX_CHARS) == normalise(("ab " * MAX_CHARS)[:MAX_CHARS])


def test_a_character_that_unfolds_to_many_stays_within_the_limit():
    assert len(normalise("\ufdfa" * MAX_CHARS)) <= MAX_CHARS
