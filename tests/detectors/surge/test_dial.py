import numpy as np
import pytest

from detectors.surge.dial import Dial


def test_exponential_excursions_give_the_threshold_that_is_passed_once_a_week() -> None:
    rng = np.random.default_rng(1)
    dial, u, passed = Dial(bucket_s=60.0), np.log(10_080) - 5, 0
    for week in range(60):
        for _ in range(30):
            score = dial.update(u + rng.exponential(1.5))
            passed += week >= 20 and score >= 0
            dial.update(-5.0)
        dial.pass_by(604_800.0)
    assert passed / 40 == pytest.approx(1.0, rel=0.5)


def test_real_surges_blunt_it_only_a_little() -> None:
    rng = np.random.default_rng(2)
    calm, busy, u = Dial(bucket_s=60.0), Dial(bucket_s=60.0), np.log(10_080) - 5
    for _ in range(12):
        for peak in u + rng.exponential(1.0, size=20):
            for dial in (calm, busy):
                dial.update(peak)
                dial.update(-5.0)
        for _ in range(2):
            busy.update(25.0)
            busy.update(-5.0)
        for dial in (calm, busy):
            dial.pass_by(604_800.0)
    assert calm.update(10.0) - 0.8 < busy.update(10.0) < calm.update(10.0)


def test_the_score_rises_with_the_evidence() -> None:
    dial = Dial(bucket_s=300.0)
    scores = [dial.update(evidence) for evidence in np.linspace(-90.0, 25.0, 40)]
    assert scores == sorted(scores)
