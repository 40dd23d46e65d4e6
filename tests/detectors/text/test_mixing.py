"""The mixture trusts who is right, and as much as is right."""

import numpy as np
import pytest

from detectors.text.mixing import CURVATURE, adapt, mix


def mixed(models, labels, trusts):
    """The mixture's probabilities for each label, before it is learned; `models` has the shape (n, models, labels)."""
    logs, curvatures = np.log(models), np.full(models.shape[1], CURVATURE)
    out = np.empty((len(labels), models.shape[2]))
    for t, label in enumerate(labels):
        mix(logs[t], trusts, out[t])
        adapt(logs[t], out[t], label, 1.0, trusts, curvatures)
    return out


def drawn(n, sharpness, seed):
    """Labels drawn from probabilities, and those probabilities made `sharpness` times as sure of themselves."""
    rng = np.random.default_rng(seed)
    truth = rng.dirichlet([0.7] * 3, size=n).clip(1e-4)
    truth /= truth.sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(3, p=row) for row in truth])
    said = truth**sharpness
    return labels, said / said.sum(axis=1, keepdims=True), truth


def log_loss(probabilities, labels):
    return -np.log(probabilities[np.arange(len(labels)), labels]).mean()


@pytest.mark.parametrize("sharpness", [0.4, 1.0, 3.0])
def test_a_model_too_sure_or_too_unsure_of_itself_becomes_calibrated(sharpness):
    labels, said, truth = drawn(3_000, sharpness, seed=1)
    out = mixed(said[:, None], labels, np.array([1.0]))
    late = slice(1_000, None)
    assert log_loss(out[late], labels[late]) < log_loss(truth[late], labels[late]) + 0.01


def test_who_guesses_loses_trust_and_who_knows_gains_it_also_when_they_change_places():
    labels, good, _ = drawn(4_000, 1.0, seed=2)
    noise = np.random.default_rng(3).dirichlet([0.7] * 3, size=4_000).clip(1e-4)
    models = np.stack([good, noise], axis=1)
    models[2_000:] = models[2_000:, ::-1]
    trusts = np.array([0.5, 0.5])
    mixed(models[:2_000], labels[:2_000], trusts)
    assert trusts[0] > 0.8 > 0.2 > trusts[1]
    mixed(models[2_000:], labels[2_000:], trusts)
    assert trusts[1] > 0.8 > 0.2 > trusts[0]


def test_a_model_that_knows_nothing_changes_nothing():
    one = np.empty(3)
    mix(np.log([[0.5, 0.3, 0.2], [1 / 3, 1 / 3, 1 / 3]]), np.array([1.0, 0.7]), one)
    assert one == pytest.approx([0.5, 0.3, 0.2])


def test_no_model_alone_can_rule_out_a_label():
    logs = np.array([[0.0, -1_000.0], [np.log(0.001), np.log(0.999)]])
    out = np.empty(2)
    mix(logs, np.array([1.0, 1.0]), out)
    assert 0 < out[1] < 1
    trusts, curvatures = np.array([1.0, 1.0]), np.full(2, CURVATURE)
    adapt(logs, out, 1, 1.0, trusts, curvatures)
    assert np.isfinite(trusts).all()
    assert trusts[0] < 1.0 < trusts[1]
