"""Exact running totals of one partition: what came in and what became of it, since the partition began.

They are a row like any other, so they are exact through every crash; `spillway status` adds up the partitions'.
"""

from collections.abc import Mapping

import orjson

TOTALS_KEY = b"totals"


def decode_totals(rows: Mapping[bytes, bytes]) -> dict[str, int]:
    """The totals among the rows of a partition, by name; empty if it has none.

    >>> decode_totals({b"totals": b'{"received":3}'}), decode_totals({})
    ({'received': 3}, {})
    """
    totals: dict[str, int] = orjson.loads(rows.get(TOTALS_KEY, b"{}"))
    return totals


class Totals:
    """Counters that only rise.

    >>> totals = Totals()
    >>> totals.restore({b"totals": b'{"received":3}'})
    >>> totals.add(received=2, triaged=1)
    >>> totals.row()
    {b'totals': b'{"received":5,"triaged":1}'}
    """

    def __init__(self) -> None:
        self._totals: dict[str, int] = {}

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        """Go on from the row of an earlier owner."""
        self._totals = decode_totals(rows)

    def add(self, **counts: int) -> None:
        """Count further."""
        for name, count in counts.items():
            self._totals[name] = self._totals.get(name, 0) + count

    def row(self) -> dict[bytes, bytes]:
        """The row to write."""
        return {TOTALS_KEY: orjson.dumps(self._totals)}
