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
        workers = [crew.start(through=(broker_port, proxy.port)) for _ in range(2)]

        def enough() -> bool:
            """Whether so many connections broke. One whose first connection breaks ends, and is started again."""
            workers[:] = [
                worker if worker.ended is None else crew.start(through=(broker_port, proxy.port)) for worker in workers
            ]
            return proxy.broken >= wanted

        with crew.traffic(400):
            eventually(enough, 120, f"{wanted} connections broke")
            crew.until_progress(within_s=60)
        assert crew.check() > 1_000
        assert proxy.pieces > 1_000, "the workers' data went through the proxy"
        crew.stop_all()
