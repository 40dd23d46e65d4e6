"""Small worlds, and decisions to tell them."""

from streams.contracts import Assignment, AssignmentKind, CapacityRequest, TicketEvent, Why, assignment_id, at, decode
from streams.contracts.capacity_request import CapacityWhy
from streams.local.traffic.records import TimedRecord
from streams.local.traffic.scenario import Scenario, read_scenario
from streams.local.traffic.simulation import World

SMALL = """
name = "small"
title = "A small office"
start = 2026-03-10T12:00:00Z
length_min = 120

[traffic]
peak_per_min = 4

[[teams]]
name = "all"
count = 3
languages = ["en", "fr", "de", "es", "fa"]

[vendor]
name = "helpers"
seats_max = 10
lead_time_min = 10
"""


def small(**replaced: str) -> Scenario:
    """The small office; ``old="new"`` replaces what stands behind ``old = `` in its file."""
    lines = [
        f"{key} = {replaced[key]}" if (key := line.partition(" = ")[0]) in replaced else line
        for line in SMALL.splitlines()
    ]
    return read_scenario("\n".join(lines), "small.toml")


def with_more(text: str) -> Scenario:
    """The small office, and more in its file."""
    return read_scenario(SMALL + text, "small.toml")


def assign(ticket_id: str, rep_id: str, epoch: int, at_s: float, kind: str = "assigned") -> Assignment:
    return Assignment(
        assignment_id=assignment_id(ticket_id, epoch),
        ticket_id=ticket_id,
        group="default",
        epoch=epoch,
        kind=AssignmentKind(kind),
        queue="default",
        decided_at=at(at_s),
        why=Why("least_loaded"),
        rep_id=rep_id,
        expires_at=at(at_s + 60.0),
    )


def request(
    epoch: int, seats: int, until_s: float, *, vendor: str = "helpers", skill: str = "general"
) -> CapacityRequest:
    return CapacityRequest(
        request_id=f"default/{vendor}/{skill}/{epoch}",
        group="default",
        vendor=vendor,
        skill=skill,
        epoch=epoch,
        seats=seats,
        needed_at=at(until_s - 3600.0),
        until=at(until_s),
        expires_at=at(until_s),
        decided_at=at(until_s - 3600.0),
        why=CapacityWhy("surge"),
    )


def of(records: list[TimedRecord], topic: str) -> list[TimedRecord]:
    return [record for record in records if record.topic == topic]


def tickets(records: list[TimedRecord]) -> list[str]:
    """The conversations that begin in some records."""
    return [record.truth.ticket_id for record in records if record.truth is not None and record.truth.opens]


def events(records: list[TimedRecord], ticket_id: str | None = None) -> list[TicketEvent]:
    """What happened to a ticket, or to all of them, in order."""
    found = [decode(TicketEvent, record.value) for record in of(records, "tickets.events")]
    return [event for event in found if ticket_id in (None, event.ticket_id)]


def serve(world: World, until_s: float, *, rep_id: str = "all-01") -> list[TimedRecord]:
    """Give every ticket to one rep as soon as it comes, whatever that rep already holds; and on, until a time."""
    out: list[TimedRecord] = []
    while world.now_s < until_s:
        records = world.step_until(min(world.now_s + 10.0, until_s))
        for ticket_id in tickets(records):
            world.on_assignment(assign(ticket_id, rep_id, 1, world.now_s), world.now_s)
        out += records
    return out
