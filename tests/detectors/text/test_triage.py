import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text import LANGUAGES, SENTIMENTS, TOPICS, URGENCIES, TextClassifier, TextMessage, Triage, Verdict
from detectors.text.effort import effort_units
from detectors.text.seed import SEED, SEED_VERSION

ANY_TEXT = st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=100)
TRIAGE = Triage.default()


def triage(body, **fields):
    return TRIAGE.triage_many([TextMessage(body, **fields)])[0]


def check(result):
    for verdict, labels in (
        (result.urgency, URGENCIES),
        (result.sentiment, SENTIMENTS),
        (result.topic, TOPICS),
    ):
        assert verdict.probability == verdict.probabilities[labels.index(verdict.label)]
        assert sum(verdict.probabilities) == pytest.approx(1.0)
    assert 0 <= result.language.probability <= 1
    assert result.effort_units in (1, 2, 3, 4)
    assert result.needs_human == (result.needs_human_why != ())
    assert result.model_versions == dict.fromkeys(("urgency", "sentiment", "topic"), SEED_VERSION)


@settings(max_examples=100)
@given(
    st.lists(
        st.builds(
            TextMessage,
            body=ANY_TEXT,
            subject=st.none() | ANY_TEXT,
            language=st.none() | st.sampled_from([*LANGUAGES, "it", "und", "??"]) | st.text(max_size=5),
            channel=st.sampled_from(["email", "chat", "voice"]) | st.text(max_size=5),
        ),
        max_size=5,
    )
)
def test_any_message_gets_a_result_that_its_batch_does_not_change(messages):
    results = TRIAGE.triage_many(messages)
    assert len(results) == len(messages)
    for message, result in zip(messages, results, strict=True):
        check(result)
        assert TRIAGE.triage_many([message]) == [result]


@pytest.mark.parametrize(
    "body",
    ["", " \n\t ", "😡😡😡", "\x00\x01\x02", "\ud800", "x" * 50_000, "a b " * 12_500, "\ufdfa" * 50_000, "e\u0301" * 9],
)
def test_odd_texts_get_a_result(body):
    check(triage(body))


def test_a_text_without_a_word_is_nothing_to_worry_about():
    for body in ("", "...", "\ud800"):
        result = triage(body)
        assert result.urgency.label in ("low", "normal")
        assert not result.needs_human
        assert result.language.probability == pytest.approx(0.2)


def test_two_starts_give_the_same_models():
    again = Triage.default()
    for task, model in TRIAGE.models.items():
        assert model.dump() == again.models[task].dump()


def test_a_stated_language_is_believed():
    assert triage("merci beaucoup", language="en").language == Verdict("en", 1.0, (1.0, 0.0, 0.0, 0.0, 0.0))
    assert triage("grazie mille", language="it-CH").language == Verdict("it", 1.0, (0.0,) * 5)


def test_the_subject_counts():
    alone = triage("see above", language="en")
    titled = triage("see above", subject="Hacked account, fraud on my card", language="en")
    assert titled.topic.label == "security"
    assert titled.topic.probability > alone.topic.probability + 0.2


@pytest.mark.parametrize(
    ("body", "language", "reason"),
    [
        ("I want to talk to a real person", "en", "asks_for_person"),
        ("je veux parler à un conseiller", "fr", "asks_for_person"),
        ("ich will mit einem Menschen reden", "de", "asks_for_person"),
        ("quiero hablar con una persona", "es", "asks_for_person"),
        ("می‌خوام با یک آدم حرف بزنم", "fa", "asks_for_person"),
        ("someone hacked my account", "en", "sensitive_topic"),
        ("this charge is fraud, i want my money back", "en", "sensitive_topic"),
        ("me han cobrado dos veces la factura", "es", "sensitive_topic"),
        ("euer Service ist eine Frechheit, nie wieder, euer Support ist das Letzte", "de", "strongly_negative"),
        ("what are your opening hours", "en", None),
        ("wo finde ich die rechnung", "de", None),
    ],
)
def test_a_person_is_needed_for_a_reason(body, language, reason):
    why = triage(body, language=language).needs_human_why
    assert reason in why if reason else why == ()


def test_a_request_for_a_person_is_understood_in_an_unknown_language():
    assert triage("mit einem menschen", language="it").needs_human_why == ("asks_for_person",)


def test_longer_messages_slower_channels_and_harder_topics_take_more_effort():
    assert effort_units("delivery", "chat", 999) == 1
    assert effort_units("delivery", "chat", 1_000) == 2
    assert effort_units("delivery", "email", 10) == 2
    assert effort_units("technical", "sms", 10) == 2
    result = triage("my app crashes", language="en", channel="email")
    assert result.effort_units == effort_units(result.topic.label, "email", 14) == 3


MESSAGES = [TextMessage(f"{example.text} {i}", language="en") for i in range(8) for example in SEED]


def test_labels_are_wanted_for_at_most_the_share():
    for share in (0.0, 0.05, 0.3):
        models = TRIAGE.models
        asking = Triage(models["urgency"], models["sentiment"], models["topic"], "v", label_share=share)
        wanted = [result.label_wanted for result in asking.triage_many(MESSAGES)]
        assert sum(wanted) / len(wanted) <= share
        assert any(wanted) == (share > 0)


def test_uncertain_messages_are_asked_about_more_often():
    models = TRIAGE.models
    asking = Triage(models["urgency"], models["sentiment"], models["topic"], "v", label_share=1.0)

    def wanted(texts):
        results = asking.triage_many([TextMessage(text, language="en") for text in texts])
        return sum(result.label_wanted for result in results) / len(results)

    known_by_heart = [example.text for example in SEED if example.language == "en"]
    unknown = [f"lorem ipsum {i} dolor" for i in range(100)]
    assert wanted(unknown) > wanted(known_by_heart) + 0.3


def test_models_that_do_not_fit_are_refused():
    models = TRIAGE.models
    with pytest.raises(ValueError, match="the topic model"):
        Triage(models["urgency"], models["sentiment"], models["sentiment"], "v")
    with pytest.raises(ValueError, match="slots_log2"):
        Triage(TextClassifier(URGENCIES, slots_log2=10), models["sentiment"], models["topic"], "v")
    with pytest.raises(ValueError, match="label_share"):
        Triage(models["urgency"], models["sentiment"], models["topic"], "v", label_share=2)


def test_the_corpus_covers_every_label_in_every_language():
    for language in LANGUAGES:
        own = [example for example in SEED if example.language == language]
        assert len(own) >= 60
        assert len({example.text for example in own}) == len(own)
        assert {example.urgency for example in own} == set(URGENCIES)
        assert {example.sentiment for example in own} == set(SENTIMENTS)
        assert {example.topic for example in own} == set(TOPICS)
