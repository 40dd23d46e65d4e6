from collections import Counter

import numpy as np
import pytest

from benchmarks.urgency.__main__ import by_keywords
from benchmarks.urgency.measures import COSTS, USUAL_SHARES, accuracy, confusion, kappa, macro_f1, mean_cost, usual_cost
from benchmarks.urgency.messages import Labelled, load, second_pass
from detectors.text import LANGUAGES, URGENCIES
from detectors.text.seed import SEED
from tests.detectors.text.overlap import closest, grams

EVALUATION, DEVELOPMENT = load("evaluation"), load("development")


def test_there_are_enough_messages_of_every_kind():
    assert len(EVALUATION) >= 600
    for language in LANGUAGES:
        own = [message for message in EVALUATION if message.language == language]
        assert len(own) >= 120
        assert set(Counter(message.urgency for message in own)) == set(URGENCIES)
        cells = Counter((message.business, message.urgency) for message in own)
        assert len({business for business, _ in cells}) == 6
        assert len(cells) == 24
        assert min(cells.values()) >= 4
    assert {message.language for message in DEVELOPMENT} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_evaluation_shares_no_sentence_with_what_is_looked_at_or_learned(language):
    texts = [message.text for message in EVALUATION if message.language == language]
    known = [example.text for example in SEED if example.language == language]
    known += [message.text for message in DEVELOPMENT if message.language == language]
    share, text, other = closest(texts, known)
    assert share < 0.5, (text, other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_messages_of_the_evaluation_are_nearly_the_same(language):
    bags = [grams(message.text) for message in EVALUATION if message.language == language]
    alike = [len(a & b) / len(a | b) for i, a in enumerate(bags) for b in bags[:i]]
    assert max(alike) < 0.5


def test_overlap_sees_a_near_duplicate():
    assert closest(["My parcel is still not here!"], ["my parcel is still not there", "hello"])[0] > 0.5
    assert closest(["My parcel is still not here!"], ["hello"])[0] == 0


def test_a_missed_emergency_costs_ten_times_a_false_one_and_worse_mistakes_never_cost_less():
    assert COSTS[3, 0] == 10 * COSTS[0, 3]
    assert (COSTS.diagonal() == 0).all()
    for true, row in enumerate(COSTS):
        assert (np.diff(row[true:]) > 0).all()
        assert (np.diff(row[: true + 1]) < 0).all()


def test_the_measures_of_a_small_case():
    counts = confusion(["low", "low", "urgent", "high"], ["low", "normal", "urgent", "low"])
    assert accuracy(counts) == 0.5
    assert macro_f1(counts) == pytest.approx((0.5 + 0 + 0 + 1) / 4)
    assert mean_cost(counts) == pytest.approx((0.25 + 4.0) / 4)
    assert kappa(confusion(["low", "high"], ["low", "high"])) == 1.0
    assert kappa(confusion(["low", "high"], ["low", "low"])) == 0.0


def test_keyword_rules_follow_their_words():
    texts = ["it is urgent, come immediately", "it is urgent", "no rush", "my parcel"]
    messages = [Labelled("en", "bank", "low", text) for text in texts]
    assert by_keywords(messages) == ["urgent", "high", "low", "normal"]


def test_the_usual_mix_counts_every_level_by_its_share():
    counts = confusion(["low", "low", "urgent"], ["urgent", "urgent", "urgent"])
    assert usual_cost(counts) == pytest.approx(USUAL_SHARES[0] / (USUAL_SHARES[0] + USUAL_SHARES[3]))
    assert USUAL_SHARES.sum() == pytest.approx(1.0)


def test_the_second_pass_is_a_sample_of_the_evaluation():
    again = second_pass()
    assert len(again) == 100
    assert set(again) <= set(range(len(EVALUATION)))
    assert set(again.values()) == set(URGENCIES)
