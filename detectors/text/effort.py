"""How much work a message will be: a plain estimate until handling times have been learned from.

In whole units, since sums of whole numbers are exact. A rep's capacity is in the same units (6 by default).
"""

from typing import Final

_SLOW_TOPICS: Final = frozenset({"billing", "refund", "security", "technical"})  # something must be looked up or tried
_SLOW_CHANNELS: Final = frozenset({"email", "form", "voice"})  # a whole answer at once, or undivided attention
_LONG_CHARS: Final = 1_000


def effort_units(topic: str, channel: str, length_chars: int) -> int:
    """Units of effort, 1 to 4: a plain question in a chat is 1.

    One more each for billing, refund, security and technical; for email, form and voice; for 1,000 characters or more.

    >>> effort_units("delivery", "chat", 40), effort_units("billing", "email", 40), effort_units("refund", "form", 2000)
    (1, 3, 4)
    """
    return 1 + (topic in _SLOW_TOPICS) + (channel in _SLOW_CHANNELS) + (length_chars >= _LONG_CHARS)
