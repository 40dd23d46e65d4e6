"""A network that is slow and breaks connections at any byte."""

import random

from streams.local import LocalBroker
from tests.faults.crew import Crew
from tests.faults.proxy import Proxy
from tests.flow.deployment import eventually


def test_a_slow_and_lossy_network_costs_only_time(
    crew: Crew, broker: LocalBroker, dice: random.Random, long: bool
) -> None:
    crew.stop_all()
    broker_port = int(broker.bootstrap.rpartition(":")[2])
    wanted = 60 if long else 15
    with Proxy(broker_port, dice, delay_s=0.02, breaks=0.01) as proxy:
        proxy.whole = True  # a worker whose very first connection breaks ends, and is its orchestrator's to start again
        for _ in range(2):
            crew.start(through=(broker_port, proxy.port))
        crew.until_members(2)
        proxy.whole = False
        with crew.traffic(400):
            eventually(lambda: proxy.broken >= wanted, 120, f"{wanted} connections broke")
            crew.until_progress(within_s=120)
        assert crew.check() > 1_000
        assert proxy.pieces > 1_000, "the workers' data went through the proxy"
        crew.stop_all()
