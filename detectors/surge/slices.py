"""Names of the slices of a group's traffic that are counted, and how they lie in one another.

`all`, `channel:chat`, `language:de`, `topic:billing`, `topic:billing,channel:chat`, and `other` for what a full bank
has no room for.
"""

from typing import Final

ALL: Final = "all"
OTHER: Final = "other"


def slice_kind(name: str) -> str:
    """What a slice is cut by: "all", "other", "channel", "language", "topic" or "topic,channel".

    >>> slice_kind("all"), slice_kind("topic:billing,channel:chat")
    ('all', 'topic,channel')
    """
    return ",".join(part.partition(":")[0] for part in name.split(","))


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
