from itertools import islice

import numpy as np
import pytest

from detectors.text import TOPICS
from streams.local.traffic.arrivals import Rates
from streams.local.traffic.history import SLICES, Mix, Seen, Slice, expected_counts, history
from streams.stages.counts import Counting, HistoryRecord, read_counts, to_counts
from tests.local.traffic.support import small

SCENARIO = small(peak_per_min="40")
AS_SAID = Mix.measure(Seen(topic, "chat", topic, topic == "outage") for topic in TOPICS)


def of(part: Slice) -> int:
    return SLICES.index(part)


@pytest.mark.parametrize("bucket_s", [60.0, 300.0])
def test_history_covers_the_days_up_to_the_start(bucket_s: float) -> None:
    buckets = list(history(SCENARIO, 1, AS_SAID, days=2, bucket_s=bucket_s))

    starts_s = [bucket.start_s for bucket in buckets]
    assert starts_s == list(np.arange(SCENARIO.start_s - 2 * 86_400.0, SCENARIO.start_s, bucket_s))


def test_buckets_lie_on_multiples_of_their_width() -> None:
    odd = small(start="2026-03-10T12:02:10Z")

    assert next(history(odd, 1, AS_SAID, days=1, bucket_s=300.0)).start_s % 300.0 == 0.0


def test_a_bucket_is_what_a_history_record_takes() -> None:
    buckets = [bucket.by_slice() for bucket in islice(history(SCENARIO, 1, AS_SAID, days=1), 700, 760)]
    record = HistoryRecord(SCENARIO.start_s - 86_400.0, 60.0, buckets)
    counting = Counting()
    counting.add(
        "default",
        0.0,
        channel="chat",
        language="en",
        topic="outage",
        angry=False,
        conversation_id="c-1",
        message_id="m-1",
        normalised="down",
    )
    (live,) = counting.sends()

    told = read_counts(to_counts("default", record).value)

    assert isinstance(told, HistoryRecord)
    assert set(read_counts(live.value).slices) <= {str(part) for part in SLICES}
    assert [dict(bucket) for bucket in told.buckets] == [dict(bucket) for bucket in buckets]


def test_counts_match_their_expectation() -> None:
    buckets = list(history(SCENARIO, 3, AS_SAID, days=14, bucket_s=300.0))
    counts = np.stack([bucket.n for bucket in buckets])
    starts_s = np.array([bucket.start_s for bucket in buckets])
    expected = expected_counts(Rates(SCENARIO), AS_SAID, starts_s, 300.0)

    assert counts[:, 0].sum() == pytest.approx(expected.sum(), rel=0.02)
    assert counts[:, of(Slice(topic="outage"))].sum() == pytest.approx(
        expected[:, TOPICS.index("outage")].sum(), rel=0.1
    )


def test_no_hour_is_like_the_same_hour_of_another_day() -> None:
    """Real counts scatter by more than chance, and a detector that has never seen that cries wolf."""
    buckets = list(history(SCENARIO, 3, AS_SAID, days=14, bucket_s=300.0))
    counts = np.array([bucket.n[of(Slice(topic="billing"))] for bucket in buckets], dtype=float)
    starts_s = np.array([bucket.start_s for bucket in buckets])
    expected = expected_counts(Rates(SCENARIO), AS_SAID, starts_s, 300.0)[:, TOPICS.index("billing")].sum(axis=(1, 2))

    beyond = ((counts - expected) ** 2 - expected).sum() / (expected**2).sum()

    assert beyond == pytest.approx(0.02 + 0.08**2, rel=0.3)


def test_slices_of_a_kind_add_up_to_all() -> None:
    for bucket in islice(history(SCENARIO, 1, AS_SAID, days=1), 400, 420):
        for kind in (("channel",), ("language",), ("topic",), ("topic", "channel")):
            own = [
                n
                for part, n in zip(SLICES, bucket.n.tolist(), strict=True)
                if tuple(f for f in part._fields if getattr(part, f) is not None) == kind
            ]
            assert sum(own) == bucket.n[0]


def test_only_messages_that_sound_angry_count_as_angry() -> None:
    for bucket in islice(history(SCENARIO, 1, AS_SAID, days=1), 100):
        assert bucket.n_angry[of(Slice(topic="outage"))] == bucket.n[of(Slice(topic="outage"))]
        assert bucket.n_angry[of(Slice(topic="billing"))] == 0


def test_history_repeats_the_mistakes_of_triage() -> None:
    sample = [Seen(topic, "chat", topic, False) for topic in TOPICS]
    sample += [Seen("refund", "chat", "billing", False), *[Seen("refund", "chat", "other", False)] * 2]
    mix = Mix.measure(sample)
    starts_s = np.array([SCENARIO.start_s])

    true = expected_counts(Rates(SCENARIO), AS_SAID, starts_s, 60.0).sum(axis=(2, 3))[0]
    given = expected_counts(Rates(SCENARIO), mix, starts_s, 60.0).sum(axis=(2, 3))[0]

    refund, billing, other = (TOPICS.index(topic) for topic in ("refund", "billing", "other"))
    assert given[refund] == pytest.approx(true[refund] / 4)
    assert given[billing] == pytest.approx(true[billing] + true[refund] / 4)
    assert given[other] == pytest.approx(true[other] + true[refund] / 2)


def test_a_topic_that_nobody_wrote_about_is_taken_to_be_recognised() -> None:
    mix = Mix.measure([Seen("refund", "chat", "billing", False)])
    refund, billing = TOPICS.index("refund"), TOPICS.index("billing")

    assert mix.given[:, refund, billing].tolist() == [1.0] * len(mix.given)
    others = [topic for topic in range(len(TOPICS)) if topic != refund]
    assert all(np.array_equal(given[np.ix_(others, others)], np.eye(len(others))) for given in mix.given)


@pytest.mark.parametrize("bucket_s", [0.0, 45.0, 420.0])
def test_a_bucket_that_does_not_divide_a_day_is_refused(bucket_s: float) -> None:
    with pytest.raises(ValueError, match="whole minutes"):
        next(history(SCENARIO, 1, AS_SAID, bucket_s=bucket_s))


def test_the_same_seed_gives_the_same_history() -> None:
    first, again, other = (
        [bucket.n.tolist() for bucket in islice(history(SCENARIO, seed, AS_SAID, days=1), 600)] for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_slices_are_named_and_empty_ones_left_out() -> None:
    bucket = next(islice(history(SCENARIO, 1, AS_SAID, days=1), 720, None))
    named = bucket.by_slice()

    assert named["all"] == (int(bucket.n[0]), int(bucket.n_angry[0]))
    assert set(named) <= {str(part) for part in SLICES}
    assert all(n for n, _ in named.values())
