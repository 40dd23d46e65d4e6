from typing import Any

import numpy as np
import pytest

from detectors.surge import dial
from detectors.surge.step import new_series


def test_exponential_excursions_give_the_threshold_that_is_passed_once_a_week() -> None:
    rng = np.random.default_rng(1)
    one, u, passed = new_series(60.0), np.log(10_080) - 5, 0
    for week in range(60):
        for _ in range(30):
            score = dial.update(one, u + rng.exponential(1.5))
            passed += week >= 20 and score >= 0
            dial.update(one, -5.0)
        dial.pass_by(one, 604_800.0)
    assert passed / 40 == pytest.approx(1.0, rel=0.5)


def test_real_surges_blunt_it_only_a_little() -> None:
    rng = np.random.default_rng(2)
    calm, busy, u = new_series(60.0), new_series(60.0), np.log(10_080) - 5
    for _ in range(12):
        for peak in u + rng.exponential(1.0, size=20):
            for one in (calm, busy):
                dial.update(one, peak)
                dial.update(one, -5.0)
        for _ in range(2):
            dial.update(busy, 25.0)
            dial.update(busy, -5.0)
        for one in (calm, busy):
            dial.pass_by(one, 604_800.0)
    assert dial.update(calm, 10.0) - 0.8 < dial.update(busy, 10.0) < dial.update(calm, 10.0)


def test_the_score_rises_with_the_evidence() -> None:
    one: Any = new_series(300.0)
    scores = [dial.update(one, evidence) for evidence in np.linspace(-90.0, 25.0, 40)]
    assert scores == sorted(scores)
