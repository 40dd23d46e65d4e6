import itertools

import msgspec
import numpy as np
import pytest

from detectors.surge import Counts, SurgeBank, SurgeEvent
from tests.detectors.surge.traffic import MONDAY_S, at, expected_counts

TOPICS = {"billing": 0.4, "delivery": 0.35, "login": 0.2, "outage": 0.05}
CHANNELS = {"email": 0.5, "chat": 0.35, "social": 0.15}
BUCKETS_A_WEEK = {60.0: 10_080, 300.0: 2_016}


def traffic(
    bucket_s: float, weeks: int, seed: int, outage: tuple[int, int] = (0, 0), size: float = 41.0
) -> list[Counts]:
    """Counts of all slices of one group, 100 messages a minute; within `outage` that topic is `size` times as large."""
    rng = np.random.default_rng(seed)
    rate = expected_counts(100.0, bucket_s, weeks)
    drawn = {}
    for (topic, p), (channel, q) in itertools.product(TOPICS.items(), CHANNELS.items()):
        cell = rate * p * q
        if topic == "outage":
            cell[outage[0] : outage[1]] *= size
        drawn[topic, channel] = rng.poisson(cell)
    german = rng.binomial(sum(drawn.values()), 0.3)
    slices = {"all": sum(drawn.values()), "language:de": german, "language:en": sum(drawn.values()) - german}
    for topic in TOPICS:
        slices[f"topic:{topic}"] = sum(drawn[topic, channel] for channel in CHANNELS)
    for channel in CHANNELS:
        slices[f"channel:{channel}"] = sum(drawn[topic, channel] for topic in TOPICS)
    for topic, channel in drawn:
        slices[f"topic:{topic},channel:{channel}"] = drawn[topic, channel]
    columns = [(name, column.tolist()) for name, column in slices.items()]
    return [{name: (column[i], 0) for name, column in columns if column[i]} for i in range(len(rate))]


def close_all(bank: SurgeBank, counts: list[Counts | None], first: int) -> list[SurgeEvent]:
    return [
        event for i, bucket in enumerate(counts) for event in bank.close(MONDAY_S + (first + i) * bank.bucket_s, bucket)
    ]


@pytest.fixture(scope="module")
def warm_rows() -> dict[bytes, bytes]:
    """The rows of a bank of 60 s buckets, warmed by two weeks of 300 s and three hours of its own."""
    bank = SurgeBank("acme")
    bank.warm(((MONDAY_S + i * 300.0, counts) for i, counts in enumerate(traffic(300.0, 2, 1))), 300.0)
    close_all(bank, list(traffic(60.0, 1, 2)[:180]), 2 * 10_080)
    return {key: row for key, row in bank.changed_rows().items() if row is not None}


FIRST = 2 * 10_080 + 180


def warm(rows: dict[bytes, bytes]) -> SurgeBank:
    bank = SurgeBank("acme")
    bank.restore(rows)
    return bank


def test_an_outage_is_one_surge_named_by_its_topic_found_in_three_minutes_and_cleared_in_fifteen(
    warm_rows: dict[bytes, bytes],
) -> None:
    begin, end = at(0, 10, 60.0), at(0, 12, 60.0)
    counts = traffic(60.0, 1, 3, (begin, end))[180 : end + 60]
    events = close_all(warm(warm_rows), list(counts), FIRST)
    onset, *middle, cleared = events
    assert (onset.series, onset.state, onset.group) == ("topic:outage", "onset", "acme")
    begin_s, end_s = (MONDAY_S + (2 * 10_080 + i) * 60.0 for i in (begin, end))
    assert begin_s < onset.at_s <= begin_s + 180
    assert abs(onset.onset_at_s - begin_s) <= 60
    assert cleared.state == "cleared"
    assert end_s < cleared.at_s <= end_s + 900
    assert {event.surge_id for event in events} == {f"acme/topic:outage/{int(onset.onset_at_s)}"}
    assert {event.state for event in middle} == {"ongoing"}
    assert len(middle) <= 30
    assert "all" in cleared.also


def test_calm_weeks_of_a_group_raise_no_more_than_its_dial_says() -> None:
    bank = SurgeBank("acme", bucket_s=300.0)
    events = close_all(bank, list(traffic(300.0, 4, 4)), 0)
    assert len([event for event in events if event.state == "onset"]) <= 6


def test_a_gap_raises_nothing_clears_nothing_and_is_told_after_three_buckets(warm_rows: dict[bytes, bytes]) -> None:
    begin = at(0, 10, 60.0)
    counts: list[Counts | None] = list(traffic(60.0, 1, 5, (begin, begin + 60))[180 : begin + 60])
    counts[100:105] = [None] * 5
    counts[begin - 180 + 30 : begin - 180 + 35] = [None] * 5
    bank = warm(warm_rows)
    told, states = [], []
    for i, bucket in enumerate(counts):
        states += [event.state for event in bank.close(MONDAY_S + (FIRST + i) * 60.0, bucket)]
        told.append(bank.unmeasured_buckets >= 3)
    assert told[100:106] == [False, False, True, True, True, False]
    assert states.count("onset") == 1
    assert "cleared" not in states


def test_a_bank_restored_in_mid_surge_goes_on_as_if_nothing_had_been(warm_rows: dict[bytes, bytes]) -> None:
    begin, end = at(0, 10, 60.0), at(0, 11, 60.0)
    counts: list[Counts | None] = list(traffic(60.0, 1, 6, (begin, end))[180 : end + 30])
    counts[50] = None
    whole, rows = warm(warm_rows), dict(warm_rows)
    events, moved_events = [], []
    moved = warm(rows)
    for i, bucket in enumerate(counts):
        start_s = MONDAY_S + (FIRST + i) * 60.0
        for bank in (whole, moved):
            if i % 7 == 3:
                bank.add_late(start_s - 300.0, {"topic:login": (5, 0), "all": (5, 0)})
        if i % 11 == 0:
            for key, row in moved.changed_rows().items():
                if row is None:
                    del rows[key]
                else:
                    rows[key] = row
            moved = warm(rows)
        events += whole.close(start_s, bucket)
        moved_events += moved.close(start_s, bucket)
    assert events == moved_events
    assert [event.state for event in events].count("onset") == 1


def test_rows_stay_few_and_small(warm_rows: dict[bytes, bytes]) -> None:
    bank = warm(warm_rows)
    sizes = []
    written = set(warm_rows)
    for i, bucket in enumerate(traffic(60.0, 1, 7)[180:360]):
        bank.close(MONDAY_S + (FIRST + i) * 60.0, bucket)
        rows = bank.changed_rows()
        written |= set(rows)
        sizes.append(sum(len(row) for row in rows.values() if row))
    assert len(written) <= len(bank.series) + 61 + 1
    assert sum(sizes) / len(sizes) < 12_000
    assert bank.changed_rows() == {}


def test_a_full_bank_counts_the_rest_as_other() -> None:
    bank = SurgeBank("acme", max_series=4)
    bank.close(0.0, {"all": (9, 0), "topic:a": (5, 0), "topic:b": (2, 0), "topic:c": (1, 0), "topic:d": (1, 0)})
    bank.close(60.0, {"all": (9, 0), "topic:e": (9, 0)})
    assert bank.series == ("all", "other", "topic:a", "topic:b")


def test_a_slice_that_was_silent_for_four_weeks_makes_room() -> None:
    bank = SurgeBank("acme", bucket_s=3600.0, max_series=3)
    bank.close(0.0, {"all": (1, 0), "topic:old": (1, 0)})
    bank.changed_rows()
    for hour in range(1, 28 * 24 + 2):
        bank.close(hour * 3600.0, {"all": (1, 0)})
    assert bank.series == ("all",)
    assert bank.changed_rows()[b"series/topic:old"] is None
    bank.close(28 * 86_400 + 7200.0, {"all": (1, 0), "topic:new": (1, 0)})
    assert bank.series == ("all", "topic:new")


def test_what_comes_late_raises_nothing(warm_rows: dict[bytes, bytes]) -> None:
    bank = warm(warm_rows)
    events = []
    for i, bucket in enumerate(traffic(60.0, 1, 8)[180:300]):
        start_s = MONDAY_S + (FIRST + i) * 60.0
        bank.add_late(start_s - 60.0, {"all": (500, 0), "topic:billing": (500, 0)})
        events += bank.close(start_s, bucket)
    assert events == []


def test_what_comes_late_for_hours_that_were_not_measured_teaches_nothing(warm_rows: dict[bytes, bytes]) -> None:
    counts: list[Counts | None] = list(traffic(60.0, 1, 5))[180:600]
    counts[60:300] = [None] * 240
    banks = []
    for late in (False, True):
        bank = warm(warm_rows)
        for i, bucket in enumerate(counts):
            bank.close(MONDAY_S + (FIRST + i) * 60.0, bucket)
            if late and 310 <= i < 350:
                for gone in range(6):
                    start_s = MONDAY_S + (FIRST + 60 + (i - 310) * 6 + gone) * 60.0
                    assert bank.add_late(start_s, {"all": (60, 0)}) == 0
        banks.append(bank.changed_rows())
    assert {key: row for key, row in banks[0].items() if key.startswith(b"series/")} == {
        key: row for key, row in banks[1].items() if key.startswith(b"series/")
    }


def test_gaps_of_a_dump_of_before_are_read(warm_rows: dict[bytes, bytes]) -> None:
    state = msgspec.msgpack.decode(warm_rows[b"state"])
    state[1] = [MONDAY_S, MONDAY_S + 60.0]
    bank = warm(warm_rows | {b"state": msgspec.msgpack.encode(state)})
    bank.add_late(MONDAY_S + 60.0, {"all": (60, 0)})
    assert bank.changed_rows() == {}


def test_what_comes_late_is_added_up_by_bucket_and_the_oldest_beyond_an_hours_are_pushed_out() -> None:
    bank = SurgeBank("acme")
    bank.close(0.0, {"all": (60, 0)})
    assert [bank.add_late(-60.0 * minute, {"all": (1, 0)}) for minute in range(60)] == [0] * 60
    size = len(bank.changed_rows()[b"state"] or b"")
    assert [bank.add_late(-60.0 * minute, {"all": (1, 0)}) for minute in range(60)] == [0] * 60
    assert len(bank.changed_rows()[b"state"] or b"") == size
    assert [bank.add_late(60.0 * minute, {"all": (1, 0)}) for minute in (1, 2)] == [1, 1]
    assert bank.add_late(-1e6, {"all": (1, 0)}) == 1  # older than all that wait
    bank.close(60.0, {"all": (60, 0)})
    assert bank.add_late(0.0, {"all": (1, 0)}) == 0  # a closing has made room


def test_a_bank_too_small_for_all_and_other_is_refused() -> None:
    with pytest.raises(ValueError, match="max_series"):
        SurgeBank("acme", max_series=1)


def written(bank: SurgeBank) -> dict[bytes, bytes]:
    return {key: row for key, row in bank.changed_rows().items() if row is not None}


def test_a_bank_that_holds_fewer_series_than_its_rows_keeps_those_seen_last_and_counts_the_others_as_other() -> None:
    full = SurgeBank("acme")
    full.warm([(0.0, {"all": (3, 0), "topic:a": (1, 0), "topic:b": (1, 0), "topic:c": (1, 0)})], 300.0)
    full.close(300.0, {"all": (9, 0), "topic:b": (4, 0), "topic:c": (5, 0)})
    full.close(360.0, {"all": (4, 0), "topic:c": (4, 0)})
    rows = written(full)
    small = SurgeBank("acme", max_series=3)
    small.restore(rows)
    assert small.series == ("all", "other", "topic:c")
    other = small.reading("other")
    assert other is not None
    gone = small.changed_rows()
    assert gone == {b"series/topic:a": None, b"series/topic:b": None}
    again = SurgeBank("acme", max_series=3)
    again.restore({key: row for key, row in rows.items() if key not in gone})
    assert (again.series, again.reading("other")) == (small.series, other)
    small.close(420.0, {"all": (9, 0), "topic:a": (9, 0)})
    assert small.series == ("all", "other", "topic:c")


@pytest.mark.parametrize("calm_minutes", [120, 30])
def test_a_surge_of_a_series_that_no_longer_fits_is_over(calm_minutes: int) -> None:
    full = SurgeBank("acme")
    calm: Counts = {"all": (600, 0), "topic:b": (594, 0), "topic:new": (6, 0)}
    close_all(full, [calm] * calm_minutes, 0)
    [onset, *_] = close_all(full, [{"all": (1_594, 0), "topic:b": (594, 0), "topic:new": (1_000, 0)}] * 5, calm_minutes)
    assert (onset.series, full.lasting("volume")) == ("topic:new", ("topic:new",))
    close_all(full, [{"all": (594, 0), "topic:b": (594, 0)}], calm_minutes + 5)  # so it is seen less recently
    rows = written(full)
    assert (b"series/topic:new" in rows) == (calm_minutes > 60)  # before an hour has passed there is no dump of it
    for bank, surging in ((SurgeBank("acme"), ("topic:new",)), (SurgeBank("acme", max_series=3), ())):
        bank.restore(rows)
        assert bank.lasting("volume") == surging
        events = close_all(bank, [calm] * 30, calm_minutes + 6)
        assert [(event.surge_id, event.state) for event in events] == [(onset.surge_id, "cleared")]


def test_a_surge_of_a_series_that_no_longer_fits_is_cleared_after_unmeasured_buckets_and_a_move() -> None:
    full = SurgeBank("acme")
    calm: Counts = {"all": (600, 0), "topic:b": (594, 0), "topic:new": (6, 0)}
    close_all(full, [calm] * 120, 0)
    [onset, *_] = close_all(full, [{"all": (1_594, 0), "topic:b": (594, 0), "topic:new": (1_000, 0)}] * 5, 120)
    close_all(full, [{"all": (594, 0), "topic:b": (594, 0)}], 125)  # so it is seen less recently
    rows = written(full)
    small = SurgeBank("acme", max_series=3)
    small.restore(rows)
    for minute in (126, 127):
        assert close_all(small, [None], minute) == []
        for key, row in small.changed_rows().items():
            if row is None:
                rows.pop(key, None)
            else:
                rows[key] = row
        small = SurgeBank("acme", max_series=3)
        small.restore(rows)
    [cleared] = close_all(small, [calm] * 30, 128)
    assert (cleared.surge_id, cleared.state, cleared.at_s) == (onset.surge_id, "cleared", MONDAY_S + 129 * 60.0)


def test_late_counts_before_the_first_bucket_leave_rows_that_a_bank_can_go_on_from() -> None:
    first = SurgeBank("acme")
    first.add_late(0.0, {"all": (1, 0)})
    rows = written(first)
    for go_on in (lambda bank: bank.close(60.0, None), lambda bank: bank.warm([(60.0, None)], 60.0)):
        bank = SurgeBank("acme")
        bank.restore(rows)
        go_on(bank)
        assert bank.series == ("all",)


def test_slices_of_unknown_kinds_are_counted_as_other_and_their_rows_are_dropped() -> None:
    bank = SurgeBank("acme")
    bank.close(0.0, {"all": (9, 0), "region:eu": (5, 0), "": (1, 0)})
    assert bank.series == ("all", "other")
    bank = SurgeBank("acme")
    bank.warm([(0.0, {"all": (9, 0), "topic:a": (5, 0)})], 300.0)
    rows = {key.replace(b"topic:a", b"region:eu"): row for key, row in written(bank).items()}
    bank = SurgeBank("acme")
    bank.restore(rows)
    assert (bank.series, bank.changed_rows()) == (("all",), {b"series/region:eu": None})
    bank.close(300.0, {"all": (9, 0)})


def test_rows_of_other_buckets_are_refused(warm_rows: dict[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match=r"60\.0 s, not of 300\.0 s"):
        SurgeBank("acme", bucket_s=300.0).restore(warm_rows)


def test_a_dial_set_anew_holds_from_the_next_bucket_on(warm_rows: dict[bytes, bytes]) -> None:
    begin = at(0, 10, 60.0)
    counts = traffic(60.0, 1, 9, (begin, begin + 60), size=2.5)[180 : begin + 60]
    onsets = []
    for dial in (1.0, 1e-3):
        bank = SurgeBank("acme", false_alarms_per_week=dial)
        bank.restore(warm_rows)
        onsets.append(next(event.at_s for event in close_all(bank, list(counts), FIRST) if event.state == "onset"))
    assert onsets[0] < onsets[1]


def test_a_bank_without_rows_starts_afresh() -> None:
    bank = SurgeBank("acme")
    bank.restore({})
    assert bank.series == ("all",)
