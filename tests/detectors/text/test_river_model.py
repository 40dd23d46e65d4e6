"""River's own models behind our interface."""

import numpy as np
import pytest
from river import compose, feature_extraction, linear_model, naive_bayes, optim, tree

from detectors.text import SENTIMENTS
from detectors.text.river_model import RiverModel
from detectors.text.seed import SEED

TEXTS = [example.text for example in SEED][:120]
LABELS = [example.sentiment for example in SEED][:120]


@pytest.mark.parametrize(
    "make",
    [
        lambda: compose.Pipeline(feature_extraction.BagOfWords(), naive_bayes.MultinomialNB()),
        lambda: compose.Pipeline(feature_extraction.TFIDF(), linear_model.SoftmaxRegression(optim.AdaGrad(0.1))),
        lambda: linear_model.SoftmaxRegression(optim.AdaGrad(0.1)),
        lambda: naive_bayes.BernoulliNB(),
        lambda: compose.Pipeline(feature_extraction.BagOfWords(), tree.HoeffdingTreeClassifier()),
    ],
)
def test_a_pipeline_or_a_classifier_learns_texts_and_gives_probabilities(make):
    model = RiverModel(make(), SENTIMENTS)
    assert model.predict_proba_many(["hello"]) == pytest.approx(np.full((1, 3), 1 / 3))
    model.learn_many(TEXTS, LABELS)
    rows = model.predict_proba_many(TEXTS)
    assert rows.shape == (120, 3)
    assert rows.sum(axis=1) == pytest.approx(1.0)
    assert (rows >= 0).all()


def test_a_good_model_of_rivers_is_good_here():
    model = RiverModel(linear_model.SoftmaxRegression(optim.AdaGrad(0.1)), SENTIMENTS)
    for _ in range(3):
        model.learn_many(TEXTS, LABELS)
    said = model.predict_proba_many(TEXTS).argmax(axis=1)
    assert np.mean(said == [SENTIMENTS.index(label) for label in LABELS]) > 0.9


def test_a_label_that_was_never_met_has_no_probability():
    model = RiverModel(compose.Pipeline(feature_extraction.BagOfWords(), naive_bayes.MultinomialNB()), SENTIMENTS)
    model.learn_many(["fine", "awful"], ["positive", "negative"])
    assert model.predict_proba_many(["fine"])[0, 1] == 0.0


def test_what_does_not_fit_is_refused_before_anything_is_learned():
    model = RiverModel(linear_model.SoftmaxRegression(), SENTIMENTS)
    with pytest.raises(ValueError, match="label"):
        model.learn_many(["a", "b"], ["positive", "furious"])
    with pytest.raises(ValueError, match="1 labels"):
        model.learn_many(["a", "b"], ["positive"])
    with pytest.raises(ValueError, match="1 languages"):
        model.predict_proba_many(["a", "b"], ["en"])
    assert not model.model.weights
    with pytest.raises(ValueError, match="River"):
        RiverModel(object(), SENTIMENTS)
    with pytest.raises(ValueError, match="labels"):
        RiverModel(linear_model.SoftmaxRegression(), ("a",))
