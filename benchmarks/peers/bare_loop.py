"""The bare confluent-kafka loop of ``make bench``, a transaction per 5,000: ``BOOTSTRAP PREFIX RECORDS``."""

import sys

from benchmarks.engine import TRANSACTION_RECORDS, bare

if __name__ == "__main__":
    bare(sys.argv[1], sys.argv[2], "bare", TRANSACTION_RECORDS, int(sys.argv[3]))
