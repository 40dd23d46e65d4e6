from collections.abc import Sequence

import pytest

from detectors.text import LANGUAGES, SENTIMENTS, TOPICS, URGENCIES, TextClassifier, Triage
from detectors.text.learning import Example, learn
from detectors.text.quality import Quality

DELIVERY, BILLING = "the parcel is late", "the invoice is wrong"


def small_triage() -> Triage:
    """Models that know nothing, of few slots: quick to make."""
    return Triage(*(TextClassifier(labels, slots_log2=10) for labels in (URGENCIES, SENTIMENTS, TOPICS)), version="v")


def examples(count: int, swapped: bool = False) -> Sequence[Example]:
    texts = [(DELIVERY, "billing" if swapped else "delivery"), (BILLING, "delivery" if swapped else "billing")]
    return [Example(text, "en", {"topic": topic}) for text, topic in texts * (count // 2)]


def judged(triage: Triage, quality: Quality, *lessons: Example, learns: bool = True) -> None:
    for example in lessons:
        quality.judge(triage, example)
        if learns:
            learn(triage, example)


def test_each_label_judges_what_was_said_before_it_was_learned() -> None:
    quality = Quality()
    judged(small_triage(), quality, *examples(60))
    [(_, _, overall), (_, _, english)] = quality.measured()
    assert overall.labels_seen == english.labels_seen == 60
    assert overall.accuracy() > 0.9
    assert overall.dump() == english.dump()
    assert overall.log_loss() > 0.05  # the first were not known


def test_languages_are_kept_apart_and_are_few_whatever_is_stated() -> None:
    quality = Quality()
    stated = [*LANGUAGES, "it", "pt-BR", None, "x" * 30]
    judged(small_triage(), quality, *(Example(DELIVERY, tag, {"topic": "delivery"}) for tag in stated))
    counts = {language: measured.labels_seen for _, language, measured in quality.measured()}
    assert counts == dict.fromkeys(LANGUAGES, 1) | {"other": 4, "all": 9}


def test_weak_labels_and_what_no_model_knows_judge_nobody() -> None:
    quality = Quality()
    lessons = [
        Example(DELIVERY, "en", {"topic": "delivery"}, 0.2),
        Example(DELIVERY, "en", {"topic": "no such"}),
        Example(DELIVERY, "en", {"no such": "delivery"}),
    ]
    judged(small_triage(), quality, *lessons)
    assert list(quality.measured()) == []


def test_errors_that_rise_are_an_alarm_of_their_task_and_steady_ones_are_none() -> None:
    triage, quality = small_triage(), Quality()
    judged(triage, quality, *examples(200))
    assert quality.alarms == {"topic": 0}
    judged(triage, quality, *examples(200, swapped=True), learns=False)  # pinned models, and another world
    assert quality.alarms["topic"] >= 1


def test_what_was_dumped_goes_on_alike() -> None:
    triage, quality = small_triage(), Quality()
    judged(triage, quality, *examples(100))
    again = Quality.load(quality.dump())
    for each in (quality, again):
        judged(triage, each, *examples(40, swapped=True), learns=False)
    assert again.dump() == quality.dump()


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"measured":{"a":1},"rising":{},"alarms":{}}', b"\xff"])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        Quality.load(data)
