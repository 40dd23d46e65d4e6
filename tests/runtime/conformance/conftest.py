"""The two harnesses that every case of this folder runs on."""

from collections.abc import Iterator

import pytest

from streams.local import LocalBroker

from .harness import Harness
from .kafka_harness import KafkaHarness
from .memory_harness import MemoryHarness


@pytest.fixture(scope="module")
def kafka(broker: LocalBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaHarness]:
    """All toy stages on a real broker, started once a file: ten of them that tick go on costing time until they end."""
    with pytest.MonkeyPatch.context() as patch:
        harness = KafkaHarness(broker.bootstrap, patch, tmp_path_factory.mktemp("workers"))
        yield harness
        harness.close()


@pytest.fixture(scope="module", params=["memory", "kafka"])
def harness(request: pytest.FixtureRequest) -> Harness:
    """The runner under test."""
    if request.param == "memory":
        return MemoryHarness(seed=20)
    harness: Harness = request.getfixturevalue("kafka")
    return harness
