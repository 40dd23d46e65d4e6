import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text.quoting import MAX_SCAN_CHARS, newest_part

ANY_TEXT = st.text(st.sampled_from("> \n-:_ab1On wroteFromSentTo"), max_size=200)


@pytest.mark.parametrize(
    "quote",
    [
        "> Dear customer,\n> is it fixed?",
        "On Tue, 5 May 2026 at 10:12, Help Desk <help@example.com> wrote:\n> Is it fixed?\n>> It broke.",
        "On Tue, 5 May 2026 at 10:12, Help Desk <help@example.com>\nwrote:\n\n> Is it fixed?",
        "On 5 May 2026, at 10:12, Help wrote:\n\nDear customer, is it fixed?\nBest, Tom",
        "Am 05.05.2026 um 10:12 schrieb Kundendienst <hilfe@example.de>:\n> Ist es behoben?",
        "Am Di., 5. Mai 2026 um 10:12 Uhr schrieb Kundendienst\n<hilfe@example.de>:\n> Ist es behoben?",
        "Le mar. 5 mai 2026 à 10:12, Service client <aide@example.fr> a écrit :\n> Est-ce réparé ?",
        "El mar, 5 may 2026 a las 10:12, Ayuda (<ayuda@example.es>) escribió:\n> ¿Está arreglado?",
        "در سه‌شنبه ۵ مه ۲۰۲۶ ساعت ۱۰:۱۲ پشتیبانی نوشت:\n> درست شد؟",
        "From: Help Desk\nSent: Tuesday, May 5, 2026 10:12\nTo: Ann\nSubject: Your case\n\nIs it fixed?",
        "Von: Kundendienst\nGesendet: Dienstag, 5. Mai 2026\nAn: Anna\nBetreff: Ihr Fall\n\nIst es behoben?",
        "De : Service client\nEnvoyé : mardi 5 mai 2026\nÀ : Anne\nObjet : Votre dossier\n\nEst-ce réparé ?",
        "De: Ayuda\nEnviado el: martes, 5 de mayo\nPara: Ana\nAsunto: Su caso\n\n¿Está arreglado?",
        "________________________________\nFrom: Help Desk\nDate: 5 May 2026\nTo: Ann\n\nIs it fixed?",
        "-----Original Message-----\nIs it fixed?",
        "-----Ursprüngliche Nachricht-----\nIst es behoben?",
        "---------- Forwarded message ---------\nIs it fixed?",
        "-- \nAnn Example\nHead of Sales\n+44 20 0000 0000",
        "--\nAnn",
        "Sent from my iPhone",
        "Envoyé de mon iPhone",
        "Von meinem iPhone gesendet",
        "Gesendet mit der Mail App",
        "Enviado desde mi Samsung",
        "ارسال شده از آیفون من",
        "Get Outlook for Android",
        "Sent from my iPhone\n\nOn 5 May 2026, at 10:12, Help wrote:\n\n> Is it fixed?",
    ],
)
def test_only_the_newest_part_of_a_letter_is_read(quote):
    assert newest_part(f"Still broken.\nPlease hurry!\n\n{quote}") == "Still broken.\nPlease hurry!"
    assert newest_part(f"Still broken.\r\nPlease hurry!\r\n\r\n{quote}\r\n") == "Still broken.\nPlease hurry!"


def test_answers_below_and_between_quotes_are_kept():
    below = "On 5 May 2026, Help wrote:\n> Is it fixed?\n> Tom\n\nNo, it is not."
    assert newest_part(below) == "No, it is not."
    between = "> Is it fixed?\nNo.\n> Since when?\nSince Monday."
    assert newest_part(between) == "No.\nSince Monday."


@pytest.mark.parametrize(
    "text",
    [
        "one line > another, On 5 May 2026 he wrote: nothing",
        "> nothing but a quote\n> at all",
        "-- \nAnn",
        "Sent from my iPhone\n",
        "On Monday your colleague wrote:\nwe will refund you. Nothing came.",
        "From: Berlin\nmy train was late",
        "From: Hamburg\nTo: Berlin\nis there a night train?",
        "Sent from my neighbour's shop by post last week was a parcel that I need back.\nWhere is it?",
        "a -- b\nc -> d",
        "- first\n- second\n-> third",
        "",
        "\n",
    ],
)
def test_a_text_without_quotes_stays_as_it_is(text):
    assert newest_part(text) == text


def test_a_letter_that_is_nothing_but_a_quote_stays_whole():
    forwarded = "---------- Forwarded message ---------\nFrom: Bank\nDate: today\nTo: me\n\nYour card is blocked."
    assert newest_part(forwarded) == forwarded


def test_a_long_chain_is_cut_and_a_short_answer_on_top_is_found():
    chain = "\n".join(f"> line {i} of what was said before" for i in range(2_000))
    assert newest_part(f"Cancel it.\n{chain}") == "Cancel it."
    assert len(newest_part(f"{chain}\nCancel it.")) >= MAX_SCAN_CHARS  # the answer is out of reach: nothing is lost


@given(ANY_TEXT)
def test_whatever_is_kept_stood_in_the_text_and_something_is_kept(text):
    newest = newest_part(text)
    own = text.splitlines()
    assert newest == text or all(any(line in other for other in own) for line in newest.splitlines())
    assert any(map(str.isalnum, newest)) == any(map(str.isalnum, text))
