"""A worker process of the suite's crash cases: runs the stage that may be killed, until it is.

Run it as a module from the repository's root: ``python -m tests.runtime.conformance.worker BOOTSTRAP PREFIX``.
"""

import asyncio
import logging
import os
import sys

from streams.runtime.context import RunLimits
from streams.runtime.kafka import KafkaClients
from streams.runtime.process import WorkerProcess
from tests.runtime.conformance.harness import CHUNK
from tests.runtime.conformance.toys import SURVIVOR, Switches, toy_stages, toy_table


async def main(bootstrap: str, prefix: str) -> int:
    stages = [spec for spec in toy_stages(Switches()) if spec.name == SURVIVOR]
    clients = KafkaClients(bootstrap, session_timeout_s=2.0, transaction_timeout_s=4.0)
    return await WorkerProcess(stages, table=toy_table(prefix), clients=clients, limits=RunLimits(chunk=CHUNK)).run()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s")
    os._exit(asyncio.run(main(*sys.argv[1:])))
