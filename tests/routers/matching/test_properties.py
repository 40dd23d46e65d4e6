"""Properties of routing (design, ROUTING.md) under random histories, judged from decisions and rows alone."""

import os
from typing import Any, Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from routers.matching import (
    Command,
    Decision,
    RepStatus,
    Router,
    Seats,
    TicketEvent,
    TicketTriaged,
    count_rows,
)
from routers.matching.rows import decode
from tests.routers.matching.rulebook import (
    POLICY,
    alike,
    can_take,
    cap_milli,
    could_take,
    holdings,
    needs_seat,
    place,
    skills_asked_for,
    standing,
)

TICKETS = st.sampled_from([f"c-{n}" for n in range(8)])
REPS = st.sampled_from([f"rep-{n}" for n in range(4)])
MAYBE_REPS = st.none() | REPS
KINDS = st.sampled_from(
    ["accepted", "declined", "replied", "waiting_on_customer", "reopened", "resolved", "transferred", "escalated"]
)
SEATS = st.sampled_from([1, 1, 2, 0])
ASK = "statistics"
"""A call of ``Router.statistics``, among those of ``apply`` and ``tick``."""
EXAMPLES = int(os.environ.get("ROUTING_EXAMPLES", "200"))


class Histories(RuleBasedStateMachine):
    """Feeds one Router, and a twin that is restored from rows again and again, and checks both after every step."""

    @initialize(seats=SEATS)
    def start(self, seats: int) -> None:
        self.router, self.twin = Router(POLICY), Router(POLICY)
        self.now_s = self.watermark_s = 1_000.0
        self.rows: dict[bytes, bytes] = {}
        self.calls: list[tuple[Command | Literal["statistics"] | None, float]] = []
        self.decisions: list[Decision] = []
        self.epochs: dict[str, int] = {}
        self.refused: set[tuple[str, int, str]] = set()
        """(ticket, its place in line, who declined it): a ticket that is reopened gets a new place, and asks anew."""
        self.messages = 0
        self.opened: set[str] = set()
        self.seats, self.seats_until_s = 0, 0.0
        self.vendors(seats, 1e6)

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
        pool=st.sampled_from(["home", "home", "acme", "acme", "robot", "elsewhere"]),
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
        if behind or (rep_id not in (None, holder) and kind not in ("reopened", "transferred")):
            assert self.rows == before, "a stale or foreign event changed something"
        elif kind in ("declined", "transferred", "escalated") and self.rows != before:
            assert ticket.state == "reserved" or kind != "declined"
            if kind == "transferred":
                self.refused.discard((ticket_id, ticket.seq, rep_id))  # given to: that rep is asked again
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

    @rule(
        rep_id=REPS,
        says=st.lists(st.sampled_from(["online", "online", "offline"]), min_size=2, max_size=4),
        valid_for_s=st.sampled_from([40.0, 1e6]),
        every_s=st.sampled_from([20.0, 500.0]),
        then_s=st.sampled_from([120.0, 2_500.0]),
    )
    def a_rep_comes_and_goes(
        self, rep_id: str, says: list[Any], valid_for_s: float, every_s: float, then_s: float
    ) -> None:
        """Timers are left behind, which a twin that restarts does not have, and one tick jumps over all of them."""
        for state in says:
            self.status(0.0, rep_id=rep_id, pool="home", state=state, skills=("cards", "law"), valid_for_s=valid_for_s)
            self.message(f"c-{rep_id[-1]}", None, False, topic="legal", owner=rep_id)
            self.now_s += every_s
        self.twin_restarts()
        self.time_passes(then_s, 0)

    @rule(seats=SEATS, for_s=st.sampled_from([-5.0, 30.0, 700.0, 1e6]))
    def vendors(self, seats: int, for_s: float) -> None:
        self.seats, self.seats_until_s = (seats if for_s > 0 else 0), self.now_s + for_s
        self.call(Seats("acme", seats, self.seats_until_s))

    @rule()
    def statistics(self) -> None:
        self.calls.append((ASK, self.now_s))
        said = self.router.statistics(self.now_s)
        assert self.twin.statistics(self.now_s) == said, "13: a restored Router measures alike"
        changed = self.router.changed_rows()
        assert self.twin.changed_rows() == changed, "13: and writes the same rows"
        self.keep(changed)
        contents = decode(self.rows)
        for queue in said.queues:
            waiting = [t for t in standing(contents) if POLICY.queue_for(t.topic).name == queue.queue]
            assert queue.waiting == len(waiting)
            sla_s = next(q.sla_s for q in POLICY.queues if q.name == queue.queue)
            assert queue.at_risk == sum(place(t)[0] <= self.now_s + 300 - sla_s[t.urgency] for t in waiting)
            waits_s = [self.now_s - max(t.since_s, place(t)[0]) for t in waiting]
            assert queue.wait_s == pytest.approx(sum(waits_s) / max(len(waits_s), 1), abs=0.002)
        there = [rep for rep in contents.reps.values() if rep.available]
        for same in said.reps:
            reps = [rep for rep in there if (rep.pool, skills_asked_for(rep)) == (same.pool, same.skills)]
            assert same.online == len(reps)
            assert same.slots >= same.online
        assert sum(same.online for same in said.reps) == len(there)

    @rule()
    def twin_restarts(self) -> None:
        self.twin = Router(POLICY)
        self.twin.restore(self.rows)

    # What must hold of every step

    def call(self, command: Command | None) -> None:
        time_s = self.watermark_s if command is None else self.now_s
        if command is None and self.seats_until_s <= time_s:
            self.seats = 0
        before = decode(self.rows)
        self.calls.append((command, time_s))
        decisions = play(self.router, command, time_s)
        changed = self.router.changed_rows()
        assert play(self.twin, command, time_s) == decisions, "13: a restored Router decides alike"
        assert self.twin.changed_rows() == changed, "13: and writes the same rows"
        assert play(self.router, command, time_s) == [], "8: a repeated command decides nothing"
        assert self.router.changed_rows() == {}, "8: and changes nothing"
        self.keep(changed)
        self.check_forgotten_reps(before, time_s if command is None else None)
        self.check_bots(before, command, time_s)
        if command is None:
            self.check_silent_customers(before, decisions, time_s)
        if isinstance(command, TicketTriaged):
            self.opened.add(command.ticket_id)
        self.forget_the_forgotten()
        self.decisions += decisions
        for decision in decisions:
            self.check_decision(decision, last={d.ticket_id: d for d in decisions}[decision.ticket_id] is decision)
            self.check_overflow(decision, before)

    def keep(self, changed: dict[bytes, bytes | None]) -> None:
        for key, value in changed.items():
            if value is None:
                del self.rows[key]
            else:
                self.rows[key] = value

    def has_seat(self, contents: Any, rep: Any) -> bool:
        """Whether the rep may start a ticket, if it is a vendor's."""
        holders = sorted(r.rep_id for r in contents.reps.values() if r.pool == "acme" and needs_seat(contents, r))
        return rep.pool != "acme" or len(holders) < self.seats or rep.rep_id in holders[: self.seats]

    def check_overflow(self, decision: Decision, before: Any) -> None:
        assert decision.kind != "assigned" or decision.pool != "acme"
        if decision.kind != "overflowed":
            return
        contents = decode(self.rows)
        rep, ticket = contents.reps[decision.rep_id or ""], contents.tickets[decision.ticket_id]
        assert rep.pool == "acme"
        assert self.seats, "11: no vendor's rep starts a ticket while no seat is open"
        if ticket.epoch != decision.epoch:
            return
        assert self.has_seat(contents, rep), "11: nor one who has none"
        if not holdings(before, rep):
            holders = [r for r in contents.reps.values() if r.pool == "acme" and needs_seat(contents, r)]
            assert len(holders) <= self.seats, "11: so many reps hold tickets, and no more"
        if decision.why.rule not in ("owner", "last_rep"):
            for home in contents.reps.values():
                assert home.pool != "home" or not could_take(contents, home, ticket), "employees before vendors"

    def forget_the_forgotten(self) -> None:
        known = decode(self.rows).tickets
        for ticket_id in self.opened - set(known):
            assert self.now_s >= POLICY.reopen_window_s
            self.opened.discard(ticket_id)

    def check_forgotten_reps(self, before: Any, watermark_s: float | None) -> None:
        """Those who have been gone for the reopen window and have no ticket are forgotten by a tick, and no others."""
        contents = decode(self.rows)
        for rep in before.reps.values():
            is_gone = rep.gone_since_s is not None and watermark_s is not None
            over = is_gone and rep.gone_since_s + POLICY.reopen_window_s <= watermark_s
            assert (rep.rep_id not in contents.reps) == (over and not holdings(contents, rep))

    def check_bots(self, before: Any, command: Command | None, time_s: float) -> None:
        """A bot keeps no ticket whose customer asks for a person or comes back, nor one beyond its limit."""
        contents = decode(self.rows)
        for ticket in contents.tickets.values():
            was = before.tickets.get(ticket.ticket_id)
            if ticket.rep_id is None or contents.reps[ticket.rep_id].pool != "robot":
                continue
            assert was is None or was.state != "resolved", "no bot for a second contact"
            if isinstance(command, TicketTriaged) and command.ticket_id == ticket.ticket_id:
                is_repeated = was is not None and command.message_id in was.message_ids
                assert is_repeated or not command.needs_human, "a customer who needs a person has a bot"
            if command is None and ticket.state == "accepted" and ticket.until_s is not None:
                assert ticket.until_s > time_s, "a bot is beyond its limit"

    def check_silent_customers(self, before: Any, decisions: list[Decision], watermark_s: float) -> None:
        """What has waited on its customer for the limit is resolved by a tick, and nothing else is."""
        closed = [d.ticket_id for d in decisions if d.why.rule == "customer_silent"]
        asleep = [t for t in before.tickets.values() if t.state == "waiting_on_customer"]
        over = [t.ticket_id for t in asleep if t.asleep_s + POLICY.customer_limit_s <= watermark_s]
        assert sorted(closed) == sorted(over)
        tickets = decode(self.rows).tickets
        assert all(tickets[ticket_id].state == "resolved" for ticket_id in closed if ticket_id in tickets)

    def check_decision(self, decision: Decision, *, last: bool) -> None:
        assert decision.epoch > self.epochs.get(decision.ticket_id, 0), "2: epochs rise"
        self.epochs[decision.ticket_id] = decision.epoch
        if decision.kind not in ("assigned", "overflowed") or not last:
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
        for rep in contents.reps.values():
            for ticket in standing(contents) if self.has_seat(contents, rep) else []:
                assert not could_take(contents, rep, ticket), f"4: {rep.rep_id} could take {ticket.ticket_id}"

    @invariant()
    def only_who_has_a_seat_has_reservations(self) -> None:
        contents = decode(self.rows)
        for ticket in contents.tickets.values():
            assert ticket.state != "reserved" or self.has_seat(contents, contents.reps[ticket.rep_id]), "11"

    def teardown(self) -> None:
        if not hasattr(self, "calls"):
            return
        replayed = Router(POLICY)
        assert [d for command, time_s in self.calls for d in play(replayed, command, time_s)] == self.decisions, "8"
        assert {key: value for key, value in replayed.changed_rows().items() if value is not None} == self.rows, "8"


def play(router: Router, command: Command | Literal["statistics"] | None, time_s: float) -> list[Decision]:
    if command == ASK:
        router.statistics(time_s)
        return []
    return router.tick(time_s) if command is None else router.apply(command, time_s)


Histories.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
TestRandomHistories = Histories.TestCase
