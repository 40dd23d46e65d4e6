"""How many other series a surge lists."""

from detectors.surge import SurgeBank
from detectors.surge.incidents import ALSO_MOST, Incidents
from streams.contracts.names import LIST_ITEMS
from tests.detectors.surge.test_incidents import high

HOUR_S = 3_600.0


def test_a_surge_lists_the_largest_series_as_many_as_a_record_may_hold() -> None:
    assert ALSO_MOST == LIST_ITEMS
    states = {f"topic:{n}": high(1.0 + n, 5) for n in range(300)}
    [event] = Incidents("g", 1.0).update(720.0, states | {"all": high(50_000, 1_000)})
    assert (event.series, len(event.also)) == ("all", ALSO_MOST)
    assert event.also == tuple(sorted(f"topic:{n}" for n in range(100, 300)))


def test_growth_lists_no_more_than_a_record_may_hold() -> None:
    bank = SurgeBank("acme", bucket_s=HOUR_S, max_series=300)
    events = []
    for hour in range(6 * 7 * 24):
        many = 40 + 20 * (hour // (7 * 24))
        counts = {f"topic:{n}": (many, 0) for n in range(250)}
        events += bank.close(hour * HOUR_S, counts | {"all": (250 * many, 0)})
    assert [len(event.also) for event in events if event.kind == "growth"][:1] == [ALSO_MOST]
