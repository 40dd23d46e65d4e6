"""The compiled model against River's own."""

import numpy as np
import pytest
from river import linear_model, optim

from detectors.text import SENTIMENTS, TOPICS, TextClassifier
from detectors.text.seed import SEED


def river_like(model):
    """River's model, told of all labels from the start as ours is."""
    river_model = linear_model.SoftmaxRegression(optim.AdaGrad(model.softmax.learning_rate))
    for label in model.labels:
        river_model.weights[label]
    return river_model


@pytest.mark.parametrize(
    ("task", "labels", "learning_rate", "samples"), [("sentiment", SENTIMENTS, 0.1, 5_000), ("topic", TOPICS, 0.3, 800)]
)
def test_every_probability_and_weight_equals_rivers(task, labels, learning_rate, samples):
    model = TextClassifier(labels, learning_rate, slots_log2=12)  # few slots, so that features collide
    river_model = river_like(model)
    stream = [SEED[i * 7 % len(SEED)] for i in range(samples)]
    features = model.features([e.text for e in stream], [e.language for e in stream])
    for i, example in enumerate(stream):
        x, label = features.row(i), getattr(example, task)
        theirs = river_model.predict_proba_one(x)
        ours = dict(
            zip(labels, model.softmax.predict(model.features([example.text], [example.language]))[0], strict=True)
        )
        assert ours == pytest.approx(theirs, abs=1e-9, rel=0)
        river_model.learn_one(x, label)
        model.learn_one(example.text, label, example.language)
    for k, label in enumerate(labels):
        weights = np.zeros(len(model.softmax.weights))
        weights[list(river_model.weights[label])] = list(river_model.weights[label].values())
        assert np.abs(model.softmax.weights[:, k] - weights).max() < 1e-9


def test_a_certain_model_still_has_finite_probabilities():
    model = TextClassifier(("a", "b"), learning_rate=1_000.0, slots_log2=8)
    model.learn_many(["x", "x", "y"], ["a", "b", "a"])
    probabilities = model.predict_proba_many(["x", "y", ""])
    assert np.isfinite(probabilities).all()
    assert probabilities.sum(axis=1) == pytest.approx(1.0)
