"""Public holidays of countries and of their parts, by the `holidays` package.

Some are moved by decree, and those that follow the moon are estimates for years ahead: what is missing or has moved
goes into spillway.toml by its date.
"""

from functools import lru_cache
from typing import Annotated, Final

import holidays
from msgspec import Meta

YEARS: Final = range(2015, 2046)
"""For which holidays are known: any history that a detector learns from, and the life of a deployment."""

CountryCode = Annotated[str, Meta(min_length=2, max_length=10, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,7})?\Z")]


class UnknownCountryError(ValueError):
    """A country, or a part of one, of which no holidays are known."""


@lru_cache(maxsize=64)
def public_holidays(code: str) -> tuple[str, ...]:
    """The public holidays of a country (``DE``) or of a part of it (``DE-BY``), as ISO dates, in order.

    >>> [day for day in public_holidays("DE-BY") if day.startswith("2026-01")]
    ['2026-01-01', '2026-01-06']
    >>> public_holidays("DE-XX")
    Traceback (most recent call last):
        ...
    streams.config.countries.UnknownCountryError: no holidays are known of DE-XX

    Raises UnknownCountryError.
    """
    country, _, part = code.partition("-")
    try:
        days = holidays.country_holidays(country, subdiv=part or None, years=YEARS)
    except NotImplementedError:
        raise UnknownCountryError(f"no holidays are known of {code}") from None
    return tuple(sorted(day.isoformat() for day in days))


def known_codes() -> set[str]:
    """All codes of which holidays are known.

    >>> {"DE", "DE-BY", "FR", "IR"} <= known_codes()
    True
    """
    supported = holidays.list_supported_countries()
    return {*supported, *(f"{country}-{part}" for country, parts in supported.items() for part in parts)}
