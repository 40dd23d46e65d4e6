import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from river import base, checks, compose, evaluate, metrics

from detectors.text import SENTIMENTS, TextClassifier
from detectors.text.seed import SEED

ANY_TEXT = st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=100)
STREAM = [(example.text, example.sentiment) for example in SEED]


def trained():
    model = TextClassifier(SENTIMENTS, slots_log2=12)
    model.learn_many([text for text, _ in STREAM], [label for _, label in STREAM])
    return model


def test_it_is_a_classifier_of_river_and_runs_in_its_pipelines_and_evaluation():
    model = compose.Pipeline(TextClassifier(SENTIMENTS, slots_log2=14))
    assert isinstance(model["TextClassifier"], base.Classifier)
    accuracy = evaluate.progressive_val_score(STREAM * 3, model, metrics.Accuracy())
    assert accuracy.get() > 0.7


@pytest.mark.parametrize(
    "check",
    [
        checks.common.check_repr,
        checks.common.check_str,
        checks.common.check_tags,
        checks.common.check_clone_same_class,
        checks.common.check_clone_is_idempotent,
        checks.common.check_clone_changes_memory_addresses,
        checks.common.check_clone_with_new_params_applies,
        checks.common.check_init_default_params_are_not_mutable,
        checks.common.check_init_has_default_params_for_tests,
        checks.common.check_get_params_matches_signature,
        checks.common.check_mutate_can_be_idempotent,
        checks.common.check_pickling_supports_roundtrip,
        checks.common.check_repr_roundtrips_clone,
        checks.common.check_doc,
    ],
)
def test_it_passes_rivers_general_check(check):
    check(TextClassifier(SENTIMENTS, slots_log2=12))


@pytest.mark.parametrize(
    "check",
    [
        checks.common.check_learn_one,
        checks.common.check_pickling,
        checks.common.check_predict_one_pure,
        checks.common.check_predict_one_before_any_learn,
        checks.common.check_clone_is_independent,
        checks.clf.check_predict_proba_one,
        checks.clf.check_classifier_tracks_seen_labels,
    ],
)
def test_it_passes_rivers_check_on_texts(check):
    check(TextClassifier(SENTIMENTS, slots_log2=12), STREAM[:60])


def test_a_batch_learns_what_single_texts_learn():
    one = TextClassifier(SENTIMENTS, slots_log2=12)
    for text, label in STREAM:
        one.learn_one(text, label)
    assert one.dump() == trained().dump()


def test_a_batch_predicts_what_single_texts_predict():
    model = trained()
    texts = [text for text, _ in STREAM[:50]]
    rows = model.predict_proba_many(texts)
    assert rows.shape == (50, 3)
    for text, row in zip(texts, rows, strict=True):
        assert model.predict_proba_one(text) == dict(zip(SENTIMENTS, row.tolist(), strict=True))


def test_a_batch_decides_what_single_texts_decide():
    model = trained()
    assert isinstance(model, base.MiniBatchClassifier)
    texts = [text for text, _ in STREAM[:50]]
    assert model.predict_many(texts, ["en"] * 50) == [model.predict_one(text, "en") for text in texts]
    assert model.predict_many([]) == []


def test_batches_may_be_any_sequence_as_a_series_is():
    model, same = (TextClassifier(SENTIMENTS, slots_log2=12) for _ in range(2))
    texts, labels = zip(*STREAM[:30], strict=True)
    model.learn_many(np.array(texts), np.array(labels))
    same.learn_many(list(texts), list(labels))
    assert model.dump() == same.dump()


@pytest.mark.parametrize(("n", "rate", "slots"), [(3, 0.1, 20), (20, 0.1, 20), (21, 0.3, 18)])
def test_what_is_not_said_follows_from_the_number_of_labels(n, rate, slots):
    model = TextClassifier([str(i) for i in range(n)])
    assert (model.softmax.learning_rate, model.hashed_to) == (rate, slots)


def test_an_empty_batch_has_no_rows_and_teaches_nothing():
    model = TextClassifier(SENTIMENTS, slots_log2=12)
    model.learn_many([], [])
    assert model.predict_proba_many([]).shape == (0, 3)
    assert not model.softmax.squares.any()


@settings(max_examples=50)
@given(st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_any_text_can_be_learned_and_predicted(texts):
    model = TextClassifier(SENTIMENTS, slots_log2=8)
    model.learn_many(texts, ["positive"] * len(texts))
    assert model.predict_proba_many(texts).sum(axis=1) == pytest.approx(1.0)


def test_a_language_changes_what_a_text_means():
    model = TextClassifier(("bad", "good"), slots_log2=18)
    model.learn_many(["gift"] * 10, ["bad", "good"] * 5, ["de", "en"] * 5)
    assert model.predict_one("gift", language="de") == "bad"
    assert model.predict_one("gift", language="en") == "good"


def test_an_unknown_label_is_refused_and_nothing_of_its_batch_is_learned():
    model = TextClassifier(SENTIMENTS, slots_log2=12)
    with pytest.raises(ValueError, match="label"):
        model.learn_many(["good", "bad"], ["positive", "furious"])
    assert not model.softmax.squares.any()


def test_batches_of_unequal_length_are_refused():
    model = TextClassifier(SENTIMENTS, slots_log2=12)
    with pytest.raises(ValueError, match="2 texts, but 1 labels"):
        model.learn_many(["a", "b"], ["positive"])
    with pytest.raises(ValueError, match="2 texts, but 1 languages"):
        model.predict_proba_many(["a", "b"], ["en"])


@pytest.mark.parametrize(
    "arguments",
    [
        {"labels": ("one",)},
        {"labels": ("a", "a")},
        {"labels": ("a", "b"), "learning_rate": 0.0},
        {"labels": ("a", "b"), "learning_rate": float("nan")},
        {"labels": ("a", "b"), "slots_log2": 40},
    ],
)
def test_impossible_parameters_are_refused(arguments):
    with pytest.raises(ValueError):
        TextClassifier(**arguments)


def test_a_dump_holds_the_whole_model():
    model = trained()
    copy = TextClassifier.load(model.dump())
    assert (copy.labels, copy.learning_rate, copy.slots_log2) == (model.labels, model.learning_rate, model.slots_log2)
    assert np.array_equal(copy.softmax.weights, model.softmax.weights)
    copy.learn_one("and on it goes", "neutral")
    model.learn_one("and on it goes", "neutral")
    assert copy.dump() == model.dump()


def test_an_untrained_model_can_be_dumped():
    model = TextClassifier.load(TextClassifier(SENTIMENTS).dump())
    assert model.predict_proba_one("x") == pytest.approx(dict.fromkeys(SENTIMENTS, 1 / 3))


@given(st.data())
@settings(max_examples=60)
def test_a_torn_or_altered_dump_is_refused(data):
    whole = DUMP
    torn = whole[: data.draw(st.integers(0, len(whole) - 1))]
    at = data.draw(st.integers(0, len(whole) - 1))
    altered = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    for bad in (torn, altered, whole + b"\x00"):
        with pytest.raises(ValueError):
            TextClassifier.load(bad)


DUMP = trained().dump()


@pytest.mark.parametrize("foreign", [b"", b"hello", pickle.dumps({"a": 1}), b"spillway-text-1\n" + b"0" * 200])
def test_foreign_bytes_are_refused(foreign):
    with pytest.raises(ValueError):
        TextClassifier.load(foreign)
