"""Quix Streams, exactly once: decode, count the key in state, encode, send on.

Run by the Python of .venv-peers, in a folder of its own: ``quix_streams.py BOOTSTRAP PREFIX``. Serializers, state
(RocksDB with a changelog) and the commit interval (5 s) are its defaults.
"""

import sys

from quixstreams import Application, State  # type: ignore[import-not-found]  # lives in .venv-peers


def count(value: dict[str, object], state: State) -> dict[str, object]:
    """The value, unchanged; its key has one more."""
    state.set("count", state.get("count", 0) + 1)
    return value


def main() -> None:
    """Run until SIGTERM."""
    bootstrap, prefix = sys.argv[1:3]
    app = Application(
        broker_address=bootstrap,
        consumer_group=f"{prefix}quix",
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once",
        loglevel="ERROR",
    )
    rows = app.dataframe(app.topic(f"{prefix}bench.in", key_deserializer="bytes"))
    rows = rows.apply(count, stateful=True)
    rows.to_topic(app.topic(f"{prefix}bench.out", key_serializer="bytes"))
    app.run()


if __name__ == "__main__":
    main()
