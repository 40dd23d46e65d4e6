"""The outage of the demo as status pages and bots hear of it: the whole flow in memory, so that customers are answered.

(Where nobody answers them they go on asking, and the notice rightly stays open.)
"""

import pytest

from streams.contracts import Notice, NoticeState
from streams.demo.simulate import simulate
from streams.local.traffic.scenario import MINUTE_S, load_scenario

BEGINS_MIN, ENDS_MIN = 60, 102


@pytest.fixture(scope="module")
def notices() -> list[Notice]:
    return simulate(load_scenario("outage-x3"), 1, with_vendor=True).notices


def test_an_outage_is_one_notice_opened_within_minutes_corrected_and_closed(notices: list[Notice]) -> None:
    first, *corrected, last = notices
    start_s = load_scenario("outage-x3").start_s
    assert (first.state, last.state) == (NoticeState.OPEN, NoticeState.CLOSED)
    assert 0.0 < first.at.timestamp() - (start_s + BEGINS_MIN * MINUTE_S) <= 4 * MINUTE_S
    assert abs(last.at.timestamp() - (start_s + ENDS_MIN * MINUTE_S)) <= 10 * MINUTE_S
    assert {notice.notice_id for notice in notices} == {first.notice_id}
    assert corrected
    assert {notice.state for notice in corrected} == {NoticeState.OPEN}


def test_it_says_what_the_outage_is_about(notices: list[Notice]) -> None:
    latest = notices[-1]
    assert latest.series in ("topic:outage", "topic:technical")
    assert latest.words
    assert {"en", "de", "es", "fr"} <= set(latest.languages)
    assert (latest.total_messages or 0) > 100
    assert len(latest.message_ids) == 5
