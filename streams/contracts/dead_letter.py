"""The headers of dead-letters: where a record came from and why it could not be used.

Value and key of a dead letter are the record's original bytes, and its original headers stay beside these. Ours
start with ``dl_``, so that a record's own CloudEvents headers are not touched. What does not fit is left out, and can
be read where the headers say that it came from: topics limit compressed bytes, so a record may be of any size.
"""

from streams.contracts.cloudevents import Headers
from streams.contracts.times import rfc3339

DEAD_LETTER_HEADERS = {
    "dl_reason": "Why: one of the reasons in docs/contracts.md.",
    "dl_field": "The path of the failing field, in the contract's own names; empty if the record failed as a whole.",
    "dl_stage": "The stage that refused it.",
    "dl_topic": "The topic it was read from.",
    "dl_partition": "Its partition there, in decimal digits.",
    "dl_offset": "Its offset there, in decimal digits.",
    "dl_time": "The broker's timestamp, RFC 3339, on the pipeline's time scale, and never before an earlier record's.",
}
LEFT_OUT_HEADERS = {
    "dl_value_bytes": "Only where the value did not fit and is null: its bytes, in decimal digits.",
}


def dead_letter_headers(
    reason: str, field: str, topic: str, partition: int, offset: int, time_s: float, stage: str
) -> Headers:
    """The headers that a refused record gets. ``time_s`` is the record's own, in seconds since the epoch.

    >>> headers = dict(dead_letter_headers("wrong_type", "body", "messages.raw", 3, 71, 0.0, "triage"))
    >>> headers["dl_field"], headers["dl_offset"], headers["dl_time"]
    (b'body', b'71', b'1970-01-01T00:00:00Z')
    """
    return (
        ("dl_reason", reason.encode()),
        ("dl_field", field.encode()),
        ("dl_stage", stage.encode()),
        ("dl_topic", topic.encode()),
        ("dl_partition", b"%d" % partition),
        ("dl_offset", b"%d" % offset),
        ("dl_time", rfc3339(time_s).encode()),
    )


def value_left_out(value: bytes | None) -> Headers:
    """What is added where the value is left out.

    >>> value_left_out(b"123")
    (('dl_value_bytes', b'3'),)
    """
    return (("dl_value_bytes", b"%d" % len(value or b"")),)
