import pytest

from detectors.text import LANGUAGES, TextMessage, Triage
from detectors.text.asking import only_asks_again
from detectors.text.seed import SEED

TRIAGE = Triage.default()


@pytest.mark.parametrize(
    ("language", "first", "again"),
    [
        ("en", "I am still waiting for my parcel", "Still no reply. Is anyone there?"),
        ("en", "The router gives no answer", "Any news?"),
        ("fr", "J'attends toujours mon colis", "Toujours pas de réponse ?"),
        ("fr", "Le site me redemande mon mot de passe", "Des nouvelles ?"),
        ("de", "Ich warte immer noch auf mein Paket", "Gibt es schon etwas Neues?"),
        ("de", "Der Server gibt keine Antwort", "Ist da jemand? Noch immer keine Antwort!"),
        ("es", "Sigo esperando mi paquete", "¿Hay alguna novedad?"),
        ("es", "Los servidores no responden", "Nadie me responde"),
        ("fa", "هنوز منتظرم که بسته‌ام برسد", "هنوز جوابی نگرفتم"),
        ("fa", "سایت پاسخ نمی‌دهد", "کسی هست؟"),
    ],
)
def test_who_has_a_matter_does_not_ask_again_and_who_wants_an_answer_does(
    language: str, first: str, again: str
) -> None:
    assert not only_asks_again(first, language)
    assert only_asks_again(again, language)
    assert only_asks_again(again, None)


def test_who_asks_for_news_and_tells_of_a_matter_too_does_not_only_ask() -> None:
    assert not only_asks_again("No internet in our street since Monday. Any news?", "en")
    assert not only_asks_again("any news? " + "please " * 20, "en")


@pytest.mark.parametrize("language", [*LANGUAGES, None])
@pytest.mark.parametrize("body", ["", "...", "\ud800", "😡", "a" * 50_000])
def test_any_text_gives_an_answer(body: str, language: str | None) -> None:
    assert not only_asks_again(body, language)


def test_hardly_any_first_message_of_the_seed_corpus_only_asks_again() -> None:
    matters = [example for example in SEED if example.topic != "other"]
    mistaken = [example for example in matters if only_asks_again(example.text, example.language)]
    assert len(mistaken) / len(matters) < 0.005


def test_a_subject_neither_asks_again_nor_keeps_a_body_from_it() -> None:
    said = TRIAGE.triage_many(
        [
            TextMessage("Internet is out", subject="Re: any news from us", language="en", channel="email"),
            TextMessage("Any news?", subject="Re: my invoice of March is wrong", language="en", channel="email"),
        ]
    )
    assert [result.asks_again for result in said] == [False, True]


def test_the_newest_part_of_a_mail_counts() -> None:
    body = "Any news?\n\nOn Mon, 3 Mar 2026 at 10:00, Support <help@example.com> wrote:\n> We look into your invoice."
    assert TRIAGE.triage_many([TextMessage(body, language="en", channel="email")])[0].asks_again
