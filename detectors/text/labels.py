"""The labels that triage gives: one place, so that models, results and contracts cannot disagree."""

from typing import Final

URGENCIES: Final = ("low", "normal", "high", "urgent")
"""How soon an answer is needed, in rising order."""

SENTIMENTS: Final = ("negative", "neutral", "positive")
"""How the customer feels, in rising order."""

TOPICS: Final = (
    "account",
    "billing",
    "cancellation",
    "delivery",
    "outage",
    "product",
    "refund",
    "security",
    "technical",
    "other",
)
"""What the message is about."""

LANGUAGES: Final = ("en", "fr", "de", "es", "fa")
"""The languages served (ISO 639-1): those that the seed corpus speaks, and that detection chooses between."""
