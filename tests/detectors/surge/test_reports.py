import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.surge.apart import LEAST_CONVERSATIONS, set_apart
from detectors.surge.reports import Reports
from detectors.surge.said import BITS, Said, conversation_bit, conversations
from detectors.surge.usual import Usual

BILLING, OUTAGE = "topic:billing", "topic:outage"


def said(words: dict[str, int], message_ids: tuple[str, ...] = ()) -> Said:
    """So many conversations a word, each of its own bits."""
    return Said(
        messages=max(words.values(), default=0),
        languages={"en": 1},
        channels={"chat": 1},
        words={word: (float(number), 2 ** min(BITS, number) - 1) for word, number in words.items()},
        message_ids=list(message_ids),
    )


def calm(minutes: int = 60) -> Reports:
    reports = Reports()
    for minute in range(minutes):
        reports.add(60.0 * minute, BILLING, said({"invoice": 10, "amount": 3}))
        reports.add(60.0 * minute, OUTAGE, said({"internet": 2, "router": 1}))
        reports.close(60.0 * minute)
    return reports


@given(st.sets(st.text(max_size=8), max_size=200))
def test_bits_never_say_more_conversations_than_there_are(ids: set[str]) -> None:
    bits = 0
    for conversation_id in ids:
        bits |= conversation_bit(conversation_id)
    assert bits.bit_count() <= len(ids)
    assert bits < 2**BITS


def test_the_number_of_conversations_is_about_right() -> None:
    for number in (1, 10, 40, 80):
        bits = 0
        for n in range(number):
            bits |= conversation_bit(f"conversation-{n}")
        assert abs(conversations(bits) - number) <= max(1.0, 0.25 * number)


def test_a_word_of_fewer_than_twenty_conversations_is_never_named_however_often_it_came() -> None:
    usual = [Usual({"invoice": 500.0}, 500.0)]
    few, enough = 2 ** (LEAST_CONVERSATIONS - 1) - 1, 2**LEAST_CONVERSATIONS - 1
    assert set_apart({"invoice": (50.0, 2**63 - 1), "smith": (10_000.0, few)}, usual, usual) == ()
    assert set_apart({"invoice": (50.0, 2**63 - 1), "outage": (100.0, enough)}, usual, usual) == ("outage",)


def test_without_anything_usual_nothing_is_set_apart() -> None:
    assert set_apart({"router": (90.0, 2**63 - 1), "internet": (60.0, 2**63 - 1)}, [], []) == ()


@pytest.mark.parametrize("usual", [[], [Usual({"parcel": 500.0}, 500.0)], [Usual({"parcel": 0.3}, 0.3)]])
@pytest.mark.parametrize("number", [30.0, 1 / 3, 12_345.678])
def test_the_only_word_there_is_is_set_apart_from_nothing(number: float, usual: list[Usual]) -> None:
    assert set_apart({"parcel": (number, 2**30 - 1)}, usual, usual) == ()


def test_words_that_are_new_in_the_topic_come_before_those_that_only_tell_it_from_others() -> None:
    reports = calm()
    reports.hold_back(3_600.0)
    reports.add(3_600.0, OUTAGE, said({"internet": 60, "glasgow": 40}))
    assert reports.apart(reports.since(3_600.0, OUTAGE), OUTAGE) == ("glasgow", "internet")
    assert set(reports.apart(reports.since(3_600.0, None), None)) == {"glasgow", "internet"}


def test_what_a_surge_says_never_becomes_usual_and_what_follows_does() -> None:
    reports = calm()
    reports.hold_back(3_600.0)
    for minute in range(60, 120):
        if minute == 90:
            reports.release(5_400.0)
        reports.add(60.0 * minute, OUTAGE, said({"glasgow" if minute < 90 else "bill": 30}))
        reports.close(60.0 * minute)
    surge = said({"glasgow": 60, "bill": 60})
    assert reports.apart(surge, OUTAGE)[0] == "glasgow"
    assert "bill" not in reports.apart(surge, OUTAGE)


def test_restored_reports_go_on_as_if_nothing_had_happened() -> None:
    one, other = calm(), Reports()
    one.hold_back(3_540.0)
    other.restore({key: row for key, row in one.changed_rows().items() if row is not None})
    rows = []
    for reports in (one, other):
        for minute in range(60, 80):
            reports.add(60.0 * minute, OUTAGE, said({"glasgow": 30}, (f"m-{minute}",)))
            reports.close(60.0 * minute)
        rows.append(reports.changed_rows())
    assert rows[0] == rows[1]
    assert one.since(0.0, None) == other.since(0.0, None)


@pytest.mark.parametrize(("topics", "words"), [(1, 400), (49, 1), (120, 150)])
def test_it_holds_no_more_than_it_says_whatever_comes(topics: int, words: int) -> None:
    reports = Reports()
    for minute in range(3):
        for topic in range(topics):
            reports.add(60.0 * minute, f"topic:{topic}", said({f"w{minute}-{word}": 1 for word in range(words)}))
        reports.close(60.0 * minute)
    rows = {key: row for key, row in reports.changed_rows().items() if row is not None}
    assert len(rows) <= 3 * 50
    assert max(len(row) for row in rows.values()) < 40_000


def test_buckets_that_never_close_are_bounded() -> None:
    reports = Reports()
    for minute in range(1_000):
        reports.add(60.0 * minute, OUTAGE, said({"router": 1}))
    assert reports.since(0.0, None).messages == 120
