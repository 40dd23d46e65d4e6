import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text.features import EXTRA_SLOTS, LEXICON_WEIGHT, extract, language_salt
from detectors.text.lexicon import COLUMNS, scores
from detectors.text.normalise import MAX_CHARS, normalise_many

ANY_TEXT = st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=200)


def features(*texts, language=None, slots_log2=20):
    return extract(normalise_many(texts), [language] * len(texts), slots_log2)


def row(text, language=None, slots_log2=20):
    return features(text, language=language, slots_log2=slots_log2).row(0)


def test_words_pairs_and_groups_of_characters_are_counted_once():
    # words: to be or not (4); pairs: to-be be-or or-not not-to (4); groups: _to_ _be_ _or_ _not not_ (5); a bias
    values = list(row("to be or not to be").values())
    assert values == pytest.approx([2 / 8**0.5] * 8 + [1 / 5**0.5] * 5 + [1.0])


def test_each_block_has_its_norm():
    values = np.array(list(row("where is my parcel, it should be here!").values()))
    words = values[values == values[0]]
    groups = values[len(words) : -1]
    assert np.linalg.norm(words) == pytest.approx(2)
    assert np.linalg.norm(groups) == pytest.approx(1)


def test_the_bias_has_the_slot_after_the_hashed_ones():
    assert row("", slots_log2=10) == {1024: 1.0}
    assert row("x", slots_log2=10)[1024] == 1.0


def test_the_same_word_in_two_languages_shares_no_slot_but_the_bias():
    english, german = row("die", "en"), row("die", "de")
    assert set(english) & set(german) == {1 << 20}
    assert len({language_salt(language) for language in ("en", "de", "fr", None)}) == 4


def test_exclamation_and_emoticons_speak_but_commas_do_not():
    assert row("ok, then.") == row("ok then")
    assert row("ok then!") != row("ok then")
    assert row("ok :(") != row("ok :)")


def test_what_the_lexicons_say_has_slots_of_its_own_and_nothing_where_they_are_silent():
    negative, _ = scores("awful", "en")
    slot = (1 << 20) + 1 + COLUMNS.index("negative")
    assert row("Awful!", "en")[slot] == pytest.approx(LEXICON_WEIGHT * negative)
    assert max(row("a table", "en")) == 1 << 20


def test_a_misspelt_word_shares_groups_of_characters():
    assert len(set(row("delivery")) & set(row("delivry"))) > 3


def test_slots_of_a_known_text_never_change():
    """A published snapshot is read by later versions: another hash would make it nonsense."""
    assert list(row("Wo ist mein Paket? 😡", "de")) == SLOTS


SLOTS = [
    86626,
    59165,
    513431,
    288452,
    345353,
    967837,
    772744,
    612636,
    187434,
    964167,
    267556,
    185,
    54160,
    573755,
    574707,
    288520,
    20062,
    70761,
    464261,
    990441,
    986573,
    1048577,  # negative, says the emoji
    1048576,
]


@given(st.lists(ANY_TEXT, max_size=6), st.integers(8, 20))
def test_any_batch_has_the_features_of_its_texts(texts, slots_log2):
    batch = extract(normalise_many(texts), ["en"] * len(texts), slots_log2)
    assert len(batch.starts) == len(texts) + 1
    for i, text in enumerate(texts):
        assert batch.row(i) == row(text, "en", slots_log2)
        slots = batch.slots[batch.starts[i] : batch.starts[i + 1]]
        assert len(set(slots.tolist())) == len(slots)
        assert slots[-1] == 1 << slots_log2
        assert slots.min() >= 0
        assert slots.max() < (1 << slots_log2) + EXTRA_SLOTS


@pytest.mark.parametrize("unit", ["x ", "! ", "xyz", "😀", "شب ", "\ufdfa"])
def test_work_is_bounded_for_a_text_of_any_length(unit):
    assert len(features(unit * 50_000).slots) <= 3 * MAX_CHARS + EXTRA_SLOTS
