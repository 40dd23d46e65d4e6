"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest

from streams.local import LocalBroker


@pytest.fixture(scope="session")
def broker() -> Iterator[LocalBroker]:
    """A real Kafka, started once a session and shared: use topics and groups with names of your own.

    Tests never use a broker that somebody configured, and a test that stops or freezes one starts its own.
    """
    with LocalBroker() as running:
        yield running
