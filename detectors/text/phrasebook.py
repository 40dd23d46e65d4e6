"""What customers say when they ask for a person or contest a payment, by language.

A phrase begins where a word begins; it need not end with one, so that a stem finds its endings ("unauthori" finds
"unauthorised"), unless a space stands at its end. How it is looked for: `phrases.py`.
"""

from typing import Final

PERSON: Final = {
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
DISPUTE: Final = {
    "en": ("fraud", "unauthori", "without permission", "charged twice", "double charge", "chargeback", "did not make",
           "didn't make", "stolen", "lawyer", "scam"),
    "fr": ("fraude", "sans mon accord", "débité deux fois", "prélevé deux fois", "pas autorisé", "arnaque", "avocat",
           "opposition", "volé ", "volée"),
    "de": ("betrug", "ohne erlaubnis", "ohne meine zustimmung", "zweimal abgebucht", "doppelt abgebucht",
           "nicht autorisiert", "unberechtigt", "rückbuchung", "anwalt", "gestohlen"),
    "es": ("fraude", "sin permiso", "sin mi autorización", "cobraron dos veces", "cobrado dos veces", "no autorizado",
           "contracargo", "estafa", "abogado", "robad"),
    "fa": ("کلاهبرداری", "بدون اجازه", "دو بار ", "دوبار ", "کار من نیست", "شکایت", "دزدی", "برداشت غیرمجاز"),
}  # fmt: skip
