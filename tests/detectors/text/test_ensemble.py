"""What the members are for: each is worth its place."""

import numpy as np
import pytest

from detectors.text import SENTIMENTS, TextClassifier
from detectors.text.seed import SEED

WORDS = [f"word{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(120)]


def stream(n, seed, shift=0):
    """Texts of six words of which half speak for the label, one of four."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        label = int(rng.integers(4))
        own = rng.choice(WORDS[label * 15 : label * 15 + 15], 3)
        yield " ".join([*own, *rng.choice(WORDS[60:], 3)]), "abcd"[(label + shift) % 4]


def right(model, pairs):
    """Which labels were said before they were learned."""
    said = []
    for text, label in pairs:
        said.append(model.predict_one(text) == label)
        model.learn_one(text, label)
    return np.array(said)


def test_when_labels_change_their_meaning_there_is_an_alarm_and_it_recovers():
    model = TextClassifier("abcd", slots_log2=14)
    before = right(model, stream(1_500, 1))
    assert before[-500:].mean() > 0.9
    assert model.alarms == 0
    after = right(model, stream(600, 2, shift=1))
    assert model.alarms >= 1
    assert after[:30].mean() < 0.5
    assert after[-300:].mean() > 0.8


def test_probabilities_come_true():
    """A third of the labels is noise: a model that says .9 where it is right two times in three is not calibrated."""
    rng = np.random.default_rng(5)
    pairs = [(text, label if rng.random() < 0.67 else "abcd"[rng.integers(4)]) for text, label in stream(3_000, 3)]
    model, confidence, hit = TextClassifier("abcd", slots_log2=14), [], []
    for text, label in pairs:
        said = model.predict_proba_one(text)
        best = max(said, key=said.get)
        confidence.append(said[best])
        hit.append(best == label)
        model.learn_one(text, label)
    assert np.mean(confidence[1_500:]) == pytest.approx(np.mean(hit[1_500:]), abs=0.03)


def test_rare_labels_are_decided_for_sooner_than_they_are_the_likeliest():
    model = TextClassifier(("common", "rare"), slots_log2=12)
    for i in range(300):
        model.learn_one(WORDS[i % 60], "rare" if i % 10 == 0 else "common")
    decided = model.decide(np.array([[0.6, 0.4], [0.9, 0.1]]))
    assert decided.tolist() == [1, 0]


def test_a_prior_hears_the_lexicons_in_words_that_its_teacher_never_met():
    teacher = TextClassifier(("negative", "neutral", "positive"), slots_log2=12)
    deaf = teacher.as_prior(0.5)
    hears = teacher.as_prior(0.5, {("negative", "negative"): 2.0, ("", "neutral"): 0.5})
    assert len(set(deaf.predict_proba_one("terrible", "en").values())) == 1
    assert hears.predict_one("terrible", "en") == "negative"
    plain = hears.predict_proba_one("a table", "en")
    assert plain["neutral"] / plain["negative"] == pytest.approx(np.exp(0.5), rel=1e-6)
    with pytest.raises(ValueError, match="trust"):
        teacher.as_prior(0.0, {("", "neutral"): 0.5})


def test_a_prior_is_believed_at_first_and_no_more_once_it_is_proven_wrong():
    teacher = TextClassifier("abcd", slots_log2=14)
    right(teacher, stream(1_000, 4))
    model = teacher.as_prior(0.5)
    assert model.n_learned == 0
    pairs = list(stream(200, 5))
    assert np.mean([model.predict_one(text) == label for text, label in pairs]) > 0.85
    misled = right(model, stream(900, 6, shift=1))
    assert misled[-300:].mean() > 0.8
    assert model.ensemble.trusts[3] < 0.3


def test_a_text_learned_three_times_is_judged_once():
    once, thrice = (TextClassifier(SENTIMENTS, slots_log2=12) for _ in range(2))
    for example in SEED[:60]:
        features = once.features([example.text], [example.language])
        once.learn_features(features, [example.sentiment])
        thrice.learn_features(features, [example.sentiment], repeats=3)
    assert once.ensemble.errors[0, 0] == thrice.ensemble.errors[0, 0] == 60
    assert thrice.n_learned == 60
    assert thrice.softmax.squares.sum() > once.softmax.squares.sum()
    assert thrice.ensemble.trusts.sum() < 1.5  # it did not come to believe who has just been told the answer


def test_a_dump_in_the_middle_of_drift_goes_on_as_if_nothing_had_happened():
    model = TextClassifier("abcd", slots_log2=12)
    right(model, stream(800, 1))
    right(model, stream(100, 2, shift=1))
    copy = TextClassifier.load(model.as_prior().dump())
    assert np.array_equal(copy.ensemble.prior, model.as_prior().ensemble.prior)
    copy = TextClassifier.load(model.dump())
    later = list(stream(300, 3, shift=1))
    for text, label in later:
        assert copy.predict_proba_one(text) == model.predict_proba_one(text)
        copy.learn_one(text, label)
        model.learn_one(text, label)
    assert copy.dump() == model.dump()
    assert copy.alarms == model.alarms
