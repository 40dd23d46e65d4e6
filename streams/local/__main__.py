"""``python -m streams.local``: a local broker in the foreground, until Ctrl-C."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from streams.local.broker import LocalBroker
from streams.local.errors import LocalBrokerError


def main() -> int:
    """Run until Ctrl-C or SIGTERM (exit code 0); 1 when the broker cannot start or ends by itself."""
    parser = argparse.ArgumentParser(prog="python -m streams.local", description="Apache Kafka on this machine.")
    parser.add_argument("--data-dir", type=Path, help="keep the data here (default: a temporary folder)")
    data_dir = parser.parse_args().data_dir
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as tidily as Ctrl-C
    try:
        with LocalBroker(data_dir) as broker:
            print(broker.bootstrap, flush=True)
            print("Press Ctrl-C to stop.", file=sys.stderr)
            broker.wait()
            print("The broker ended by itself.", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        return 0
    except LocalBrokerError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
