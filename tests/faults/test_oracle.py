"""The oracle itself: what it must notice, it notices."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from streams.runtime.stage import Record
from tests.faults import oracle
from tests.faults.counting import COUNTS, WORDS, stages, topic_table

READ = [[Record(WORDS, p, n, float(n), b"%d-%d" % (p, n % 2), b"{}") for n in range(6)] for p in range(2)]


def _written() -> list[Record]:
    """What a worker without any fault writes."""
    written = []
    for effects in _effects().values():
        for send in effects.sends:
            assert send.partition is not None
            written.append(Record(COUNTS, send.partition, len(written), 9.0, send.key, send.value, send.headers))
    return written


def _effects() -> dict[int, oracle.Effects]:
    return oracle.recompute(stages()[0], WORDS, READ, topic_table("unit."))


def _check(written: list[Record]) -> None:
    oracle.assert_exactly_these(_effects(), {COUNTS: written}, oracle.without_time_header)


def test_what_a_worker_without_faults_writes_is_right() -> None:
    _check(_written())


def _swapped(written: list[Record]) -> list[Record]:
    """Two of one source partition that lie on one destination partition."""
    other = next(n for n in range(1, len(written)) if written[n].partition == written[0].partition)
    written[0], written[other] = written[other], written[0]
    return written


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda written: written[1:], id="the first is lost"),
        pytest.param(lambda written: written[:-1], id="the last is lost"),
        pytest.param(lambda written: [*written, written[-1]], id="one comes twice"),
        pytest.param(_swapped, id="two change places"),
        pytest.param(lambda written: [*written, replace(written[0], value=b"[]")], id="one comes from nowhere"),
        pytest.param(
            lambda written: [replace(written[0], partition=(written[0].partition + 1) % 4), *written[1:]],
            id="one goes to another partition",
        ),
    ],
)
def test_what_is_lost_doubled_moved_or_made_up_is_noticed(spoil: Callable[[list[Record]], list[Record]]) -> None:
    with pytest.raises(AssertionError):
        _check(spoil(_written()))
