"""The newest of what the planner was told about its group: load, surges, and what operators allow."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from routers.capacity.contract import VendorContract
from routers.capacity.demand import as_reps, demand_for, forecast
from routers.capacity.law import Demand
from routers.capacity.nowcast import Level
from routers.capacity.observation import KillSwitch, RepStatistics, SpendCap, Statistics, SurgeReport

WARM_UP_S = 300.0
"""How much must have been measured before a shortage counts, unless there is a surge."""
STALE_S = 120.0
"""Statistics older than this say nothing of now."""
SURGE_SILENT_S = 3_600.0
"""A surge that nobody speaks of for so long is over: while one lasts and its minutes are measured, its detector
speaks every 25 minutes at least."""
_FORGET_SURGE_S = 86_400.0


@dataclass(slots=True)
class Situation:
    """law_at_s: when the law was last asked. measured_since_s: the time of the first statistics."""

    law_at_s: float | None = None
    measured_since_s: float | None = None
    statistics: Statistics | None = None
    surges: dict[str, SurgeReport] = field(default_factory=dict)
    kill_switch: KillSwitch | None = None
    spend_cap: SpendCap | None = None
    levels: dict[str, Level] = field(default_factory=dict)

    def take(self, observation: Statistics | SurgeReport | KillSwitch | SpendCap, now_s: float) -> str | None:
        """Keep what is newer than what is known; returns why it was not kept, if so."""
        known: Statistics | SurgeReport | KillSwitch | SpendCap | None
        match observation:
            case Statistics():
                known = self.statistics
            case SurgeReport():
                known = self.surges.get(observation.surge_id)
            case KillSwitch():
                known = self.kill_switch
            case SpendCap():
                known = self.spend_cap
        if known is not None and observation.at_s <= known.at_s:
            return "outdated"
        match observation:
            case Statistics():
                self._measure(observation, now_s)
            case SurgeReport():
                self.surges[observation.surge_id] = observation
                oldest_s = observation.at_s - _FORGET_SURGE_S
                self.surges = {name: report for name, report in self.surges.items() if report.at_s >= oldest_s}
            case KillSwitch():
                self.kill_switch = observation
            case SpendCap():
                self.spend_cap = observation
        return None

    def _measure(self, statistics: Statistics, now_s: float) -> None:
        surging = bool(self.surging(now_s))
        levels = {queue.queue: self.levels.get(queue.queue, Level()) for queue in statistics.queues}
        if self.statistics is None:
            self.measured_since_s = statistics.at_s  # and over how long its rates were counted, nobody knows
        else:
            time_s = statistics.at_s - self.statistics.at_s
            for queue in statistics.queues:
                levels[queue.queue].add(queue.arrivals_per_s, queue.handling_s, time_s, surging=surging)
        self.statistics, self.levels = statistics, levels

    def surging(self, now_s: float) -> list[SurgeReport]:
        """The surges that go on."""
        return [r for r in self.surges.values() if r.phase != "cleared" and now_s < r.at_s + SURGE_SILENT_S]

    def measured(self, now_s: float) -> bool:
        """Whether enough was measured, and of late, to judge by."""
        if self.statistics is None or self.measured_since_s is None or now_s - self.statistics.at_s > STALE_S:
            return False
        return self.statistics.at_s - self.measured_since_s >= WARM_UP_S or bool(self.surging(now_s))

    @property
    def killed(self) -> bool:
        """Whether nothing may be asked of any vendor."""
        return self.kill_switch is not None and self.kill_switch.on

    def demand(
        self,
        contract: VendorContract,
        contracts: Collection[VendorContract],
        promised: Mapping[str, int],
        there: Mapping[str, int],
        now_s: float,
    ) -> Demand | None:
        """What the contract could help with, or None while nothing was measured.

        promised, there: by the key of a contract, the seats of others to count on, and those of all that are there.
        """
        if self.statistics is None:
            return None
        pools = {other.pool for other in contracts}
        own = [reps for reps in self.statistics.reps if reps.pool not in pools]
        rates_per_s = forecast(self.levels, self.surging(now_s), now_s + contract.lead_time_s)

        def reps(seats: Mapping[str, int]) -> list[RepStatistics]:
            return [as_reps(other, seats[other.key], own) for other in contracts if seats.get(other.key)]

        return demand_for(contract, self.statistics, self.levels, rates_per_s, own, reps(promised), reps(there))
