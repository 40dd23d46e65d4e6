"""What becomes of texts that are not one plain sentence in one language."""

import pytest

from detectors.text import LANGUAGES, TextMessage, Triage
from detectors.text.normalise import MAX_CHARS

TRIAGE = Triage.default()


def triage(body, **fields):
    return TRIAGE.triage_many([TextMessage(body, **fields)])[0]


def judged(result):
    """All that is said of the text, whatever its length."""
    return result.urgency, result.sentiment, result.topic, result.needs_human_why, result.normalised


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "oh great, the third broken charger in a row. what a joke"),
        ("en", "Thanks for nothing, still waiting for my parcel after a month"),
        ("fr", "bravo, encore un colis perdu, vous êtes nuls"),
        ("de", "na super, schon wieder abgestürzt, so ein Mist"),
        ("es", "qué maravilla, otra vez sin pedido y sin respuesta"),
        ("fa", "دستتون درد نکنه، باز هم بسته‌م نرسیده، خسته شدم"),
    ],
)
def test_sarcasm_that_names_its_grievance_is_negative(language, text):
    assert triage(text, language=language).sentiment.label == "negative"


def test_sarcasm_of_words_of_praise_alone_is_taken_at_its_word():
    """The models read words. Only a label can teach them more: feedback is for that."""
    assert triage("wow, just wonderful, thank you so much", language="en").sentiment.label == "positive"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("hola, my refund still no ha llegado, please ayuda", "refund"),
        ("hallo, mein account is locked, please reset my password", "account"),
        ("salut, the parcel n'est pas arrivé, where is my colis", "delivery"),
    ],
)
def test_a_text_in_two_languages_keeps_its_topic(text, topic):
    result = triage(text)
    assert result.topic.label == topic
    assert result.language.label in LANGUAGES


@pytest.mark.parametrize("text", ["", " \n", "...", "\u200b\u200d"])
def test_an_empty_text_says_nothing(text):
    result = triage(text)
    assert result.normalised in ("", "..")
    assert result.urgency.label in ("low", "normal")
    assert result.language.probability == pytest.approx(0.2)
    assert result.needs_human_why == ()


def test_a_text_of_emoji_has_no_language_and_a_result():
    for text in ("😡😡😡", "👍", "🙏🙏 ❤️"):
        result = triage(text)
        assert result.language.probability == pytest.approx(0.2)
        assert sum(result.sentiment.probabilities) == pytest.approx(1.0)


@pytest.mark.parametrize("character", ["x", "ی", "😡", ">", "\n"])
def test_fifty_thousand_characters_are_read_up_to_the_limit(character):
    text = "my parcel never arrived " + character * 50_000
    result = triage(text, language="en")
    assert len(result.normalised) <= MAX_CHARS
    assert result.normalised.startswith("my parcel never arrived")


def test_what_comes_after_the_limit_changes_no_judgement():
    long = "where is my parcel, it should have been here on monday. " * 200
    assert judged(triage(long, language="en")) == judged(triage(long + "someone hacked my account!", language="en"))


LOG = "\n".join(f"2026-05-05T10:{i}:00 ERROR [worker-{i}] SocketTimeoutException at Client.java:{i}" for i in range(40))
TRACE = "Traceback (most recent call last):\n  File \"/srv/app.py\", line 12, in main\n    run()\nKeyError: 'export'"


@pytest.mark.parametrize("paste", [LOG, TRACE])
def test_a_pasted_log_or_trace_keeps_the_complaint_before_it_technical(paste):
    plain = "the app crashes every time i export a file"
    assert triage(f"{plain}\n{paste}", language="en").topic.label == "technical"
    assert triage(f"{plain}\n{paste}", language="en").normalised.startswith(plain)


def test_the_numbers_and_addresses_of_a_log_are_masked():
    normalised = triage(
        "error 0x7ffd at https://h.example/x?id=9 user bob@example.com 10.0.0.1", language="en"
    ).normalised
    assert normalised == "error 0x0ffd at 🔗 user ✉ 0"


CHAIN = (
    "\n\nOn Tue, 5 May 2026 at 10:12, Support <help@example.com> wrote:\n"
    "> Somebody hacked your account, this is fraud, call us immediately.\n> Security team\n"
)
SIGNATURE = "\n\n-- \nAnn Example\nHead of Fraud and Security\nSent from my iPhone"


def test_of_a_letter_with_its_history_only_the_newest_part_counts():
    plain = triage("Where can I download my invoice?", language="en")
    assert plain.topic.label == "billing"
    assert triage("Where can I download my invoice?" + CHAIN, language="en") == plain
    assert triage("Where can I download my invoice?" + SIGNATURE + CHAIN, language="en") == plain


def test_a_letter_that_only_quotes_is_read_whole():
    assert "hacked" in triage(CHAIN.strip(), language="en").normalised


def test_the_subject_stays_where_the_body_is_cut():
    result = triage("Please do." + CHAIN, subject="Cancel my subscription", language="en")
    assert result.normalised == "cancel my subscription please do."
