import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from river import feature_extraction, naive_bayes

from detectors.text import SENTIMENTS, TOPICS, URGENCIES, TextClassifier, TextMessage, Triage
from detectors.text.learning import Example, digest, dump_models, has_snapshots, learn, load_models
from detectors.text.river_model import RiverModel

LESSON = [Example(f"the zorblax hums again in unit {number}", "en", {"topic": "account"}) for number in range(10)]
LIKE_IT = "the zorblax hums again"
CONTROL = ["where is my parcel?", "I was charged twice on my invoice", "ich will kündigen", "merci beaucoup"]


def small_triage() -> Triage:
    """Models that know nothing, of few slots: quick to make."""
    return Triage(*(TextClassifier(labels, slots_log2=10) for labels in (URGENCIES, SENTIMENTS, TOPICS)), version="v")


def topics(triage: Triage, *texts: str) -> list[str]:
    return [result.topic.label for result in triage.triage_many([TextMessage(text) for text in texts])]


def test_learning_moves_texts_like_it_and_leaves_controls_alone() -> None:
    taught, control = Triage.default(), topics(Triage.default(), *CONTROL)
    before = dict(taught.models)["urgency"].dump()
    assert topics(taught, LIKE_IT) != ["account"]
    assert [learn(taught, example) for example in LESSON] == [1] * 10
    assert topics(taught, LIKE_IT) == ["account"]
    assert topics(taught, *CONTROL) == control
    assert taught.models["urgency"].dump() == before  # a label of one task says nothing of another


def test_unknown_tasks_and_labels_teach_nothing() -> None:
    triage = Triage.default()
    before = dump_models(triage)
    assert learn(triage, Example("text", "en", {"topic": "no such topic", "mood": "sour"})) == 0
    assert dump_models(triage) == before


def test_the_same_log_makes_the_same_models_wherever_it_was_taken_up() -> None:
    whole, first = Triage.default(), Triage.default()
    for example in LESSON:
        learn(whole, example)
    for example in LESSON[:4]:
        learn(first, example)
    later = Triage.default()
    load_models(later, dump_models(first))
    for example in LESSON[4:]:
        learn(later, example)
    assert digest(dump_models(later)) == digest(dump_models(whole))


def test_handling_times_move_effort_and_belong_to_the_snapshot() -> None:
    taught, fresh = small_triage(), small_triage()
    message = TextMessage("anything at all", channel="voice")
    (before,) = taught.triage_many([message])
    for _ in range(100):
        taught.learn_effort(before.topic.label, "chat", 15, handling_s=300.0)
        taught.learn_effort(before.topic.label, "voice", 15, handling_s=1_500.0)
    (after,) = taught.triage_many([message])
    assert after.effort_units > before.effort_units
    load_models(fresh, dump_models(taught))
    assert fresh.triage_many([message]) == [after]


def test_a_task_can_be_served_by_a_model_of_rivers_which_is_replayed_and_not_dumped() -> None:
    def make() -> Triage:
        topic = RiverModel(feature_extraction.BagOfWords() | naive_bayes.MultinomialNB(), TOPICS)
        return Triage(TextClassifier(URGENCIES, slots_log2=10), TextClassifier(SENTIMENTS, slots_log2=10), topic, "v")

    taught, again = make(), make()
    for triage in (taught, again):
        assert [learn(triage, example) for example in LESSON] == [1] * 10
    learn(taught, Example("the zorblax hums", "en", {"topic": "delivery"}, weight=0.3))
    assert topics(taught, LIKE_IT) == topics(again, LIKE_IT) == ["account"]
    assert not has_snapshots(taught)
    with pytest.raises(ValueError, match="replay"):
        dump_models(taught)
    with pytest.raises(ValueError, match="another topic model"):
        load_models(taught, dump_models(small_triage()))


@pytest.fixture(scope="module")
def snapshot() -> bytes:
    return dump_models(Triage.default())


@pytest.mark.parametrize("change", ["nothing", "shorter", "half", "longer", "shifted", "noise", "one model", "renamed"])
def test_torn_and_foreign_bytes_are_refused_and_change_nothing(change: str, snapshot: bytes) -> None:
    (name_length,) = struct.unpack_from(">I", snapshot)
    (model_length,) = struct.unpack_from(">I", snapshot, 4 + name_length)
    bytes_of = {
        "nothing": b"",
        "shorter": snapshot[:-1],
        "half": snapshot[: len(snapshot) // 2],
        "longer": snapshot + b"\x00",
        "shifted": snapshot[1:],
        "noise": b"\xff" * 100,
        "one model": snapshot[: 8 + name_length + model_length],
        "renamed": snapshot[:4] + b"x" * name_length + snapshot[4 + name_length :],
    }
    triage = Triage.default()
    with pytest.raises(ValueError):
        load_models(triage, bytes_of[change])
    assert dump_models(triage) == snapshot


@given(weights=st.tuples(st.floats(0.01, 1.0), st.floats(0.01, 1.0)).filter(lambda pair: pair[0] < pair[1] - 0.01))
@settings(max_examples=20, deadline=None)
def test_a_weaker_label_moves_the_model_less(weights: tuple[float, float]) -> None:
    def lift(weight: float) -> float:
        triage = small_triage()
        learn(triage, Example("utterly new words", "en", {"topic": "delivery"}, weight))
        return triage.models["topic"].predict_proba_one("utterly new words", "en")["delivery"]

    before = small_triage().models["topic"].predict_proba_one("utterly new words", "en")["delivery"]
    weak, strong = map(lift, weights)
    assert before < weak < strong


@pytest.mark.parametrize("weight", [0.0, -0.5, 1.01, math.nan, math.inf])
def test_a_weight_out_of_range_is_refused_and_changes_nothing(weight: float) -> None:
    triage = small_triage()
    before = dump_models(triage)
    with pytest.raises(ValueError, match="weight"):
        learn(triage, Example("a text", None, {"topic": "delivery"}, weight))
    assert dump_models(triage) == before
