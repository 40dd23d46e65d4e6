"""The configuration that fits a scenario: its group, its queue and promises, its pools and vendor, its time."""

from streams.config import (
    Group,
    KafkaSettings,
    PipelineSettings,
    PoolSettings,
    QueueSettings,
    Settings,
    SlaSettings,
    Tenant,
    TopicsSettings,
)
from streams.config.capacity import ServiceSettings, VendorSettings
from streams.local.traffic.scenario import HOME_POOL, MINUTE_S, Scenario
from streams.topics import Topic

SEAT_PRICE_PER_HOUR = 32.0
TICK_S = 0.25
"""Of wall time: at sixty times real time a tick a second would be a tick a minute."""
PARTITIONS: dict[str, int] = {
    **dict.fromkeys((Topic.MESSAGES_RAW, Topic.LEARNING_INBOX, Topic.TICKETS_TRIAGED, Topic.TICKETS_ASSIGNMENTS), 2),
    **dict.fromkeys((Topic.TICKETS_EVENTS, Topic.REPS_STATUS, Topic.FEEDBACK), 1),
    **dict.fromkeys((Topic.ROUTING_INBOX, Topic.CAPACITY_INBOX, Topic.VOLUME_COUNTS), 1),
}
"""One group lives in one partition of an inbox; and marks, which go to all of them, come sixty times as often here."""


def organisation(
    scenario: Scenario,
    *,
    bootstrap: str = "127.0.0.1:9092",
    prefix: str = "demo.",
    origin_s: float = 0.0,
    speed: float = 1.0,
    with_vendor: bool = True,
) -> Settings:
    """The settings of a scenario. origin_s: the broker's time at which it starts; speed: how many times real time."""
    vendor = scenario.vendor if with_vendor else None
    pools = [PoolSettings(HOME_POOL)]
    vendors = []
    if vendor is not None:
        pools.append(PoolSettings(vendor.name, kind="vendor"))
        vendors.append(
            VendorSettings(
                vendor.name,
                pool=vendor.name,
                lead_time_s=vendor.lead_time_min * MINUTE_S,
                cap_seats=vendor.seats_max,
                price_per_seat_hour=SEAT_PRICE_PER_HOUR,
            )
        )
    sla_s = {str(urgency): within_s for urgency, within_s in scenario.sla_s.items()}
    group = Group(
        scenario.group,
        queues=(QueueSettings("default", topics=("*",), sla_s=SlaSettings(**sla_s)),),
        pools=tuple(pools),
        vendors=tuple(vendors),
        service=ServiceSettings(target=0.8, within_s=sla_s["normal"]),
    )
    return Settings(
        kafka=KafkaSettings(bootstrap=bootstrap, prefix=prefix, session_timeout_s=6.0),
        pipeline=PipelineSettings(
            clock_skew_s=0.0,
            tick_s=TICK_S if speed > 1 else 1.0,
            time_origin_s=origin_s,
            time_start_s=scenario.start_s if speed != 1 else 0.0,
            time_speed=speed,
        ),
        topics=TopicsSettings(partitions=PARTITIONS),
        tenants=(Tenant(scenario.tenant, group=scenario.group),),
        groups=(group,),
    )
