"""Records as channels and helpdesks send them: plain JSON, made without Spillway's own types."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

TEXTS = (
    ("en", "My invoice shows a charge that I do not recognise, what is it for?"),
    ("en", "everything is down since noon and our shop cannot sell, please call us NOW"),
    ("fr", "Bonjour, je voudrais changer l'adresse de livraison de ma commande."),
    ("de", "Der Artikel kam beschädigt an und niemand antwortet mir, das ist unmöglich!"),
    ("es", "Hola, ¿cómo puedo cancelar mi suscripción antes de fin de mes?"),
    ("fa", "سلام، رمز عبورم را فراموش کرده‌ام و نمی‌توانم وارد شوم"),
)


def time_text(time_s: float) -> str:
    return datetime.fromtimestamp(time_s, UTC).isoformat().replace("+00:00", "Z")


def message(name: str, text: str = TEXTS[0][1], **changed: Any) -> bytes:
    record = {
        "message_id": name,
        "conversation_id": name,
        "tenant": "default",
        "channel": "chat",
        "body": text,
        "sent_at": "2026-11-24T09:00:00Z",
    }
    record |= changed
    return orjson.dumps({field: value for field, value in record.items() if value is not ...})


def messages(count: int) -> Iterator[dict[str, Any]]:
    """Rows for ``spillway replay``."""
    for number in range(count):
        language, text = TEXTS[number % len(TEXTS)]
        yield {"body": f"{text} ({number})", "language": language, "tenant": "default"}


def rep(rep_id: str, at_s: float, capacity_units: int = 6, valid_for_s: float = 86_400.0) -> bytes:
    return orjson.dumps(
        {
            "rep_id": rep_id,
            "group": "default",
            "pool": "home",
            "state": "online",
            "skills": [],
            "languages": [],
            "channels": [],
            "capacity_units": capacity_units,
            "at": time_text(at_s),
            "valid_for_s": valid_for_s,
        }
    )


def event(kind: str, assignment: dict[str, Any], at_s: float) -> bytes:
    return orjson.dumps(
        {
            "ticket_id": assignment["ticket_id"],
            "group": assignment["group"],
            "kind": kind,
            "rep_id": assignment["rep_id"],
            "epoch": assignment["epoch"],
            "at": time_text(at_s),
        }
    )
