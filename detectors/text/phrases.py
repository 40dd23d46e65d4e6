"""Phrases that call for a person: asking for one, and money that the customer disputes.

Each is looked for in the normalised text at the start of a word, punctuation aside, so that a stem finds its endings
("unauthori" finds "unauthorised"); a space at its end stands for the word's end. Where the language is not known, the
phrases of all languages are tried.
"""

from typing import Final, NamedTuple

_PERSON: Final = {
    "en": (
        "a human ", "human being", "human agent", "real person ", "real human", "to a person ", "to someone",
        "live agent", "an agent", "speak to a manager", "not a bot", "a representative", "call me ",
    ),
    "fr": (
        "un conseiller", "une conseillère", "un humain", "une vraie personne", "quelqu'un de réel", "parler à quelqu",
        "une personne", "pas un robot", "un responsable", "rappelez-moi",
    ),
    "de": (
        "einem menschen", "echten menschen", "einem mitarbeiter", "einer mitarbeiterin", "mit jemandem", "keinen bot",
        "keinem bot", "echte person", "vorgesetzten", "rufen sie mich", "ruft mich",
    ),
    "es": (
        "una persona", "un humano", "persona real", "un agente", "con alguien", "un asesor", "no un robot",
        "un encargado", "llámenme", "llamame",
    ),
    "fa": (
        "با یک آدم", "با آدم", "یه آدم", "با انسان", "با یک نفر", "با یه نفر", "با اپراتور", "با کارشناس", "با مدیر",
        "ربات نباش", "زنگ بزنید",
    ),
}  # fmt: skip
_DISPUTE: Final = {
    "en": ("fraud", "unauthori", "without permission", "charged twice", "double charge", "chargeback", "did not make",
           "didn't make", "stolen", "lawyer", "scam"),
    "fr": ("fraude", "sans mon accord", "débité deux fois", "prélevé deux fois", "pas autorisé", "arnaque", "avocat",
           "opposition", "volé"),
    "de": ("betrug", "ohne erlaubnis", "ohne meine zustimmung", "zweimal abgebucht", "doppelt abgebucht",
           "nicht autorisiert", "unberechtigt", "rückbuchung", "anwalt", "gestohlen"),
    "es": ("fraude", "sin permiso", "sin mi autorización", "cobraron dos veces", "cobrado dos veces", "no autorizado",
           "contracargo", "estafa", "abogado", "robad"),
    "fa": ("کلاهبرداری", "بدون اجازه", "دو بار", "دوبار", "کار من نیست", "شکایت", "دزدی", "برداشت غیرمجاز"),
}  # fmt: skip


_NO_PUNCTUATION: Final = str.maketrans(dict.fromkeys("!?.,;:()'\"-«»¿¡،؛؟", " "))


class _Phrases(NamedTuple):
    """whole: with a space before each. hints: a word of each; a text without any of them has no phrase."""

    whole: tuple[str, ...]
    hints: tuple[str, ...]


def _ready(phrases: dict[str, tuple[str, ...]]) -> dict[str | None, _Phrases]:
    by_language: dict[str | None, tuple[str, ...]] = {
        language: tuple(f" {phrase}".translate(_NO_PUNCTUATION) for phrase in own) for language, own in phrases.items()
    }
    by_language[None] = tuple(phrase for own in by_language.values() for phrase in own)
    return {
        language: _Phrases(
            tuple(dict.fromkeys(own)), tuple(dict.fromkeys(max(phrase.split(), key=len) for phrase in own))
        )
        for language, own in by_language.items()
    }


_PERSON_OF, _DISPUTE_OF = _ready(_PERSON), _ready(_DISPUTE)


def asks_for_person(normalised: str, language: str | None) -> bool:
    """Whether a customer asks for a person rather than a machine.

    >>> asks_for_person("let me talk to a person!", "en"), asks_for_person("this leads to a personal loss", "en")
    (True, False)
    """
    return _has(normalised, _PERSON_OF, language)


def disputes_payment(normalised: str, language: str | None) -> bool:
    """Whether a text speaks of a payment that its writer contests.

    >>> disputes_payment("das ist betrug", "de"), disputes_payment("bitte die rechnung", "de")
    (True, False)
    """
    return _has(normalised, _DISPUTE_OF, language)


def _has(normalised: str, phrases: dict[str | None, _Phrases], language: str | None) -> bool:
    own = phrases.get(language) or phrases[None]
    for hint in own.hints:
        if hint in normalised:  # rare, and much quicker to see than whole phrases between punctuation
            padded = f" {normalised} ".translate(_NO_PUNCTUATION)
            return any(phrase in padded for phrase in own.whole)
    return False
