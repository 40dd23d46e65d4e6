"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from streams.local import LocalBroker

# Two cores are shared with a broker: an example's time says nothing, only the whole run has a limit.
settings.register_profile("spillway", deadline=None)
settings.load_profile("spillway")


@pytest.fixture(scope="session")
def broker() -> Iterator[LocalBroker]:
    """A real Kafka, started once a session and shared: use topics and groups with names of your own.

    Tests never use a broker that somebody configured, and a test that stops or freezes one starts its own.
    """
    with LocalBroker() as running:
        yield running
