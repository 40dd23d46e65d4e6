"""Six weeks of slow growth through triage and the surge detectors, in memory: is it told as growth, and is it no surge?

    python -m benchmarks.growth [--seed 1] [--weeks 6] [--growth 1.9]

A small organisation of a few messages a minute, whose traffic grows steadily to ``--growth`` times its usual, whose
customers are served. Four weeks of history come first; the dial is at one false alarm in fifty weeks.
"""

import argparse
import time

from msgspec.structs import replace

from benchmarks.served import served
from detectors.text import LANGUAGES
from streams.app import build
from streams.contracts import Surge, SurgeState, decode
from streams.demo.organisation import organisation
from streams.demo.warming import history_records
from streams.local.traffic.scenario import Scenario, Segment, Team, load_scenario
from streams.runtime.memory import MemoryRunner
from streams.topics import Topic

WEEK_S = 7 * 86_400.0
PEAK_PER_MIN = 2.0
DIAL = 0.02
STEP_S = 10.0
AFTER_S = 90.0  # so that the last buckets close; longer silence would be a drop


def growing(weeks: float, growth: float) -> Scenario:
    """The scenario: from a Monday on, everything grows evenly."""
    usual = load_scenario("slow-growth")
    length_min = weeks * WEEK_S / 60
    return replace(
        usual,
        start=usual.start.replace(day=2, hour=0),
        length_min=length_min,
        traffic=replace(usual.traffic, peak_per_min=PEAK_PER_MIN),
        segments=(Segment(0.0, length_min, factor=growth, ramp_up_min=length_min),),
        teams=(Team("everybody", 4, languages=LANGUAGES),),
        vendor=None,
    )


def play(seed: int, weeks: float, growth: float) -> tuple[int, list[Surge]]:
    """How many messages came, and what was said of them."""
    scenario = growing(weeks, growth)
    settings = organisation(scenario, with_vendor=False)
    app = build(replace(settings, surges=replace(settings.surges, false_alarms_per_week=DIAL)))
    stages = [stage for stage in app.stages if stage.name in ("triage", "surge")]
    runner = MemoryRunner(stages, app.table, start_s=scenario.start_s, seed=seed)
    for send in history_records(scenario, app.triage(), seed):
        runner.send(send.topic, send.key, send.value)
    said: list[Surge] = []

    def go_on(to_s: float) -> None:
        runner.advance(to_s - runner.clock.now_s())
        said.extend(decode(Surge, surge.value) for surge in runner.records(Topic.SURGES))
        runner.forget()

    messages = 0
    for record in served(scenario, seed, weeks * WEEK_S):
        if record.topic == Topic.MESSAGES_RAW:
            if record.time_s >= runner.clock.now_s() + STEP_S:
                go_on(record.time_s)
            runner.send(record.topic, record.key, record.value)
            messages += 1
    go_on(scenario.end_s + AFTER_S)
    return messages, said


def main() -> None:
    """Play it and print what was said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weeks", type=float, default=6.0)
    parser.add_argument("--growth", type=float, default=1.9)
    options = parser.parse_args()
    began_s = time.monotonic()
    messages, said = play(options.seed, options.weeks, options.growth)
    print(
        f"{options.weeks:g} weeks to {options.growth:g} times the usual, seed {options.seed}: {messages:,} messages; "
        f"played in {time.monotonic() - began_s:.0f} s"
    )
    for surge in said:
        if surge.state is SurgeState.ONSET:
            print(f"{surge.at:%d %b %H:%M} {surge.kind} of {surge.series}, {surge.ratio:.2f} times")


if __name__ == "__main__":
    main()
