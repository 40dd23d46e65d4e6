import random
from statistics import median

from streams.local.traffic.desk import Desk, lognormal, work_s
from tests.local.traffic.support import small


def test_a_hard_topic_on_a_slow_channel_takes_longer() -> None:
    rng = random.Random(1)
    security_call, outage_sms = (
        median(work_s(rng, topic, channel) for _ in range(400))
        for topic, channel in (("security", "voice"), ("outage", "sms"))
    )

    assert security_call > 2 * outage_sms


def test_a_duration_is_never_negative_and_half_are_below_the_median() -> None:
    rng = random.Random(2)
    durations = [lognormal(rng, 10.0, 0.5) for _ in range(2_000)]

    assert min(durations) > 0.0
    assert 9.5 < median(durations) < 10.5


def test_everyone_has_a_chance_of_their_own() -> None:
    desk = Desk(small(), seed=1)

    assert desk.chance("ann").random() == desk.chance("ann").random()
    assert desk.chance("ann").random() != desk.chance("bob").random()
