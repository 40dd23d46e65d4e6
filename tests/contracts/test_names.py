"""Names are lower case, digits, dash and underscore, and nothing else."""

import pytest

from streams.contracts import is_name


@pytest.mark.parametrize("text", ["a", "acme", "acme-eu_2", "0", "-", "a" * 100])
def test_a_name_is_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["", "Acme", "a b", "a.b", "acme\n", "\nacme", "café", "a/b", "a" * 101])
def test_anything_else_is_none(text: str) -> None:
    assert not is_name(text)
