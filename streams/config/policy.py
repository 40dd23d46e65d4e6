"""Groups as a file describes them: queues, pools and time limits, which become a ``routers.matching.Policy``."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, field

from detectors.surge.calendar import Planned
from detectors.text import TOPICS
from routers.capacity import CapacityPlanner
from routers.matching import Policy, Pool, Queue
from routers.matching.policy import DEFAULT_ABSENCE_GRACE_S, DEFAULT_SLA_S, OTHERS, PoolKind
from streams.config.capacity import CampaignSettings, ServiceSettings, VendorSettings, planned, planner
from streams.config.names import DAY_S, Name, Names, Seconds
from streams.config.section import Section, one_of
from streams.contracts import Channel

Topic = Annotated[str, one_of((*TOPICS, OTHERS))]
ChannelName = Annotated[str, one_of(Channel)]
ChannelOrOthers = Annotated[str, one_of((*Channel, OTHERS))]


class SlaSettings(Section, frozen=True):
    """How soon someone should have been found, in seconds, by how urgent triage calls a message."""

    low: Annotated[Seconds, Meta(description="For messages of low urgency.")] = DEFAULT_SLA_S["low"]
    normal: Annotated[Seconds, Meta(description="For messages of normal urgency.")] = DEFAULT_SLA_S["normal"]
    high: Annotated[Seconds, Meta(description="For messages of high urgency.")] = DEFAULT_SLA_S["high"]
    urgent: Annotated[Seconds, Meta(description="For urgent messages.")] = DEFAULT_SLA_S["urgent"]


class QueueSettings(Section, frozen=True):
    """Tickets that wait for the same skills under the same SLA."""

    name: Annotated[Name, Meta(description="Its name, once in the group.")]
    topics: Annotated[
        tuple[Topic, ...],
        Meta(min_length=1, max_length=200, description='Topics of triage that enter here; "*" is all that none lists.'),
    ]
    skills: Annotated[Names, Meta(max_length=200, description="What a rep must be able to do, all of them.")] = ()
    priority: Annotated[
        int, Meta(ge=-1_000, le=1_000, description="The higher goes first when two tickets are equally pressing.")
    ] = 0
    sla_s: Annotated[SlaSettings, Meta(description="How soon someone should have been found.")] = field(
        default_factory=SlaSettings
    )

    def queue(self) -> Queue:
        """The Router's view of it."""
        sla_s = {urgency: getattr(self.sla_s, urgency) for urgency in self.sla_s.__struct_fields__}
        return Queue(self.name, topics=self.topics, skills=self.skills, priority=self.priority, sla_s=sla_s)


class PoolSettings(Section, frozen=True):
    """Reps who share an employer."""

    name: Annotated[Name, Meta(description="Its name, once in the group.")]
    kind: Annotated[PoolKind, Meta(description="Employees, an outsourcing vendor's reps, or bots.")] = "home"
    skills: Annotated[Names, Meta(max_length=200, description="What every rep of the pool can do.")] = ()
    rep_skills: Annotated[
        Names,
        Meta(
            max_length=200,
            description="What some reps can do, as their status says; a queue's skills must be here or above.",
        ),
    ] = ()
    capacity_units: Annotated[
        int, Meta(ge=1, le=1_000_000, description="What a rep can carry at once whose status does not say.")
    ] = 6
    channel_caps_units: Annotated[
        Mapping[ChannelName, Annotated[int, Meta(ge=0, le=1_000_000)]],
        Meta(description="What a rep may carry at once of one channel; 0 means never."),
    ] = field(default_factory=dict)

    def pool(self) -> Pool:
        """The Router's view of it."""
        return Pool(
            self.name,
            kind=self.kind,
            skills=self.skills,
            capacity_units=self.capacity_units,
            channel_caps=self.channel_caps_units,
        )


class Group(Section, frozen=True):
    """Pools that share tickets, with the queues that they serve.

    >>> Group("retail").policy().queue_for("refund").name
    'default'
    """

    name: Annotated[Name, Meta(description="As tenants refer to it.")]
    reservation_s: Annotated[Seconds, Meta(description="How long a rep may take to accept a ticket.")] = 60.0
    retry_s: Annotated[Seconds, Meta(description="How long a rep who let a ticket pass is not asked again for it.")] = (
        300.0
    )
    status_valid_s: Annotated[
        Seconds, Meta(description="How long a rep's status counts that does not say so itself.")
    ] = 300.0
    absence_grace_s: Annotated[
        Mapping[ChannelOrOthers, Seconds],
        Meta(description='How long a ticket stays with a rep who is gone, by channel; "*" is every other channel.'),
    ] = field(default_factory=lambda: dict(DEFAULT_ABSENCE_GRACE_S))
    bot_limit_s: Annotated[
        Seconds, Meta(description="How long a bot may take to resolve a ticket; then people get it, with its age.")
    ] = 1_800.0
    customer_limit_s: Annotated[
        Seconds, Meta(description="How long a ticket may wait on its customer; then it counts as resolved.")
    ] = 14.0 * DAY_S
    reopen_window_s: Annotated[
        Seconds,
        Meta(description="How long a resolved ticket is remembered, and a rep who is gone and has no ticket."),
    ] = 7.0 * DAY_S
    queues: Annotated[
        tuple[QueueSettings, ...],
        Meta(min_length=1, max_length=200, description="Where tickets wait, each topic in one."),
    ] = (QueueSettings("default", topics=(OTHERS,)),)
    pools: Annotated[
        tuple[PoolSettings, ...], Meta(min_length=1, max_length=200, description="Who handles the tickets.")
    ] = (PoolSettings("home"),)
    vendors: Annotated[
        tuple[VendorSettings, ...], Meta(max_length=50, description="Contracts for more seats, in the order of asking.")
    ] = ()
    service: Annotated[ServiceSettings, Meta(description="The service that vendors' seats are asked for.")] = field(
        default_factory=ServiceSettings
    )
    campaigns: Annotated[
        tuple[CampaignSettings, ...],
        Meta(
            max_length=1_000, description="What is planned and makes people write: no surge as far as it is told here."
        ),
    ] = ()

    def planned(self) -> dict[str, list[Planned]]:
        """The campaigns by the series that they move. Raises ContractError for what ``load`` would have refused."""
        return planned(self.campaigns)

    def planner(self) -> CapacityPlanner:
        """A new planner of the group's vendors. Raises ContractError for what ``load`` would have refused."""
        return planner(self.name, self.vendors, self.service)

    def policy(self) -> Policy:
        """The Router's view of it. Raises PolicyError for what ``load`` would have refused."""
        return Policy(
            group=self.name,
            queues=[queue.queue() for queue in self.queues],
            pools=[pool.pool() for pool in self.pools],
            reservation_s=self.reservation_s,
            retry_s=self.retry_s,
            status_valid_s=self.status_valid_s,
            absence_grace_s={**DEFAULT_ABSENCE_GRACE_S, **self.absence_grace_s},
            bot_limit_s=self.bot_limit_s,
            customer_limit_s=self.customer_limit_s,
            reopen_window_s=self.reopen_window_s,
        )
