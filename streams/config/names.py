"""The bounded types that sections of the configuration share."""

from typing import Annotated

from msgspec import Meta

from streams.config.section import shaped
from streams.contracts.names import NAME_CHARS, NAME_PATTERN

DAY_S = 86_400

Name = Annotated[str, shaped(NAME_PATTERN, "of a-z, 0-9, _ and -", NAME_CHARS)]
Names = tuple[Name, ...]
Seconds = Annotated[float, Meta(ge=1, le=365 * DAY_S)]
