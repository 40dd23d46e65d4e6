"""The comparison measures and counts right; the peers themselves run in ``make bench-peers`` alone."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers.measurement import CpuMeter, completeness, cpu_s, result
from benchmarks.peers.programs import PEERS, Peer, measure
from streams.local import LocalBroker


def sampled(*samples: tuple[float, float]) -> CpuMeter:
    """A meter that has seen so much CPU time used at these times."""
    meter = CpuMeter([])
    meter._times_s, meter._cpu_s = (list(column) for column in zip(*samples, strict=True))
    return meter


def test_speed_is_that_of_the_second_half() -> None:
    meter = sampled((100.0, 7.0), (100.15, 7.09), (100.25, 7.13), (100.3, 7.2))
    times_s = 100.0 + np.array([0.05, 0.05, 0.1, 0.15, 0.15, 0.2, 0.25])
    one = result(times_s, np.arange(7), 7, meter, "")
    assert one.events_per_s == pytest.approx(2 / 0.1, rel=1e-3)
    assert one.cold_per_s == pytest.approx(3 / 0.1, rel=1e-3)
    assert one.cpu_us == pytest.approx(0.04 / 2 * 1e6, rel=1e-3)
    assert completeness(one) == "complete"


def test_what_a_process_uses_is_seen_while_it_is_busy() -> None:
    with CpuMeter([os.getpid()]) as meter:
        enough_s = cpu_s(os.getpid()) + 0.5  # of CPU time: a process that waits for its turn uses none
        while cpu_s(os.getpid()) < enough_s:
            pass
    assert 0 < meter.used_s(meter._times_s[0], meter._times_s[-1]) < 60


def test_lost_and_repeated_outputs_are_named() -> None:
    meter = sampled((0.0, 0.0), (5.0, 1.0))
    one = result(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 1, 1, 3]), 5, meter, "")
    assert completeness(one) == "2 missing, 1 twice"


def test_a_bare_loop_on_a_real_broker_is_complete(broker: LocalBroker) -> None:
    bare = PEERS[1]
    one = measure(broker.bootstrap, bare, 6_000)
    assert completeness(one) == "complete"
    assert one.events_per_s > 0


def test_a_peer_that_ends_with_an_error_is_no_row_of_speed(broker: LocalBroker) -> None:
    def raises(bootstrap: str, prefix: str, records: int, folder: Path) -> list[str]:
        return [sys.executable, "-c", "raise SystemExit('no such option')"]

    one = measure(broker.bootstrap, Peer("broken", "nothing", raises), 10)
    assert np.isnan(one.events_per_s)
    assert completeness(one) == "20 missing, ended with 1: no such option"
