"""How many seats to ask for: sizes vendors' seats ahead of the load. See ``CapacityPlanner``."""

from routers.capacity.contract import ContractError, Sla, VendorContract
from routers.capacity.erlang import ErlangA, erlang_a, erlang_b, erlang_c, servers_needed, service_level
from routers.capacity.observation import (
    KillSwitch,
    Observation,
    ObservationError,
    QueueStatistics,
    RepStatistics,
    SeatsOverride,
    SpendCap,
    Statistics,
    SurgeReport,
    VendorEvent,
)
from routers.capacity.planner import CapacityPlanner
from routers.capacity.requests import ContractStatus, OpenSeats, VendorRequest, Why

__all__ = [
    "CapacityPlanner",
    "ContractError",
    "ContractStatus",
    "ErlangA",
    "KillSwitch",
    "Observation",
    "ObservationError",
    "OpenSeats",
    "QueueStatistics",
    "RepStatistics",
    "SeatsOverride",
    "Sla",
    "SpendCap",
    "Statistics",
    "SurgeReport",
    "VendorContract",
    "VendorEvent",
    "VendorRequest",
    "Why",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "servers_needed",
    "service_level",
]
