"""Properties of routing (design, ROUTING.md) under random histories, judged from decisions and rows alone."""

import os
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from routers.matching import (
    Command,
    Decision,
    Policy,
    Pool,
    Queue,
    RepStatus,
    Router,
    TicketEvent,
    TicketTriaged,
    count_rows,
)
from routers.matching.rows import decode

POLICY = Policy(
    "g",
    queues=[
        Queue("cards", ["card"], skills=["cards"], priority=1),
        Queue("law", ["legal"], skills=["law"]),
        Queue("rest", ["*"]),
    ],
    pools=[
        Pool("home", capacity_units=2, channel_caps={"chat": 1.5}),
        Pool("acme", kind="vendor", skills=["cards"], channel_caps={"voice": 0}),
        Pool("robot", kind="bot"),
    ],
    reservation_s=30,
    retry_s=100,
    reopen_window_s=2_000,
)
TICKETS = st.sampled_from([f"c-{n}" for n in range(8)])
REPS = st.sampled_from([f"rep-{n}" for n in range(4)])
MAYBE_REPS = st.none() | REPS
KINDS = st.sampled_from(
    ["accepted", "declined", "replied", "waiting_on_customer", "reopened", "resolved", "transferred", "escalated"]
)
EXAMPLES = int(os.environ.get("ROUTING_EXAMPLES", "200"))


class Histories(RuleBasedStateMachine):
    """Feeds one Router, and a twin that is restored from rows again and again, and checks both after every step."""

    @initialize()
    def start(self) -> None:
        self.router, self.twin = Router(POLICY), Router(POLICY)
        self.now_s = self.watermark_s = 1_000.0
        self.rows: dict[bytes, bytes] = {}
        self.calls: list[tuple[Command | None, float]] = []
        self.decisions: list[Decision] = []
        self.epochs: dict[str, int] = {}
        self.refused: set[tuple[str, int, str]] = set()
        """(ticket, its place in line, who declined it): a ticket that is reopened gets a new place, and asks anew."""
        self.messages = 0
        self.opened: set[str] = set()

    # What may happen

    @rule(
        ticket_id=TICKETS,
        urgency=st.sampled_from(["low", "normal", "high", "urgent"]),
        topic=st.sampled_from(["card", "legal", "other"]),
        language=st.sampled_from([None, "en", "fa"]),
        channel=st.sampled_from(["email", "chat", "voice"]),
        effort_units=st.sampled_from([0.1, 0.7, 1.0, 2.0, 5.0]),
        owner=MAYBE_REPS,
        due_in_s=st.sampled_from([None, None, None, 50.0, 5_000.0]),
        needs_human=st.booleans(),
        again=st.booleans(),
    )
    def message(self, ticket_id: str, due_in_s: float | None, again: bool, **fields: Any) -> None:
        self.messages += not again
        due_at_s = None if due_in_s is None else self.now_s + due_in_s
        self.call(TicketTriaged(ticket_id, f"m-{self.messages}", due_at_s=due_at_s, **fields))

    @rule(
        rep_id=REPS,
        pool=st.sampled_from(["home", "home", "acme", "robot", "elsewhere"]),
        state=st.sampled_from(["online", "online", "online", "away", "offline"]),
        skills=st.sampled_from([(), ("cards",), ("cards", "law")]),
        languages=st.sampled_from([(), ("en",), ("en", "fa")]),
        channels=st.sampled_from([(), (), ("email", "chat")]),
        capacity_units=st.sampled_from([None, None, 0, 1, 3]),
        valid_for_s=st.sampled_from([None, 40.0, 1e6]),
        ago_s=st.sampled_from([0.0, 0.0, 5.0, -5.0]),
    )
    def status(self, ago_s: float, **fields: Any) -> None:
        self.call(RepStatus(at_s=self.now_s - ago_s, **fields))

    @rule(ticket_id=TICKETS, kind=KINDS, rep_id=MAYBE_REPS, behind=st.sampled_from([0, 0, 0, 0, 1]))
    def event(self, ticket_id: str, kind: Any, rep_id: str | None, behind: int) -> None:
        before = dict(self.rows)
        ticket = decode(self.rows).tickets.get(ticket_id)
        holder = ticket and ticket.rep_id
        self.call(TicketEvent(ticket_id, kind, self.epochs.get(ticket_id, 0) - behind, self.now_s, rep_id))
        if behind or (rep_id not in (None, holder) and kind != "reopened"):
            assert self.rows == before, "a stale or foreign event changed something"
        elif kind in ("declined", "transferred", "escalated") and self.rows != before:
            assert ticket.state == "reserved" or kind != "declined"
            self.refused.add((ticket_id, ticket.seq, holder))

    @rule(answers=st.lists(st.sampled_from(["accepted", "accepted", "resolved", "waiting_on_customer", "declined"])))
    def reps_work(self, answers: list[Any]) -> None:
        held = [t for t in decode(self.rows).tickets.values() if t.rep_id is not None]
        for ticket, kind in zip(held, answers, strict=False):
            if self.epochs[ticket.ticket_id] == ticket.epoch:
                self.event(ticket.ticket_id, kind, ticket.rep_id, 0)

    @rule(seconds=st.sampled_from([0.0, 0.001, 1.0, 20.0, 31.0, 120.0, 700.0, 2_500.0]), lag_s=st.sampled_from([0, 15]))
    def time_passes(self, seconds: float, lag_s: float) -> None:
        self.now_s += seconds
        self.watermark_s = max(self.watermark_s, self.now_s - lag_s)
        self.call(None)

    @rule()
    def twin_restarts(self) -> None:
        self.twin = Router(POLICY)
        self.twin.restore(self.rows)

    # What must hold of every step

    def call(self, command: Command | None) -> None:
        time_s = self.watermark_s if command is None else self.now_s
        self.calls.append((command, time_s))
        decisions = play(self.router, command, time_s)
        changed = self.router.changed_rows()
        assert play(self.twin, command, time_s) == decisions, "13: a restored Router decides alike"
        assert self.twin.changed_rows() == changed, "13: and writes the same rows"
        assert play(self.router, command, time_s) == [], "8: a repeated command decides nothing"
        assert self.router.changed_rows() == {}, "8: and changes nothing"
        for key, value in changed.items():
            if value is None:
                del self.rows[key]
            else:
                self.rows[key] = value
        if isinstance(command, TicketTriaged):
            self.opened.add(command.ticket_id)
        self.forget_the_forgotten()
        self.decisions += decisions
        for decision in decisions:
            self.check_decision(decision, last={d.ticket_id: d for d in decisions}[decision.ticket_id] is decision)

    def forget_the_forgotten(self) -> None:
        known = decode(self.rows).tickets
        for ticket_id in self.opened - set(known):
            assert self.now_s >= POLICY.reopen_window_s
            self.opened.discard(ticket_id)

    def check_decision(self, decision: Decision, *, last: bool) -> None:
        assert decision.epoch > self.epochs.get(decision.ticket_id, 0), "2: epochs rise"
        self.epochs[decision.ticket_id] = decision.epoch
        if decision.kind != "assigned" or not last:
            return
        contents = decode(self.rows)
        ticket, rep = contents.tickets[decision.ticket_id], contents.reps[decision.rep_id or ""]
        assert (ticket.state, ticket.rep_id, ticket.epoch) == ("reserved", rep.rep_id, decision.epoch)
        assert rep.state == "online", "3: never to someone who is not there"
        assert rep.gone_since_s is None, "3: never to someone who is not there"
        assert can_take(ticket, rep), "3: never to someone who lacks what it takes"
        assert (ticket.ticket_id, ticket.seq, rep.rep_id) not in self.refused, "3: never to someone who declined"
        held = holdings(contents, rep)
        loaded = [t for t in held if t.state != "waiting_on_customer"]
        reserve = 1_000 if len(loaded) < len(held) else 0
        charge = sum(t.charge_milli for t in loaded)
        assert len(loaded) == 1 or charge + reserve <= rep.capacity_milli, "1: units within capacity"
        assert charge <= rep.capacity_milli, "1: units within capacity"
        cap = cap_milli(rep, ticket.channel)
        assert sum(t.charge_milli for t in loaded if t.channel == ticket.channel) <= cap, "1: units within the cap"
        for other in contents.tickets.values():
            if alike(other, ticket):
                assert place(other) > place(ticket), "6: first in, first out within a class"

    @invariant()
    def every_ticket_is_in_one_state_and_counted(self) -> None:
        counts = self.router.counts()
        assert sum(counts.values()) == len(self.opened), "5: tickets in = tickets in all states"
        assert counts == count_rows(self.rows) == self.twin.counts()

    @invariant()
    def nobody_idle_could_take_a_waiting_ticket(self) -> None:
        contents = decode(self.rows)
        waiting = [t for t in contents.tickets.values() if t.state in ("waiting", "parked") and t.until_s is None]
        for rep in contents.reps.values():
            if rep.state != "online" or rep.gone_since_s is not None or not rep.capacity_milli:
                continue
            held = holdings(contents, rep)
            loaded = [t for t in held if t.state != "waiting_on_customer"]
            used = sum(t.charge_milli for t in loaded)
            reserve = 1_000 if len(loaded) < len(held) else 0
            for ticket in waiting:
                charge = min(ticket.effort_milli, rep.capacity_milli, cap_milli(rep, ticket.channel))
                in_channel = sum(t.charge_milli for t in loaded if t.channel == ticket.channel)
                has_room = not used or used + reserve + charge <= rep.capacity_milli
                has_room = has_room and in_channel + charge <= cap_milli(rep, ticket.channel)
                assert not (has_room and can_take(ticket, rep)), f"4: {rep.rep_id} could take {ticket.ticket_id}"

    def teardown(self) -> None:
        if not hasattr(self, "calls"):
            return
        replayed = Router(POLICY)
        assert [d for command, time_s in self.calls for d in play(replayed, command, time_s)] == self.decisions, "8"
        assert {key: value for key, value in replayed.changed_rows().items() if value is not None} == self.rows, "8"


def play(router: Router, command: Command | None, time_s: float) -> list[Decision]:
    return router.tick(time_s) if command is None else router.apply(command, time_s)


def holdings(contents: Any, rep: Any) -> list[Any]:
    return [ticket for ticket in contents.tickets.values() if ticket.rep_id == rep.rep_id]


def cap_milli(rep: Any, channel: str) -> float:
    return POLICY.pool(rep.pool).channel_caps.get(channel, float("inf")) * 1_000


def can_take(ticket: Any, rep: Any) -> bool:
    pool = POLICY.pool(rep.pool)
    return (
        set(POLICY.queue_for(ticket.topic).skills) <= {*rep.skills, *pool.skills}
        and (not rep.languages or ticket.language is None or ticket.language in rep.languages)
        and (not rep.channels or ticket.channel in rep.channels)
        and cap_milli(rep, ticket.channel) > 0
        and not (ticket.needs_human and pool.kind == "bot")
        and rep.rep_id not in ticket.excluded
    )


def alike(other: Any, ticket: Any) -> bool:
    """Whether ``other`` waits in the class that ``ticket`` was taken from."""
    names = ("topic", "urgency", "language", "channel", "effort_milli", "needs_human", "excluded")
    waits = other.state in ("waiting", "parked") and other.until_s is None
    return waits and all(getattr(other, name) == getattr(ticket, name) for name in names)


def place(ticket: Any) -> tuple[float, int]:
    start_s = ticket.since_s
    if ticket.due_at_s is not None:
        start_s = ticket.due_at_s - POLICY.queue_for(ticket.topic).sla_s[ticket.urgency]
    return (start_s, ticket.seq)


Histories.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
TestRandomHistories = Histories.TestCase
