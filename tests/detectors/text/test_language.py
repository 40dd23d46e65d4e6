import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from detectors.text import LANGUAGES
from detectors.text.language import detect_languages, stated_language


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN-gb", "en"),
        ("fa_IR", "fa"),
        (" de ", "de"),
        ("zh-Hant-TW", "zh"),
        ("und", None),
        ("", None),
        (None, None),
        ("english", None),
        ("e", None),
        ("e\ud800", None),
    ],
)
def test_a_stated_tag_gives_its_language(tag, language):
    assert stated_language(tag) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my parcel please", "en"),
        ("où est mon colis s'il vous plaît", "fr"),
        ("wo bleibt denn mein Paket", "de"),
        ("¿dónde está mi paquete?", "es"),
        ("بسته من کجاست", "fa"),
        ("سلام", "fa"),
    ],
)
def test_a_short_text_is_recognised(text, language):
    [probabilities] = detect_languages([text])
    assert LANGUAGES[probabilities.argmax()] == language


@given(st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=100))
def test_any_text_gives_a_distribution(text):
    [probabilities] = detect_languages([text])
    assert len(probabilities) == len(LANGUAGES)
    assert sum(probabilities) == pytest.approx(1.0, abs=1e-5)


WORDS = ("where", "is", "das", "Paket", "livraison", "¿dónde", "سلام", "سفارش", "MEIN", "KONTO", "naïve")
TEXTS = st.one_of(
    st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=100),
    st.lists(st.sampled_from(WORDS)).map(" ".join),
)


@pytest.fixture(scope="module")
def package():
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier


@given(texts=st.lists(TEXTS, max_size=5))
def test_the_compiled_detector_answers_what_the_package_answers(package, texts):
    found = detect_languages(texts)
    for text, probabilities in zip(texts, found, strict=True):
        if any(map(str.isalpha, text)):
            ranked = dict(package.rank(text))
            assert probabilities.tolist() == pytest.approx([ranked[name] for name in LANGUAGES], abs=1e-4)
