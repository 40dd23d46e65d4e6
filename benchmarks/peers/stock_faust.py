"""Stock Faust as its documentation shows it: an agent that counts keys in a table and sends each event on.

``python -m benchmarks.peers.stock_faust BOOTSTRAP PREFIX``, in a folder of its own. At least once, which is its
default. The table is in memory, with a changelog.
"""

import sys

import faust

bootstrap, prefix = sys.argv[1:3]
app = faust.App(f"{prefix}faust", broker=f"kafka://{bootstrap}", store="memory://", web_enabled=False)
source = app.topic(f"{prefix}bench.in", key_type=bytes, value_serializer="json")
sink = app.topic(f"{prefix}bench.out", key_type=bytes, value_serializer="json")
counts = app.Table("counts", key_type=str, value_type=int, default=int, partitions=4)


@app.agent(source)  # type: ignore[untyped-decorator]
async def count(events: faust.StreamT) -> None:
    """One output and one count an event."""
    async for key, event in events.items():
        counts[key.decode()] += 1
        await sink.send(key=key, value=event)


if __name__ == "__main__":
    sys.argv[1:] = ["worker", "--loglevel", "error"]
    app.main()
