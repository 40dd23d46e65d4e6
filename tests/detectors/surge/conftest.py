import pytest

from detectors.surge import SurgeDetector
from tests.detectors.surge.traffic import MONDAY_S, draw, expected_counts


@pytest.fixture(scope="session")
def warm_60s() -> bytes:
    """A detector of 60 s buckets that has seen three weeks of 100 messages a minute."""
    detector = SurgeDetector(bucket_s=60.0)
    for i, count in enumerate(draw(expected_counts(100.0, 60.0, 3), seed=1)):
        detector.update(MONDAY_S + i * 60.0, count)
    return detector.dump()


@pytest.fixture(scope="session")
def warm_300s() -> bytes:
    """A detector of 300 s buckets that has seen three weeks of 20 messages a minute."""
    detector = SurgeDetector(bucket_s=300.0)
    for i, count in enumerate(draw(expected_counts(20.0, 300.0, 3), seed=2)):
        detector.update(MONDAY_S + i * 300.0, count)
    return detector.dump()
