"""Cold start on messages that no seed holds: the models must be clearly better than saying the commonest label."""

from collections import Counter

import pytest

from detectors.text import LANGUAGES, TextMessage, Triage
from detectors.text.seed import SEED

# (language, text, urgency, sentiment, topic)
HELD_OUT = [
    ("en", "My card was stolen on the train, freeze my account immediately!", "urgent", "negative", "security"),
    ("en", "whole warehouse is offline, nothing works since 8am and we lose money every minute", "urgent", "negative",
     "outage"),
    ("en", "still no parcel after three weeks, your courier is a joke", "high", "negative", "delivery"),
    ("en", "How can I download my invoice from last year?", "low", "neutral", "billing"),
    ("en", "please cancel my membership from next month", "normal", "neutral", "cancellation"),
    ("en", "the app keeps crashing after the update, so annoying", "normal", "negative", "technical"),
    ("en", "Thank you so much, the refund came today, great service!", "low", "positive", "refund"),
    ("en", "Which size should I choose, does the coat come in green?", "low", "neutral", "product"),
    ("en", "I forgot my password and can't log in", "normal", "negative", "account"),
    ("en", "love it, works perfectly, thanks a lot", "low", "positive", "product"),
    ("fr", "On m'a volé ma carte, bloquez mon compte immédiatement !", "urgent", "negative", "security"),
    ("fr", "plus rien ne marche dans tout le magasin, on perd de l'argent chaque minute", "urgent", "negative",
     "outage"),
    ("fr", "toujours pas de colis après trois semaines, votre livreur est nul", "high", "negative", "delivery"),
    ("fr", "Où télécharger ma facture de l'année dernière ?", "low", "neutral", "billing"),
    ("fr", "merci de résilier mon abonnement le mois prochain", "normal", "neutral", "cancellation"),
    ("fr", "l'application plante depuis la mise à jour, c'est agaçant", "normal", "negative", "technical"),
    ("fr", "Merci beaucoup, remboursement reçu, super service !", "low", "positive", "refund"),
    ("fr", "Quelle taille choisir, la veste existe en vert ?", "low", "neutral", "product"),
    ("fr", "mot de passe oublié, impossible d'accéder à mon compte", "normal", "negative", "account"),
    ("fr", "je l'adore, tout marche très bien, merci", "low", "positive", "product"),
    ("de", "Meine Karte wurde gestohlen, sperren Sie sofort mein Konto!", "urgent", "negative", "security"),
    ("de", "im ganzen lager geht nichts mehr, wir verlieren jede minute geld", "urgent", "negative", "outage"),
    ("de", "nach drei Wochen immer noch kein Paket, euer Fahrer ist eine Frechheit", "high", "negative", "delivery"),
    ("de", "Wo kann ich meine Rechnung vom letzten Jahr herunterladen?", "low", "neutral", "billing"),
    ("de", "bitte meine mitgliedschaft zum nächsten monat kündigen", "normal", "neutral", "cancellation"),
    ("de", "seit dem Update stürzt die App ständig ab, total nervig", "normal", "negative", "technical"),
    ("de", "Vielen Dank, die Erstattung ist heute gekommen, toller Service!", "low", "positive", "refund"),
    ("de", "Welche Größe soll ich nehmen, gibt es die Jacke in grün?", "low", "neutral", "product"),
    ("de", "passwort vergessen, komme nicht in mein konto", "normal", "negative", "account"),
    ("de", "liebe es, läuft super, danke", "low", "positive", "product"),
    ("es", "Me robaron la tarjeta, bloqueen mi cuenta inmediatamente", "urgent", "negative", "security"),
    ("es", "todo el almacén sin sistema, no funciona nada y perdemos dinero cada minuto", "urgent", "negative",
     "outage"),
    ("es", "tres semanas y mi paquete no ha llegado, el repartidor es una vergüenza", "high", "negative", "delivery"),
    ("es", "¿Dónde descargo la factura del año pasado?", "low", "neutral", "billing"),
    ("es", "por favor cancelen mi suscripción el mes que viene", "normal", "neutral", "cancellation"),
    ("es", "la app se cierra desde la actualización, qué fastidio", "normal", "negative", "technical"),
    ("es", "Muchas gracias, hoy recibí el reembolso, ¡gran servicio!", "low", "positive", "refund"),
    ("es", "¿Qué talla me conviene, la chaqueta viene en verde?", "low", "neutral", "product"),
    ("es", "olvidé la contraseña y no puedo entrar en mi cuenta", "normal", "negative", "account"),
    ("es", "me encanta, funciona genial, gracias", "low", "positive", "product"),
    ("fa", "کارتم رو دزدیدن، سریع حسابم رو مسدود کنید!", "urgent", "negative", "security"),
    ("fa", "کل انبار از کار افتاده، هیچی کار نمی‌کنه و هر دقیقه ضرر می‌دیم", "urgent", "negative", "outage"),
    ("fa", "سه هفته گذشته و هنوز بسته‌ام نرسیده، پیکتون افتضاحه", "high", "negative", "delivery"),
    ("fa", "فاکتور پارسال را از کجا دانلود کنم؟", "low", "neutral", "billing"),
    ("fa", "لطفا اشتراک من را از ماه بعد لغو کنید", "normal", "neutral", "cancellation"),
    ("fa", "از وقتی آپدیت شده برنامه مدام بسته میشه، واقعا که", "normal", "negative", "technical"),
    ("fa", "خیلی ممنون، پولم امروز برگشت، عالی بود", "low", "positive", "refund"),
    ("fa", "چه سایزی بگیرم، این کاپشن رنگ سبز هم داره؟", "low", "neutral", "product"),
    ("fa", "رمزم رو فراموش کردم و نمی‌تونم وارد حسابم بشم", "normal", "negative", "account"),
    ("fa", "عاشقش شدم، عالی کار می‌کنه، ممنون", "low", "positive", "product"),
]  # fmt: skip


def share(right):
    right = list(right)
    return sum(right) / len(right)


def majority(labels):
    return Counter(labels).most_common(1)[0][1] / len(labels)


@pytest.fixture(scope="module")
def results():
    return Triage.default().triage_many([TextMessage(row[1], language=row[0]) for row in HELD_OUT])


def test_no_held_out_text_is_a_seed():
    assert not {row[1] for row in HELD_OUT} & {example.text for example in SEED}


def test_sentiment_beats_the_commonest_label_in_every_language(results):
    for language in LANGUAGES:
        pairs = [(row[3], result.sentiment.label) for row, result in zip(HELD_OUT, results, strict=True)
                 if row[0] == language]  # fmt: skip
        assert share(a == b for a, b in pairs) >= majority([a for a, _ in pairs]) + 0.2


def test_topic_beats_the_commonest_label_in_every_language(results):
    for language in LANGUAGES:
        pairs = [(row[4], result.topic.label) for row, result in zip(HELD_OUT, results, strict=True)
                 if row[0] == language]  # fmt: skip
        assert share(a == b for a, b in pairs) >= majority([a for a, _ in pairs]) + 0.4


def test_urgency_beats_the_commonest_label(results):
    right = share(row[2] == result.urgency.label for row, result in zip(HELD_OUT, results, strict=True))
    assert right >= majority([row[2] for row in HELD_OUT]) + 0.2


def test_no_clearly_urgent_message_is_called_low(results):
    called = [result.urgency.label for row, result in zip(HELD_OUT, results, strict=True) if row[2] == "urgent"]
    assert "low" not in called
    assert share(label == "urgent" for label in called) >= 0.8


def test_the_language_is_found_where_it_is_not_stated(results):
    found = Triage.default().triage_many([TextMessage(row[1]) for row in HELD_OUT])
    assert share(result.language.label == row[0] for row, result in zip(HELD_OUT, found, strict=True)) >= 0.95


def test_a_text_of_unknown_language_is_still_read():
    """Its features carry no language, under which the seeds of all languages were learned too."""
    found = Triage.default().triage_many([TextMessage(row[1], language="it") for row in HELD_OUT])
    assert share(result.topic.label == row[4] for row, result in zip(HELD_OUT, found, strict=True)) >= 0.6
    assert {result.language.label for result in found} == {"it"}
