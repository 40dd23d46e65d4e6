"""Records as broken channels send them."""

import random
from typing import Any

import orjson


def broken(rng: random.Random, value: bytes) -> bytes:
    """A message's record made useless in one of the ways that happen: cut off, no zone, a field gone or of another
    type, a channel that nobody has.

    >>> broken(random.Random(3), b'{"message_id":"m-1","sent_at":"2026-03-10T12:00:00Z","body":"Hi","channel":"sms"}')
    b'{"message_id":"m-1","sent_at":"2026-03-10T12:00:00","body":"Hi","channel":"sms"}'
    """
    record: dict[str, Any] = orjson.loads(value)
    match rng.choice(("cut", "zone", "missing", "type", "choice")):
        case "cut":
            return value[: rng.randint(1, len(value) - 1)]
        case "zone":
            record["sent_at"] = record["sent_at"].removesuffix("Z")
        case "missing":
            del record[rng.choice(("message_id", "sent_at", "body"))]
        case "type":
            record["body"] = rng.choice((7, None, ["Hi"]))
        case _:
            record["channel"] = "fax"
    return orjson.dumps(record)
