"""A helpdesk corrects labels while the pipeline runs: what the models say of such texts changes, of others not."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.flow.asking import Asking, feedback, judgements, topics
from tests.flow.deployment import Deployment, eventually

WITHIN_S = 60.0
pytestmark = pytest.mark.timeout(1_200)  # more than all that it may wait for

# A fault that no seed text knows. Triage takes these texts for delivery, account, product and more.
CORRECTED = (
    "The garden robot stopped on the slope again and shows a yellow leaf.",
    "Our garden robot drives in circles near the pond and shows the yellow leaf.",
    "Yellow leaf on the display of the garden robot, it will not leave its dock.",
    "Since Monday the garden robot shows a yellow leaf and refuses to mow.",
    "What does the yellow leaf on my garden robot mean? It just stands there.",
    "The garden robot mows half the lawn, then comes the yellow leaf.",
    "A yellow leaf blinks and the garden robot does not find its dock.",
    "Garden robot stuck at the hedge, yellow leaf on the screen.",
)
RIGHT = "technical"
ALIKE = (
    "My garden robot shows a yellow leaf since this morning.",
    "There is a yellow leaf on the screen of our garden robot and it does not move.",
    "Yellow leaf again, the garden robot stands in the middle of the lawn.",
    "How do I get rid of the yellow leaf on the garden robot?",
)
OTHERS = (
    ("en", "I was charged twice for my subscription this month.", "billing"),
    ("en", "Please send me a copy of the invoice for March.", "billing"),
    ("de", "Die Rechnung ist falsch, bitte korrigieren.", "billing"),
    ("en", "My parcel should have come on Tuesday, where is it?", "delivery"),
    ("en", "The courier left my package at the wrong address.", "delivery"),
    ("fr", "Où est mon colis ? Il devait arriver hier.", "delivery"),
    ("en", "I cannot log in, it says my password is wrong.", "account"),
    ("en", "How do I reset my password?", "account"),
    ("fr", "J'ai oublié mon mot de passe.", "account"),
    ("es", "No puedo entrar en mi cuenta.", "account"),
    ("en", "I want my money back for the broken headphones.", "refund"),
    ("en", "When will I get the refund you promised?", "refund"),
    ("es", "Quiero que me devuelvan el dinero.", "refund"),
    ("en", "Please cancel my subscription at the end of the month.", "cancellation"),
    ("de", "Ich möchte mein Abo kündigen.", "cancellation"),
    ("en", "Someone logged into my account from another country.", "security"),
    ("en", "I think my account was hacked.", "security"),
    ("en", "The whole service is down, nothing loads.", "outage"),
    ("en", "Your website has been unreachable for an hour.", "outage"),
    ("en", "The charging cable that came with the lamp does not fit.", "product"),
    ("en", "Thank you, that was quick and friendly!", "other"),
)


def accuracy(tickets: list[dict[str, Any]]) -> float:
    return sum(said == right for said, (_, _, right) in zip(topics(tickets), OTHERS, strict=True)) / len(OTHERS)


def test_feedback_moves_texts_like_it_and_no_others_to_their_harm(
    deploy: Callable[..., Deployment],
) -> None:
    # Eight partitions that open at once may take seconds on a busy machine, and nobody is killed here.
    spillway = deploy(SPILLWAY_KAFKA__TRANSACTION_TIMEOUT_S=10)
    spillway.start_worker().until_ready()
    ask = Asking(spillway)
    corrected, alike = [("en", text) for text in CORRECTED], [("en", text) for text in ALIKE]
    others = [(language, text) for language, text, _ in OTHERS]

    wrong, before, others_before = ask(corrected), ask(alike), ask(others)
    assert topics(before).count(RIGHT) <= 1  # so that there is something to move
    assert accuracy(others_before) > 0.9  # so that there is something to lose

    # The control: as long as nobody says anything, triage says the same of the same texts, to the last digit. Feedback
    # that speaks of no text that was seen, or whose label nobody knows, is nothing either.
    for number in range(len(CORRECTED)):
        spillway.send("feedback", None, feedback(f"no-such-ticket-{number}", "no-such-message", RIGHT))
    first = wrong[0]
    spillway.send("feedback", None, feedback(first["conversation_id"], first["message_id"], "no-such-topic"))
    spillway.flush()
    eventually(
        lambda: spillway.read("learning.examples"), WITHIN_S, "the label that nobody knows has become an example"
    )
    assert judgements(ask(alike)) == judgements(before)
    assert judgements(ask(others)) == judgements(others_before)

    for ticket in wrong:
        spillway.send("feedback", None, feedback(ticket["conversation_id"], ticket["message_id"], RIGHT))
    spillway.flush()
    eventually(lambda: set(topics(ask(alike))) == {RIGHT}, WITHIN_S, "texts like the corrected ones have moved")
    after = ask(others)
    assert judgements(after) != judgements(others_before)  # all models share their features: they did learn
    assert accuracy(after) >= accuracy(others_before)
