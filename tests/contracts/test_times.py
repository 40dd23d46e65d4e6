"""Times keep their microseconds both ways, and a time without a zone is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contracts import ContractError, Reason, at, rfc3339, seconds

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(MOMENTS)
def test_a_moment_survives_being_seconds(moment: datetime) -> None:
    assert at(moment.timestamp()) == moment


@given(MOMENTS)
def test_seconds_survive_being_text(moment: datetime) -> None:
    time_s = moment.timestamp()
    assert seconds(rfc3339(time_s), "at") == time_s


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-03-10T12:00:00", Reason.TIME_WITHOUT_ZONE),
        ("2026-03-10 12:00:00.5", Reason.TIME_WITHOUT_ZONE),
        ("2026-03-10", Reason.INVALID_TIME),
        ("noon", Reason.INVALID_TIME),
        ("", Reason.INVALID_TIME),
        ("9999-12-31T23:59:59-01:00", Reason.INVALID_TIME),
    ],
)
def test_a_bad_time_names_its_field_and_quotes_nothing(text: str, reason: Reason) -> None:
    with pytest.raises(ContractError) as caught:
        seconds(text, "sent_at")
    assert (caught.value.reason, caught.value.field, str(caught.value)) == (reason, "sent_at", f"{reason}: sent_at")
    assert caught.value.__context__ is None


def test_digits_beyond_microseconds_are_rounded() -> None:
    assert seconds("1970-01-01T00:00:00.1234567Z", "at") == 0.123457
