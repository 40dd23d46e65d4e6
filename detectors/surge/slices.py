"""Names of the slices of a group's traffic that are counted, and how they lie in one another.

`all`, `channel:chat`, `language:de`, `topic:billing`, `topic:billing,channel:chat`, and `other` for what a full bank
has no room for.
"""

from collections.abc import Mapping
from typing import Final

ALL: Final = "all"
OTHER: Final = "other"
SLICE_PATTERN: Final = r"^(all|other|channel:[^,]+|language:[^,]+|topic:[^,]+(,channel:[^,]+)?)\Z"


def slice_kind(name: str) -> str:
    """What a slice is cut by: "all", "other", "channel", "language", "topic" or "topic,channel".

    >>> slice_kind("all"), slice_kind("topic:billing,channel:chat")
    ('all', 'topic,channel')
    """
    return ",".join(part.partition(":")[0] for part in name.split(","))


def slice_parts(name: str) -> dict[str, str]:
    """What a slice is cut by, and to: nothing for "all" and "other".

    >>> slice_parts("topic:billing,channel:chat"), slice_parts("all")
    ({'topic': 'billing', 'channel': 'chat'}, {})
    """
    return {kind: value for kind, colon, value in (part.partition(":") for part in name.split(",")) if colon}


def common_slice(one: str, two: str) -> str | None:
    """The slice of what is in both; None if it is not counted, or empty.

    >>> common_slice("all", "topic:billing"), common_slice("channel:chat", "topic:billing")
    ('topic:billing', 'topic:billing,channel:chat')
    >>> common_slice("topic:billing", "topic:login"), common_slice("language:de", "topic:login")
    (None, None)
    """
    if one in (ALL, two):
        return two
    if two == ALL:
        return one
    if OTHER in (one, two):
        return None
    cut = dict[str, str]()
    for name in (one, two):
        for part in name.split(","):
            kind, _, value = part.partition(":")
            if cut.setdefault(kind, value) != value:
                return None
    if set(cut) == {"topic", "channel"}:
        return f"topic:{cut['topic']},channel:{cut['channel']}"
    return None


SHARES: Final = {"all": 0.35, "topic": 0.35, "channel": 0.1, "language": 0.05, "topic,channel": 0.1, "other": 0.05}
"""How the false alarms of a group are shared out among the kinds of slices, and evenly within a kind."""


def share_out(rate: float, numbers: Mapping[str, int]) -> dict[str, float]:
    """False alarms a week for each series of a kind, of `rate` for all, if there are so many of each kind.

    >>> share_out(1.0, {"all": 1, "topic": 10})
    {'all': 0.5, 'topic': 0.05}
    """
    present = {kind: SHARES[kind] for kind, number in numbers.items() if number}
    return {kind: rate * share / sum(present.values()) / numbers[kind] for kind, share in present.items()}
