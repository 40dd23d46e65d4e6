"""What the metrics say against what they mean, computed the long way."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text.prequential import BINS, Prequential

LABELS = ("a", "b", "c")
JUDGED = st.lists(
    st.tuples(st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3), st.sampled_from(LABELS)), min_size=1, max_size=60
)


def judged(pairs, window_labels):
    metrics = Prequential(LABELS, window_labels)
    for raw, label in pairs:
        metrics.update([p / sum(raw) for p in raw], label)
    return metrics


@given(JUDGED)
@settings(deadline=None)
def test_without_fading_every_figure_is_the_textbooks(pairs):
    metrics = judged(pairs, math.inf)
    p = np.array([raw for raw, _ in pairs])
    p /= p.sum(axis=1, keepdims=True)
    y = np.array([LABELS.index(label) for _, label in pairs])
    said = p.argmax(axis=1)
    f1 = [2 * ((y == k) & (said == k)).sum() / ((y == k).sum() + (said == k).sum()) for k in {*y, *said}]
    assert metrics.accuracy() == pytest.approx((y == said).mean())
    assert metrics.macro_f1() == pytest.approx(np.mean(f1))
    assert metrics.log_loss() == pytest.approx(-np.log(p[range(len(y)), y]).mean())
    bins = np.minimum((p.max(axis=1) * BINS).astype(int), BINS - 1)
    ece = sum(
        (bins == b).mean() * abs(p.max(axis=1)[bins == b].mean() - (y == said)[bins == b].mean()) for b in {*bins}
    )
    assert metrics.ece() == pytest.approx(ece)
    assert sum(b.predictions for b in metrics.reliability()) == pytest.approx(len(y)) == metrics.confusion().sum()


@given(JUDGED, st.floats(2.0, 100.0))
@settings(deadline=None)
def test_an_older_judgement_counts_for_less_by_the_same_factor_each(pairs, window_labels):
    metrics = judged(pairs, window_labels)
    keep = 1 - 1 / window_labels
    confusion = np.zeros((3, 3))
    for raw, label in pairs:
        confusion *= keep
        confusion[LABELS.index(label), int(np.argmax([p / sum(raw) for p in raw]))] += 1
    assert metrics.confusion() == pytest.approx(confusion)


def test_long_streams_do_not_overflow_and_forget_the_beginning():
    metrics = Prequential(LABELS, 2.0)
    for _ in range(1_000):
        metrics.update((1.0, 0.0, 0.0), "b")
    for _ in range(2_000):
        metrics.update((1.0, 0.0, 0.0), "a")
    assert metrics.accuracy() == pytest.approx(1.0)
    assert metrics.confusion().sum() == pytest.approx(2.0)


def test_a_decision_apart_from_the_likeliest_label_counts_for_f1_and_not_for_calibration():
    metrics = Prequential(("common", "rare"))
    metrics.update((0.6, 0.4), "rare", decided="rare")
    assert metrics.accuracy() == 1.0
    assert metrics.ece() == pytest.approx(0.6)


def test_the_majority_is_what_always_saying_the_commonest_label_scores():
    metrics, majority = Prequential(LABELS, 50.0), Prequential(LABELS, 50.0)
    for label in "aabaacab":
        metrics.update((0.2, 0.5, 0.3), label)
        majority.update((1.0, 0.0, 0.0), label)
    assert metrics.majority_macro_f1() == pytest.approx(majority.macro_f1())


@given(JUDGED, JUDGED)
@settings(deadline=None, max_examples=30)
def test_a_dump_goes_on_as_if_nothing_had_happened(before, after):
    metrics = judged(before, 20.0)
    copy = Prequential.load(metrics.dump())
    for raw, label in after:
        for one in (metrics, copy):
            one.update([p / sum(raw) for p in raw], label)
    assert copy.dump() == metrics.dump()


def test_nothing_judged_is_not_a_number():
    metrics = Prequential(LABELS)
    for figure in (
        metrics.accuracy(),
        metrics.macro_f1(),
        metrics.log_loss(),
        metrics.ece(),
        metrics.majority_macro_f1(),
    ):
        assert math.isnan(figure)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"\xff", Prequential(LABELS).dump()[:-1]])
def test_foreign_bytes_are_refused(data):
    with pytest.raises(ValueError):
        Prequential.load(data)


def test_what_does_not_fit_is_refused():
    metrics = Prequential(LABELS)
    with pytest.raises(ValueError, match="2 probabilities"):
        metrics.update((0.5, 0.5), "a")
    with pytest.raises(ValueError, match="label"):
        metrics.update((0.5, 0.3, 0.2), "d")
    with pytest.raises(ValueError, match="window"):
        Prequential(LABELS, 1.0)
    with pytest.raises(ValueError, match="labels"):
        Prequential(("a",))
