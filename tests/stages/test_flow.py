"""The three stages together, in memory: from a message to a resolved ticket, and exactly so through every crash."""

import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.text import Triage as Models
from routers.matching import Policy, count_rows
from streams.contracts import (
    Assignment,
    AssignmentKind,
    Contract,
    RepState,
    TicketEventKind,
    TriagedTicket,
    at,
    decode,
    encode,
)
from streams.runtime.memory import CommitLostError, MemoryRunner
from streams.runtime.transaction import Transaction
from streams.stages.group_rows import rows_by_group
from streams.stages.intake import intake_spec
from streams.stages.route import route_spec
from streams.stages.totals import decode_totals
from streams.stages.triage import triage_spec
from streams.topics import SPECS, Topic, TopicTable

NOON_S = 1_773_144_000.0
POLICIES = {"default": Policy.default(), "acme": Policy("acme", Policy.default().queues, Policy.default().pools)}


class Unreliable(MemoryRunner):
    """Loses the outcome of some transactions: half of those were written all the same."""

    losses = 0.0
    chance: random.Random

    def commit(self, stage: str, transaction: Transaction) -> None:
        lost = self.chance.random() < self.losses
        if lost and self.chance.random() < 0.5:
            raise CommitLostError
        super().commit(stage, transaction)
        if lost:
            raise CommitLostError


class Company:
    """A pipeline in memory with the foreign topics in the hands of a test."""

    def __init__(self, models: Models, feed: Any, *, seed: int = 0, losses: float = 0.0) -> None:
        self.stages = [
            triage_spec(lambda: models, lambda tenant, segment: tenant if tenant in POLICIES else None),
            intake_spec(POLICIES, POLICIES),
            route_spec(POLICIES),
        ]
        self.table = TopicTable(SPECS, prefix="", stages={spec.name: spec.sources for spec in self.stages})
        self.runner = Unreliable(self.stages, self.table, start_s=NOON_S, seed=seed)
        self.runner.losses, self.runner.chance = losses, random.Random(seed)
        self.feed = feed

    def send(self, topic: str, record: Contract | bytes, key: str | None = None) -> None:
        value = encode(record) if isinstance(record, Contract) else record
        self.runner.send(topic, None if key is None else key.encode(), value)

    def message(self, conversation_id: str, **fields: Any) -> None:
        message = self.feed.message(conversation_id=conversation_id, **fields)
        self.send(Topic.MESSAGES_RAW, message, conversation_id)

    def rep(self, rep_id: str, **fields: Any) -> None:
        now = at(self.runner.clock.now_s())
        self.send(Topic.REPS_STATUS, self.feed.rep(**{"rep_id": rep_id, "at": now, "valid_for_s": 86_400.0} | fields))

    def answer(self, said: Assignment, kind: TicketEventKind) -> None:
        now = at(self.runner.clock.now_s())
        event = self.feed.event(ticket_id=said.ticket_id, group=said.group, kind=kind, epoch=said.epoch, at=now)
        self.send(Topic.TICKETS_EVENTS, event, said.ticket_id)

    def said(self) -> list[Assignment]:
        return [decode(Assignment, r.value, r.headers) for r in self.runner.records(Topic.TICKETS_ASSIGNMENTS)]

    def triaged(self) -> list[TriagedTicket]:
        return [decode(TriagedTicket, r.value, r.headers) for r in self.runner.records(Topic.TICKETS_TRIAGED)]

    def tickets(self) -> Counter[str]:
        states: Counter[str] = Counter()
        for partition in range(self.table[Topic.ROUTING_INBOX].partitions):
            for rows in rows_by_group(self.runner.rows("route", Topic.ROUTING_INBOX, partition)).values():
                states.update(count_rows(rows))
        return +states

    def totals(self, stage: str, topic: str) -> Counter[str]:
        totals: Counter[str] = Counter()
        for partition in range(self.table[topic].partitions):
            totals.update(decode_totals(self.runner.rows(stage, topic, partition)))
        return totals


@pytest.fixture
def company(models: Models, feed: Any) -> Callable[..., Company]:
    return lambda **options: Company(models, feed, **options)


def test_a_message_becomes_a_ticket_that_is_assigned_accepted_and_resolved(company: Callable[..., Company]) -> None:
    one = company()
    one.rep("ann")
    one.message("c-1", body="I was charged twice, please help")
    one.runner.settle()
    [said] = one.said()
    assert (said.ticket_id, said.rep_id, said.kind) == ("c-1", "ann", AssignmentKind.ASSIGNED)
    assert [ticket.conversation_id for ticket in one.triaged()] == ["c-1"]
    one.answer(said, TicketEventKind.ACCEPTED)
    one.runner.settle()
    assert one.tickets() == {"accepted": 1}
    one.runner.advance(600)
    one.answer(said, TicketEventKind.RESOLVED)
    one.runner.settle()
    assert one.tickets() == {"resolved": 1}
    assert one.said() == [said]


def test_a_reservation_expires_when_all_sources_have_passed_its_end(company: Callable[..., Company]) -> None:
    one = company()
    one.rep("ann")
    one.message("c-1")
    one.runner.advance(90)
    kinds = [said.kind for said in one.said()]
    assert kinds == [AssignmentKind.ASSIGNED, AssignmentKind.REVOKED]


def test_an_acceptance_that_waited_while_everything_was_away_is_heard(company: Callable[..., Company]) -> None:
    one = company()
    one.rep("ann")
    one.message("c-1")
    one.runner.advance(20)
    one.answer(one.said()[0], TicketEventKind.ACCEPTED)
    one.runner.clock.advance(600)
    for spec in one.stages:
        one.runner.crash(spec.name)
    one.runner.advance(120)
    assert [said.kind for said in one.said()] == [AssignmentKind.ASSIGNED]
    assert one.tickets() == {"accepted": 1}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 10_000), losses=st.sampled_from([0.0, 0.1, 0.4]))
def test_every_message_counts_once_whatever_crashes(seed: int, losses: float, company: Callable[..., Company]) -> None:
    one, chance = company(seed=seed, losses=losses), random.Random(seed)
    sent, bad, repeated, answered = set[tuple[str, str]](), 0, 0, set[str]()
    for step in range(12):
        for number in range(8):
            tenant, conversation_id = chance.choice(["default", "acme"]), f"c-{chance.randrange(20)}"
            message_id = f"{conversation_id}-{step}-{number}"
            sent.add((tenant, message_id))
            one.message(conversation_id, message_id=message_id, tenant=tenant)
            if chance.random() < 0.2:
                one.message(conversation_id, message_id=message_id, tenant=tenant)
                repeated += 1
            if chance.random() < 0.2:
                one.send(Topic.MESSAGES_RAW, chance.choice([b"", b"{", b"[]"]))
                bad += 1
        state = chance.choice([RepState.ONLINE, RepState.ONLINE, RepState.OFFLINE])
        one.rep(f"r-{chance.randrange(4)}", group=chance.choice(["default", "acme"]), state=state, capacity_units=3)
        if chance.random() < 0.3:
            one.runner.crash(chance.choice(["triage", "intake", "route"]))
        one.runner.settle()
        for said in one.said():
            if (said_id := f"{said.group}/{said.assignment_id}") not in answered:
                answered.add(said_id)
                one.answer(said, chance.choice(list(TicketEventKind)))
        one.runner.advance(chance.choice([0, 10, 45]))
    one.runner.settle()

    assert Counter((ticket.tenant, ticket.message_id) for ticket in one.triaged()) == dict.fromkeys(sent, 1)
    assert len(one.runner.records(Topic.DEAD_LETTERS)) == bad
    assert one.totals("triage", Topic.MESSAGES_RAW) == {
        "received": len(sent) + repeated + bad,
        "triaged": len(sent),
        "duplicates": repeated,
        "dead_letters": bad,
        "pushed_out": 0,
    }
    assert sum(one.tickets().values()) == len({(tenant, message_id.rsplit("-", 2)[0]) for tenant, message_id in sent})
    epochs: dict[tuple[str, str], list[int]] = {}
    for said in one.said():
        epochs.setdefault((said.group, said.ticket_id), []).append(said.epoch)
    assert all(before < after for said_epochs in epochs.values() for before, after in pairwise(said_epochs))
