"""The bounded types that contracts are made of; every size stands here, once.

Sizes are in characters, as JSON Schema counts them, but for a body: that is bounded in UTF-8 bytes too, because bytes
are what topics and memory are limited in (Persian takes two a letter, an emoji four).
"""

import re
from typing import Annotated

from msgspec import Meta

NAME_CHARS = 100
ID_CHARS = 200
TEXT_CHARS = 200
SUBJECT_CHARS = 1_000
BODY_BYTES = 262_144
ATTRIBUTES = 50
ATTRIBUTE_KEY_CHARS = 100
ATTRIBUTE_CHARS = 1_000
LIST_ITEMS = 200
LABELS = 1_000
UNITS = 1_000_000
VALID_FOR_S = 86_400.0
WHOLE = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly

# \Z, not $: Python's $ also matches before a line's end, and "acme\n" is no name.
NAME_PATTERN = r"^[a-z0-9_-]+\Z"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z"

Name = Annotated[str, Meta(min_length=1, max_length=NAME_CHARS, pattern=NAME_PATTERN)]
"""A tenant, group, pool, queue, vendor, skill or rule."""

Id = Annotated[str, Meta(min_length=1, max_length=ID_CHARS)]
"""Others' identifiers: any text, only bounded."""

Text = Annotated[str, Meta(min_length=1, max_length=TEXT_CHARS)]
"""A short text that is no name of ours: a tier, a label of a model, a model's version."""

Language = Annotated[str, Meta(min_length=2, max_length=35, pattern=LANGUAGE_PATTERN)]
"""A language tag (BCP 47, RFC 5646): en, fa, pt-BR."""

Probability = Annotated[float, Meta(ge=0.0, le=1.0)]
Units = Annotated[int, Meta(ge=0, le=UNITS)]
"""Effort and capacity, in whole units: sums of whole numbers are exact, so a rep is never over capacity by rounding."""

Epoch = Annotated[int, Meta(ge=0, le=WHOLE)]
"""The fencing number of an assignment: of two for one ticket, the higher is the truth."""

Names = Annotated[tuple[Name, ...], Meta(max_length=LIST_ITEMS)]
Languages = Annotated[tuple[Language, ...], Meta(max_length=LIST_ITEMS)]
AttributeKey = Annotated[str, Meta(max_length=ATTRIBUTE_KEY_CHARS)]
Attribute = Annotated[str, Meta(max_length=ATTRIBUTE_CHARS)]

_NAME = re.compile(NAME_PATTERN)


def is_name(text: str) -> bool:
    """Whether a text may name a tenant, group, pool, queue, vendor or skill.

    >>> is_name("acme-eu"), is_name("Acme"), is_name("acme\\n"), is_name("")
    (True, False, False, False)
    """
    return len(text) <= NAME_CHARS and _NAME.match(text) is not None
