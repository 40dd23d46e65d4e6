"""Messages sent to be triaged, what triage says of them, and feedback on that."""

import itertools
import time
from collections.abc import Sequence
from typing import Any

import orjson

from tests.flow.deployment import Deployment, eventually
from tests.flow.records import message, time_text


def feedback(ticket_id: str, message_id: str, topic: str, **said: Any) -> bytes:
    return orjson.dumps(
        {
            "ticket_id": ticket_id,
            "message_id": message_id,
            "tenant": "default",
            "topic": topic,
            "by": "rep-1",
            "at": time_text(time.time()),
        }
        | said
    )


class Asking:
    """Sends texts as new messages each time, and answers what triage said of them."""

    def __init__(self, spillway: Deployment) -> None:
        self._spillway = spillway
        self._numbers = itertools.count()

    def __call__(self, texts: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        names = [f"message-{next(self._numbers)}" for _ in texts]
        for name, (language, text) in zip(names, texts, strict=True):
            self._spillway.send("messages.raw", name.encode(), message(name, text, language=language))
        self._spillway.flush()

        def answers() -> list[dict[str, Any]] | None:
            said = {
                (ticket := orjson.loads(record.value()))["message_id"]: ticket
                for record in self._spillway.read("tickets.triaged")
            }
            return [said[name] for name in names] if said.keys() >= set(names) else None

        found: list[dict[str, Any]] = eventually(answers, 60, "the messages are triaged")
        return found


def topics(tickets: list[dict[str, Any]]) -> list[str]:
    return [ticket["topic"]["label"] for ticket in tickets]


def judgements(tickets: list[dict[str, Any]]) -> list[Any]:
    return [[ticket[task]["probabilities"] for task in ("urgency", "sentiment", "topic")] for ticket in tickets]
