"""Ids depend on their parts and on nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from streams.contracts import event_id

PARTS = st.lists(st.text(max_size=5), max_size=4)


def test_an_id_is_the_same_in_every_process_and_release() -> None:
    assert event_id("triaged", "acme", "m-1", 7) == "461a36a5b64c71f2bc800b889e887eac"


@given(PARTS, PARTS)
def test_two_ids_are_equal_exactly_if_their_parts_are(one: list[str], other: list[str]) -> None:
    assert (event_id(*one) == event_id(*other)) == (one == other)


def test_a_number_and_its_digits_are_the_same_part() -> None:
    assert event_id("c-1", 7) == event_id("c-1", "7")
