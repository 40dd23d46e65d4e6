import itertools

import numpy as np
import pytest

from detectors.surge import SurgeBank, SurgeDetector
from tests.detectors.surge.traffic import MONDAY_S, draw

HOURLY = 12  # buckets of 300 s


def scores(counts: list[int], *, spiky: bool) -> list[float]:
    detector = SurgeDetector(300.0, spiky=spiky)
    return [detector.update(MONDAY_S + 300.0 * i, count).score for i, count in enumerate(counts)]


def test_the_score_is_the_mean_of_both_once_a_day_was_seen() -> None:
    counts = draw(np.full(14 * 288, 20.0), 1) + [60] * HOURLY
    plain, joined = scores(counts, spiky=False), scores(counts, spiky=True)
    assert joined[:250] == plain[:250]
    last_hour = [2.0 * both - min(one, 12.0) + 3.5 for one, both in zip(plain, joined, strict=True)]
    assert abs(np.mean(last_hour[1000 : 14 * 288])) < 0.5  # calm: as many standard deviations above as below
    assert 0.85 < np.std(last_hour[1000 : 14 * 288]) < 1.15
    assert last_hour[-1] > 10.0


def test_a_rush_that_comes_every_day_counts_less_than_one_that_never_came() -> None:
    calm = np.full(288, 20.0)
    rushed = calm.copy()
    rushed[120:126] = 90.0
    used_to_it, not_used_to_it = np.tile(rushed, 10), np.tile(calm, 10)
    day = rushed[:126]
    first = max(scores(draw(np.concatenate([not_used_to_it, day]), 3), spiky=True)[-6:])
    again = max(scores(draw(np.concatenate([used_to_it, day]), 3), spiky=True)[-6:])
    assert first - again > 3.0


def test_a_bank_judges_the_named_slices_so_and_goes_on_after_a_restart() -> None:
    bank, plain = SurgeBank("acme", spiky=["channel:social"]), SurgeBank("acme")
    rows: dict[bytes, bytes] = {}
    counts = draw(np.full(3 * 1440, 5.0), 4) + [25] * 4
    said: dict[str, list[tuple[str, str]]] = {"bank": [], "plain": [], "again": []}

    def feed(name: str, one: SurgeBank, first: int, last: int) -> None:
        for i, count in itertools.islice(enumerate(counts), first, last):
            events = one.close(MONDAY_S + 60.0 * i, {"all": (count, 0), "channel:social": (count, 0)})
            said[name] += [(event.series, event.state) for event in events]
            rows.update({key: row for key, row in bank.changed_rows().items() if row is not None})

    feed("bank", bank, 0, 3 * 1440)
    again = SurgeBank("acme", spiky=["channel:social"])
    again.restore(rows)
    feed("again", again, 3 * 1440, len(counts))
    feed("bank", bank, 3 * 1440, len(counts))
    feed("plain", plain, 0, len(counts))
    assert said["again"] == said["bank"]
    readings = [one.reading("channel:social") for one in (bank, again, plain)]
    assert readings[0] == readings[1] != readings[2]
    assert bank.reading("all") == plain.reading("all")


@pytest.mark.parametrize("quiet", [0.0, 0.02])
def test_a_message_in_a_silent_series_is_no_surge(quiet: float) -> None:
    counts = [*draw(np.full(5 * 288, quiet), 5), 1, 0, 1]
    assert max(scores(counts, spiky=True)[-3:]) < 0.0
