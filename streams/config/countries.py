"""Public holidays of countries and of their parts, by the `holidays` package.

Some are moved by decree, and those that follow the moon are estimates for years ahead: what is missing or has moved
goes into spillway.toml by its date.
"""

import re
import warnings
from functools import lru_cache
from typing import Annotated, Final

import holidays
from msgspec import Meta

YEARS: Final = range(2015, 2046)
"""Asked for: any history that a detector learns from, and the life of a deployment. Some feasts are known of fewer."""

_PATTERN: Final = r"^[A-Z]{2}(-[A-Z0-9]{1,7})?\Z"
CountryCode = Annotated[str, Meta(min_length=2, max_length=10, pattern=_PATTERN)]


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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that some of a country's feasts are known of fewer years
            days = holidays.country_holidays(country, subdiv=part or None, years=YEARS)
    except NotImplementedError:
        days = None
    if not days:
        raise UnknownCountryError(f"no holidays are known of {code}")
    return tuple(sorted(day.isoformat() for day in days))


def likely_codes(code: str) -> list[str]:
    """What may have been meant: the parts of the country where that is known, else all countries.

    >>> "DE-BY" in likely_codes("DE-XX"), "FR" in likely_codes("ZZ"), "DE-BY" in likely_codes("ZZ")
    (True, True, False)
    """
    supported = holidays.list_supported_countries(include_aliases=False)
    country = code.partition("-")[0]
    codes = [f"{country}-{part}" for part in supported[country]] if country in supported else list(supported)
    return sorted(code for code in codes if re.match(_PATTERN, code))
