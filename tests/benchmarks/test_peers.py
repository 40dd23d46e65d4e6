"""The comparison measures and counts right; the peers themselves run in ``make bench-peers`` alone."""

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers.measurement import CpuMeter, completeness, result
from benchmarks.peers.programs import PEERS, Peer, measure
from streams.local import LocalBroker


def test_speed_is_that_of_the_second_half() -> None:
    with CpuMeter([os.getpid()]) as meter:
        began_s = time.time()
        while time.time() < began_s + 0.3:
            pass
    times_s = began_s + np.array([0.05, 0.05, 0.1, 0.15, 0.15, 0.2, 0.25])
    one = result(times_s, np.arange(7), 7, meter, "")
    assert one.events_per_s == pytest.approx(2 / 0.1, rel=1e-3)
    assert one.cold_per_s == pytest.approx(3 / 0.1, rel=1e-3)
    assert 0 < one.cpu_us <= 0.15 / 2 * 1e6
    assert completeness(one) == "complete"


def test_lost_and_repeated_outputs_are_named() -> None:
    with CpuMeter([os.getpid()]) as meter:
        time.sleep(0.05)
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
