"""What a CapacityPlanner keeps in its state topic: a row for each contract and queue, and one for itself.

| key                    | value |
|------------------------|-------|
| ``lease/VENDOR/SKILL`` | the fields of ``Lease``, without its contract |
| ``level/QUEUE``        | ``Level``: total and weight of its short and slow average and of the handling time |
| ``planner``            | the fields of ``Situation``, without its levels |

JSON objects, but for the levels. A field is only ever added with a default: older rows stay readable. Other keys, and
leases of contracts that are gone, are left alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

import orjson

from routers.capacity.contract import VendorContract
from routers.capacity.lease import Ask, Lease
from routers.capacity.nowcast import Average, Level
from routers.capacity.observation import KillSwitch, QueueStatistics, RepStatistics, SpendCap, Statistics, SurgeReport
from routers.capacity.situation import Situation

PLANNER_KEY = b"planner"


@dataclass(slots=True)
class Contents:
    """All that rows hold."""

    situation: Situation
    leases: dict[str, Lease]

    @classmethod
    def fresh(cls, contracts: Collection[VendorContract]) -> "Contents":
        """Before anything happened."""
        return cls(Situation(), {contract.key: Lease(contract) for contract in contracts})


def encode(contents: Contents) -> dict[bytes, bytes]:
    """All rows."""
    rows = {PLANNER_KEY: _dump(contents.situation, leave_out="levels")}
    for key, lease in contents.leases.items():
        rows[b"lease/" + key.encode()] = _dump(lease, leave_out="contract")
    for name, level in contents.situation.levels.items():
        averages = (level.short, level.slow, level.handling)
        rows[b"level/" + name.encode()] = orjson.dumps([[a.total, a.weight] for a in averages])
    return rows


def decode(rows: Mapping[bytes, bytes], contracts: Collection[VendorContract]) -> Contents:
    """What the rows hold for these contracts."""
    contents, levels = Contents.fresh(contracts), dict[str, Level]()
    for key, value in rows.items():
        kind, _, name = key.decode(errors="replace").partition("/")
        if key == PLANNER_KEY:
            contents.situation = _situation(orjson.loads(value))
        elif kind == "level":
            levels[name] = Level(*(Average(*average) for average in orjson.loads(value)))
        elif kind == "lease" and name in contents.leases:
            row = orjson.loads(value)
            row["asks"] = [Ask(**ask) for ask in row["asks"]]
            row["told"] = row["told"] and tuple(row["told"])
            contents.leases[name] = Lease(contents.leases[name].contract, **row)
    if (statistics := contents.situation.statistics) is not None:
        # In the order in which the planner had them: sums of floats depend on it.
        contents.situation.levels = {queue.queue: levels[queue.queue] for queue in statistics.queues}
    return contents


def _dump(record: Situation | Lease, leave_out: str) -> bytes:
    return orjson.dumps({f.name: getattr(record, f.name) for f in fields(record) if f.name != leave_out})


def _situation(row: dict[str, Any]) -> Situation:
    statistics = row["statistics"]
    row["statistics"] = statistics and Statistics(
        statistics["at_s"],
        [QueueStatistics(**queue) for queue in statistics["queues"]],
        [RepStatistics(**reps) for reps in statistics["reps"]],
    )
    row["surges"] = {surge_id: SurgeReport(**report) for surge_id, report in row["surges"].items()}
    row["kill_switch"] = row["kill_switch"] and KillSwitch(**row["kill_switch"])
    row["spend_cap"] = row["spend_cap"] and SpendCap(**row["spend_cap"])
    return Situation(**row)
