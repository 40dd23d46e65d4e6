from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text import LANGUAGES
from detectors.text.lexicon import COLUMNS, entries, haste, scores, scores_many
from detectors.text.lexicons import LEXICONS
from detectors.text.lexicons.words import EMOJI
from detectors.text.normalise import normalise, normalise_many

NEGATIVE, POSITIVE, URGENT, CALM = range(len(COLUMNS))


@pytest.mark.parametrize(
    ("language", "bad", "good", "neither"),
    [
        ("en", "terrible app, I hate it", "great app, I like it", "the app is on my phone"),
        ("fr", "service nul, je suis déçue", "service génial, je suis ravie", "le service est au rez-de-chaussée"),
        ("de", "furchtbarer Laden, unfreundlich", "schöner Laden, freundlich", "der Laden liegt am Markt"),
        ("es", "pésima atención, estoy harta", "excelente atención, estoy contenta", "la tienda está en el centro"),
        ("fa", "خدماتتون افتضاحه، خیلی ناراضیم", "خدماتتون عالیه، خیلی راضیم", "فروشگاه در مرکز شهر است"),
    ],
)
def test_words_of_feeling_count_on_their_own_side(language, bad, good, neither):
    negative, positive = scores(normalise(bad), language)
    assert negative > 0.5 > positive
    negative, positive = scores(normalise(good), language)
    assert positive > 0.5 > negative
    assert scores(normalise(neither), language) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("language", "turned", "plain"),
    [
        ("en", "I don't like it", "I like it"),
        ("en", "this isnt good", "this is good"),
        ("fr", "je ne suis pas du tout contente", "je suis contente"),
        ("fr", "ça marche pas", "ça marche"),
        ("de", "das gefällt mir nicht", "das gefällt mir"),
        ("de", "keine gute Erfahrung", "gute Erfahrung"),
        ("es", "no me gusta", "me gusta"),
        ("fa", "کیفیتش اصلا خوب نیست", "کیفیتش خوبه"),
    ],
)
def test_a_negation_turns_praise_into_a_complaint(language, turned, plain):
    assert scores(normalise(plain), language)[0] == 0 < scores(normalise(plain), language)[1]
    assert scores(normalise(turned), language)[1] == 0 < scores(normalise(turned), language)[0]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "no problem"),
        ("fr", "aucun souci"),
        ("de", "kein Problem"),
        ("es", "sin problemas"),
        ("fa", "مشکلی ندارم"),
    ],
)
def test_no_problem_is_faint_praise(language, text):
    negative, positive = scores(normalise(text), language)
    assert negative == 0 < positive < 0.3


@pytest.mark.parametrize(
    ("language", "hasty", "calm"),
    [
        ("en", "it is urgent, please come immediately", "not urgent, whenever suits you"),
        ("fr", "c'est urgent", "ce n'est pas urgent"),
        ("de", "es eilt, sofort bitte", "keine Eile"),
        ("es", "tengo prisa, es urgente", "no es urgente"),
        ("fa", "خیلی فوری است", "عجله‌ای ندارم"),
    ],
)
def test_denied_haste_is_calm(language, hasty, calm):
    assert haste(normalise(hasty), language)[1] == 0 < haste(normalise(hasty), language)[0]
    assert haste(normalise(calm), language)[0] == 0 < haste(normalise(calm), language)[1]


def test_a_negation_ends_with_its_clause_and_after_three_words():
    assert scores("not today, great service", "en")[0] == 0
    assert scores("not what i had asked for good", "en")[0] == 0
    assert scores("not cheap but great", "en")[0] == 0


def test_intensifiers_raise_and_softeners_lower():
    faint, plain, strong = (scores(text, "en")[0] for text in ("slightly annoying", "annoying", "really annoying"))
    assert 0 < faint < plain < strong < 1


def test_more_words_say_more_and_never_reach_one():
    series = [scores(" bad" * count, "en")[0] for count in (1, 2, 5, 500)]
    assert all(a < b < 1 for a, b in pairwise(series))


@pytest.mark.parametrize("language", [*LANGUAGES, None, "it"])
def test_emoji_mean_the_same_in_every_language(language):
    assert scores(normalise("😡😡"), language) == (0.8, 0.0)
    assert scores(normalise("ok? 👍🏽"), language)[1] > 0
    assert scores(normalise("xyz :-("), language)[0] > 0
    assert scores(normalise("💩"), language)[0] > 0.5


def test_a_text_of_unknown_language_is_read_with_all_words_that_agree():
    assert scores("furchtbar", None) == scores("furchtbar", "de")
    assert scores("excelente", "it")[1] > 0
    assert scores("furchtbar", "en") == (0.0, 0.0)
    assert scores("mal", None) == scores("mal", "es")  # bad in French and in Spanish


def test_a_word_of_one_language_says_nothing_in_another():
    assert scores("so gift", "en") == (0.0, 0.0)
    assert scores("super", "de")[1] > 0 == scores("super", "en")[1]  # an intensifier in English


WORDS = st.lists(
    st.sampled_from(["not", "bad!", "😡", ",", "nicht", "schlecht", "مشکل", "نیست", "'", "good"]), max_size=9
)


@given(st.lists(st.tuples(WORDS.map(" ".join), st.sampled_from([*LANGUAGES, None])), max_size=6))
def test_texts_in_a_batch_do_not_touch_each_other(rows):
    texts, languages = [text for text, _ in rows], [language for _, language in rows]
    together = scores_many(normalise_many(texts), languages)
    assert together.shape == (len(rows), 4)
    assert ((together >= 0) & (together < 1)).all()
    for row, text, language in zip(together, texts, languages, strict=True):
        assert np.array_equal(row, scores_many(normalise_many([text]), [language])[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lexicon_is_of_some_size_and_gives_each_word_one_meaning(language):
    words = [*entries(LEXICONS[language]), *entries(EMOJI)]
    assert len({word for word, _, _ in words}) == len(words) >= 300
    assert all(word and " " not in word for word, _, _ in words)
    assert {meaning for _, meaning, _ in words} >= {NEGATIVE, POSITIVE, URGENT, CALM}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I have a question concerning my invoice, I won't be at home on Friday"),
        ("en", "to be honest I want to know the rate and whether the hair dryer is in stock"),
        ("fr", "J'aimerais savoir si le sac est disponible, s'il vous plaît"),
        ("fr", "en outre, je voudrais changer mon adresse, j'ai besoin d'aide"),
        ("de", "Wann wird mein Paket ausgeliefert, krieg ich es noch diese Woche?"),
        ("de", "Ich mochte wissen, ob ein Konto eine Adresse braucht"),
        ("es", "quedo a la espera de su respuesta, salvo los lunes"),
        ("es", "me gustaría saber si tienen un seguro de viaje"),
        ("fa", "درود، این پیام از سرکار خانم است و می کند"),
    ],
)
def test_the_plain_words_of_service_say_nothing_of_feeling(language, text):
    assert scores(normalise(text), language) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("fr", "ca m'enerve", "ça m'énerve"),
        ("fr", "je suis decue", "je suis déçue"),
        ("de", "so aergerlich", "so ärgerlich"),
        ("de", "eine grosse Enttaeuschung", "eine große Enttäuschung"),
        ("es", "que verguenza", "qué vergüenza"),
        ("es", "un engano", "un engaño"),
    ],
)
def test_words_are_known_as_they_are_typed_on_a_telephone(language, typed, meant):
    assert scores(normalise(typed), language) == scores(normalise(meant), language) != (0.0, 0.0)


def test_where_the_language_is_not_known_no_language_speaks_for_another():
    for text in ("las entradas con descuento", "how do i use it, what is the rate", "ist das hell genug"):
        assert scores(normalise(text), None) == (0.0, 0.0), text
