"""What the simulated organisation gives to whoever drives it."""

from typing import NamedTuple


class Labels(NamedTuple):
    """What a message is really about, how urgent it really is, and how its writer really feels."""

    topic: str
    urgency: str
    sentiment: str


class Truth(NamedTuple):
    """What only the world knows of a message; never in its record. ``opens``: it is the first of its conversation."""

    message_id: str
    ticket_id: str
    channel: str
    language: str
    labels: Labels
    opens: bool


class TimedRecord(NamedTuple):
    """One record to publish, and when, in seconds since the epoch (scenario time).

    truth: of messages alone, if they are neither malformed nor repeated.
    """

    time_s: float
    topic: str
    key: bytes
    value: bytes
    truth: Truth | None = None
