"""Workers that die, freeze, come and go at any moment, while traffic goes on."""

import random
import signal
import time

from tests.faults.crew import Crew, Hand
from tests.faults.steps import OPENING, STEPS, WORKING
from tests.flow.deployment import eventually

AT_ONCE = 3
FROZEN_S = 6.0
"""Past the session's 2 s and the transaction's 4 s."""


def test_a_worker_killed_at_any_step_leaves_no_trace(crew: Crew, dice: random.Random, long: bool) -> None:
    steps = list(STEPS) * (2 if long else 1)
    dice.shuffle(steps)
    victims: dict[str, Hand] = {}

    def all_dead() -> bool:
        """One steps up for each that falls, so that a rebalance finds others dead, opening and at work."""
        while steps and sum(victim.ended is None for victim in victims.values()) < AT_ONCE:
            step = steps.pop()
            passes = dice.randint(1, 2 if step in OPENING else 30)
            victims[f"{len(victims)} {step} {passes}"] = crew.start(
                step=step, passes=passes, seed=dice.randrange(10**6)
            )
        return not steps and all(victim.ended is not None for victim in victims.values())

    crew.good(1)
    with crew.traffic():
        eventually(all_dead, 300, "every worker has come to its step")
        for step, victim in victims.items():
            assert victim.ended == -signal.SIGKILL, (step, victim.log.read_text()[-1_000:])
        crew.until_progress()
    assert crew.check() > 5_000


def test_a_worker_frozen_with_open_work_is_a_harmless_zombie(crew: Crew, dice: random.Random) -> None:
    crew.good(1)
    # Two zombies: one in the midst of a transaction, one wherever it happens to be. One after the other, since of three
    # workers that share four partitions one may have none, and then never comes to any step.
    inside = crew.start(
        step=dice.choice(WORKING), passes=dice.randint(1, 30), signal="SIGSTOP", seed=dice.randrange(10**6)
    )
    with crew.traffic():
        eventually(inside.is_frozen, 120, "it freezes at its step")
        anywhere = crew.start()
        eventually(lambda: anywhere.said(message="partition open"), 120, "the next one is at work")
        anywhere.freeze()
        frozen_s = time.monotonic()
        crew.until_progress()
        eventually(lambda: time.monotonic() - frozen_s > FROZEN_S, 60, "all time-outs have passed")
        inside.thaw()
        anywhere.thaw()
        crew.until_members(3)
        crew.until_progress()
    assert crew.check() > 5_000


def test_workers_that_come_and_go_every_few_seconds_lose_nothing(crew: Crew, dice: random.Random, long: bool) -> None:
    crew.good(1)
    until_s = time.monotonic() + (60 if long else 12)
    with crew.traffic():
        while time.monotonic() < until_s:
            changed_s = time.monotonic()
            alive = crew.alive()
            if len(alive) < 2 or (len(alive) < 4 and dice.random() < 0.5):
                crew.start()
            else:
                dice.choice(alive).process.terminate()
            pause_s = dice.uniform(1.0, 4.0)
            eventually(lambda at_s=changed_s + pause_s: time.monotonic() > at_s, 60, "a few seconds have passed")
        crew.start()
        crew.until_progress()
    assert crew.check() > 5_000


def test_a_rolling_restart_loses_nothing(crew: Crew, seed: int) -> None:
    before = crew.good(2)
    with crew.traffic():
        for old in before:
            assert old.stop() == 0
            crew.start()
            crew.until_members(2)
            crew.until_progress()
    assert crew.check() > 2_000
