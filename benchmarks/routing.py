"""What a decision of the Router costs: ``python benchmarks/routing.py [--quick]``.

Each scenario holds a steady state: reps full, tickets waiting. A ticket is resolved and its rep gets the next; a new
message comes; whoever got a ticket accepts it. Printed, in CPU time of one core: the call that resolves a ticket and
decides the next; all three calls for each decision; the rows for each decision; a tick when nothing expires; restoring.
"""

import argparse
import random
import time
from dataclasses import dataclass

from routers.matching import Policy, Pool, Queue, RepStatus, Router, Seats, TicketEvent, TicketTriaged

LANGUAGES = ("en", "fr", "de", "es", "fa")
CHANNELS = ("email", "chat", "form")
TOPICS = ("card", "refund", "login", "other")
URGENCIES = ("low", "normal", "high", "urgent")
CHUNK = 500


@dataclass(frozen=True)
class Scenario:
    """How many reps of which capacity, how many tickets they hold and how many wait."""

    name: str
    reps: int
    capacity_units: float
    waiting: int
    decisions: int


SCENARIOS = (
    Scenario("500 reps, 5,000 waiting", 500, 6.0, 5_000, 20_000),
    Scenario("5,000 reps, 100,000 waiting", 5_000, 6.0, 100_000, 20_000),
    Scenario("200 reps of 1,000, 60,000 open, none waiting", 200, 1_000.0, -140_000, 20_000),
)


def policy() -> Policy:
    """Two skills, two pools."""
    return Policy(
        "bench",
        queues=[Queue("cards", ["card", "refund"], skills=["cards"]), Queue("rest", ["*"])],
        pools=[Pool("home"), Pool("acme", kind="vendor", channel_caps={"chat": 1_000})],
        reservation_s=1e6,
    )


def message(number: int, chance: random.Random) -> TicketTriaged:
    """One of 120 classes of tickets."""
    return TicketTriaged(
        f"conversation-{number:08d}",
        f"message-{number:08d}",
        urgency=chance.choices(URGENCIES, (2, 5, 2, 1))[0],  # type: ignore[arg-type]
        topic=chance.choice(TOPICS),
        language=chance.choice(LANGUAGES),
        channel=chance.choice(CHANNELS),
    )


def fill(scenario: Scenario, chance: random.Random) -> tuple[Router, dict[bytes, bytes], list[tuple[str, int]], float]:
    """A Router in the scenario's state, its rows, the (ticket_id, epoch) that reps hold, and the time."""
    router, now_s, held = Router(policy()), 1e9, []
    for number in range(scenario.reps):
        skills = ("cards",) if number % 2 else ()
        languages = tuple(chance.sample(LANGUAGES, 3)) if number % 4 == 0 else ()
        pool = "home" if number % 5 else "acme"
        router.apply(
            RepStatus(
                f"rep-{number}", pool, "online", now_s, skills, languages, (), scenario.capacity_units, valid_for_s=1e6
            ),
            now_s,
        )
    router.apply(Seats("acme", scenario.reps, now_s + 1e6), now_s)
    room = int(scenario.reps * scenario.capacity_units)
    for number in range(room + scenario.waiting):
        now_s += 0.001
        for decision in router.apply(message(number, chance), now_s):
            router.apply(TicketEvent(decision.ticket_id, "accepted", decision.epoch, now_s), now_s)
            held.append((decision.ticket_id, decision.epoch))
    rows = {key: value for key, value in router.changed_rows().items() if value is not None}
    return router, rows, held, now_s


def run(scenario: Scenario) -> None:
    """Measure one scenario and print its line."""
    chance = random.Random(7)
    router, rows, held, now_s = fill(scenario, chance)
    number, calls, decided, rows_s, resolve_s, resolved = 10_000_000, 0, 0, 0.0, 0.0, 0
    messages = [message(number + i, chance) for i in range(2 * scenario.decisions)]
    began_s = time.process_time()
    while decided < scenario.decisions:
        now_s += 0.001
        at = chance.randrange(len(held))
        held[at], held[-1] = held[-1], held[at]
        ticket_id, epoch = held.pop()
        event = TicketEvent(ticket_id, "resolved", epoch, now_s)
        before_s = time.process_time()
        decisions = router.apply(event, now_s)
        resolve_s, resolved = resolve_s + time.process_time() - before_s, resolved + 1
        decisions += router.apply(messages[calls // 3], now_s)
        calls += 2
        for decision in decisions:
            router.apply(TicketEvent(decision.ticket_id, "accepted", decision.epoch, now_s), now_s)
            held.append((decision.ticket_id, decision.epoch))
            calls, decided = calls + 1, decided + 1
        if calls % CHUNK < 3:
            before_s = time.process_time()
            router.changed_rows()
            rows_s += time.process_time() - before_s
    spent_s = time.process_time() - began_s - rows_s
    before_s = time.process_time()
    for _ in range(1000):
        router.tick(now_s)
    tick_s = (time.process_time() - before_s) / 1000
    restored, before_s = Router(policy()), time.process_time()
    restored.restore(rows)
    restore_s = time.process_time() - before_s
    print(
        f"{scenario.name:<46} {resolve_s / resolved * 1e6:6.1f} us/resolve {spent_s / decided * 1e6:6.1f} us/decision "
        f"{rows_s / decided * 1e6:5.1f} us rows {tick_s * 1e6:4.1f} us/tick "
        f"{restore_s:5.2f} s to restore {len(rows):,} rows of {sum(map(len, rows.values())) // len(rows)} bytes"
    )


def main() -> None:
    """Print one line a scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the first scenario only")
    for scenario in SCENARIOS[: 1 if parser.parse_args().quick else None]:
        run(scenario)


if __name__ == "__main__":
    main()
