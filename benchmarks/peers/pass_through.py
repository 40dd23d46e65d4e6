"""Our runtime with the stage of ``make bench``, until SIGTERM: ``BOOTSTRAP PREFIX PARTITIONS``.

Prints a line once its partitions are assigned and open.
"""

import asyncio
import os
import sys

import uvloop

from benchmarks.engine import pass_through, topics

STAGE = "pass"


async def serve(bootstrap: str, prefix: str, partitions: int) -> int:
    """Run, and say when ready."""
    process = pass_through(bootstrap, topics(prefix, STAGE, partitions), STAGE)
    running = asyncio.create_task(process.run())
    while not running.done() and not process.health().ready:
        await asyncio.sleep(0.1)
    print("ready", flush=True)
    return await running


if __name__ == "__main__":
    code = uvloop.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    # Faust's threads may outlive their loop.
    os._exit(code)
