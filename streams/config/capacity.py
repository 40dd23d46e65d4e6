"""Vendors, the service that a group promises, the dial of surges and what is planned, as a file describes them."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from detectors.surge.calendar import Planned
from detectors.surge.slices import SLICE_PATTERN
from routers.capacity import CapacityPlanner, Sla, VendorContract
from streams.config.countries import CountryCode, public_holidays
from streams.config.names import Name, Names, Seconds
from streams.config.section import Section, shaped
from streams.contracts import seconds

Moment = Annotated[str, shaped(r"^\d{4}-\d{2}-\d{2}T\S+\Z", "like 2026-11-27T08:00:00+01:00", 40)]
Day = Annotated[str, shaped(r"^\d{4}-\d{2}-\d{2}\Z", "like 2026-12-25", 10)]
SliceName = Annotated[str, shaped(SLICE_PATTERN, "like all, channel:chat, language:de, topic:billing", 400)]


class VendorSettings(Section, frozen=True):
    """A contract with an outsourcing vendor: how many seats there can be, how soon, at what price."""

    name: Annotated[Name, Meta(description="Its name, once in the group.")]
    pool: Annotated[Name, Meta(description="The pool of its reps, of kind vendor.")]
    skills: Annotated[Names, Meta(max_length=200, description="What each of its reps can do.")] = ()
    lead_time_s: Annotated[float, Meta(ge=0, le=86_400, description="From asking to the seats being there.")] = 900.0
    commitment_s: Annotated[Seconds, Meta(description="For how long they must be paid, at least.")] = 3_600.0
    step_seats: Annotated[int, Meta(ge=1, le=10_000, description="Seats come in multiples of this.")] = 1
    cap_seats: Annotated[int, Meta(ge=1, le=100_000, description="The most there can be, a multiple too.")] = 10
    price_per_seat_hour: Annotated[
        float, Meta(ge=0, le=1e6, description="In the currency of all contracts and of the spend cap.")
    ] = 0.0
    aht_multiplier: Annotated[
        float, Meta(ge=0.01, le=100, description="How much longer than the group's own reps they take for a ticket.")
    ] = 1.0
    ack_timeout_s: Annotated[Seconds, Meta(description="How long the vendor may take to acknowledge a request.")] = (
        300.0
    )

    def contract(self, group: str) -> VendorContract:
        """The planner's view of it. Raises ContractError for what ``load`` would have refused."""
        return VendorContract(
            self.name,
            group,
            skills=self.skills,
            lead_time_s=self.lead_time_s,
            commitment_s=self.commitment_s,
            step_seats=self.step_seats,
            cap_seats=self.cap_seats,
            price_per_seat_hour=self.price_per_seat_hour,
            aht_multiplier=self.aht_multiplier,
            ack_timeout_s=self.ack_timeout_s,
            pool=self.pool,
        )


class ServiceSettings(Section, frozen=True):
    """The service that vendors' seats are asked for: a share of tickets finds someone in time."""

    target: Annotated[float, Meta(ge=0.01, le=0.99, description="The share of tickets that finds someone in time.")] = (
        0.8
    )
    within_s: Annotated[float, Meta(ge=0, le=86_400, description="What counts as in time.")] = 300.0
    spend_cap_per_day: Annotated[
        Annotated[float, Meta(ge=0, le=1e12)] | None,
        Meta(description="What may be spent on requests of one day (UTC); none means no limit."),
    ] = None


class SurgeSettings(Section, frozen=True):
    """The dial of surge detection."""

    false_alarms_per_week: Annotated[
        float, Meta(ge=0.01, le=100, description="How many false alarms a week a group puts up with.")
    ] = 1.0
    timezone: Annotated[
        str, Meta(min_length=1, max_length=60, description="Whose days and weeks the traffic follows.")
    ] = "UTC"
    max_series: Annotated[
        int, Meta(ge=2, le=10_000, description="The most slices that are watched in a group; the rest is one more.")
    ] = 200
    holidays: Annotated[
        tuple[Day, ...],
        Meta(max_length=1_000, description="Days off, like 2026-12-25: what no ordinary day of the week predicts."),
    ] = ()
    holidays_of: Annotated[
        tuple[CountryCode, ...],
        Meta(
            max_length=20,
            description="Whose public holidays are days off too: a country's two letters (ISO 3166), like DE, or one "
            "of its parts, like DE-BY.",
        ),
    ] = ()
    spiky: Annotated[
        tuple[SliceName, ...],
        Meta(
            max_length=200,
            description="The series that are full of spikes, like channel:social: they are judged by the last hour "
            "against the last eight days, too.",
        ),
    ] = ()
    conversation_window_s: Annotated[
        float,
        Meta(ge=1, le=604_800, description="A conversation counts once in this time: what else it writes is no surge."),
    ] = 14_400.0
    conversations: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000_000,
            description="The most conversations a partition remembers, to count each once (a million take 130 MB).",
        ),
    ] = 1_000_000

    def days_off(self) -> tuple[str, ...]:
        """All of them, as ISO dates, in order. Raises UnknownCountryError.

        >>> "2026-10-03" in SurgeSettings(holidays_of=("DE",)).days_off()
        True
        """
        return tuple(sorted({*self.holidays, *(day for code in self.holidays_of for day in public_holidays(code))}))


class CampaignSettings(Section, frozen=True):
    """Something planned that makes people write: from one time to another so many times as much as usual.

    >>> CampaignSettings("2026-11-27T08:00:00Z", "2026-11-28T08:00:00Z", 3.0).planned()
    Planned(start_s=1795766400.0, end_s=1795852800.0, factor=3.0)
    """

    starts_at: Annotated[Moment, Meta(description="When it begins, with a zone, like 2026-11-27T08:00:00+01:00.")]
    ends_at: Annotated[Moment, Meta(description="When it is over.")]
    factor: Annotated[
        float, Meta(ge=0.01, le=1_000, description="How many times as many messages as usual: 2 for twice.")
    ]
    slices: Annotated[
        tuple[SliceName, ...],
        Meta(
            min_length=1,
            max_length=200,
            description="The series that it moves by this factor: all, channel:chat, topic:billing ...; name each, as "
            "no other is touched.",
        ),
    ] = ("all",)

    def planned(self) -> Planned:
        """The detectors' view of it. Raises ContractError for a time that ``load`` would have refused."""
        return Planned(seconds(self.starts_at, "starts_at"), seconds(self.ends_at, "ends_at"), self.factor)


def planned(campaigns: Iterable[CampaignSettings]) -> dict[str, list[Planned]]:
    """The campaigns of a group by the series that they move.

    >>> sorted(planned([CampaignSettings("2026-11-27T08:00:00Z", "2026-11-28T08:00:00Z", 3.0)]))
    ['all']
    """
    by_slice: dict[str, list[Planned]] = {}
    for campaign in campaigns:
        for name in campaign.slices:
            by_slice.setdefault(name, []).append(campaign.planned())
    return by_slice


def planner(group: str, vendors: tuple[VendorSettings, ...], service: ServiceSettings) -> CapacityPlanner:
    """A new planner of a group. Raises ContractError for what ``load`` would have refused."""
    return CapacityPlanner(
        [vendor.contract(group) for vendor in vendors],
        Sla(target=service.target, within_s=service.within_s),
        spend_cap_per_day=service.spend_cap_per_day,
    )
