"""Six weeks of slow growth through the whole flow, in memory: is it told as growth, and is it no surge?

    python -m benchmarks.growth [--seed 1] [--weeks 6] [--growth 1.9]

A small organisation of a few messages a minute, whose traffic grows steadily to ``--growth`` times its usual. All
stages run, with four weeks of history and a dial of one false alarm in fifty weeks. Nobody falls ill, nothing breaks.
"""

import argparse
import time
from collections import Counter

from msgspec.structs import replace

from detectors.text import LANGUAGES
from streams.app import build
from streams.contracts import SurgeKind, SurgeState
from streams.demo.organisation import organisation
from streams.demo.simulate import Simulated, simulate
from streams.local.traffic.scenario import Scenario, Segment, Team, load_scenario

WEEK_MIN = 7 * 1_440.0
PEAK_PER_MIN = 2.0
DIAL = 0.02
STEP_S = 60.0


def growing(weeks: float, growth: float) -> Scenario:
    """The scenario: from a Monday on, everything grows evenly."""
    usual = load_scenario("slow-growth")
    length_min = weeks * WEEK_MIN
    return replace(
        usual,
        start=usual.start.replace(day=2, hour=0),
        length_min=length_min,
        traffic=replace(usual.traffic, peak_per_min=PEAK_PER_MIN),
        segments=(Segment(0.0, length_min, factor=growth, ramp_up_min=length_min),),
        teams=(Team("everybody", 4, languages=LANGUAGES),),
        vendor=None,
    )


def play(seed: int, weeks: float, growth: float) -> Simulated:
    """Everything that was said in these weeks."""
    scenario = growing(weeks, growth)
    settings = organisation(scenario, with_vendor=False)
    settings = replace(settings, surges=replace(settings.surges, false_alarms_per_week=DIAL))
    return simulate(scenario, seed, with_vendor=False, app=build(settings), step_s=STEP_S)


def main() -> None:
    """Play it and print what was said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weeks", type=float, default=6.0)
    parser.add_argument("--growth", type=float, default=1.9)
    options = parser.parse_args()
    began_s = time.monotonic()
    played = play(options.seed, options.weeks, options.growth)
    all_of_it = played.service["during"]
    print(
        f"{options.weeks:g} weeks to {options.growth:g} times the usual, seed {options.seed}: {all_of_it.messages:,} "
        f"messages, {all_of_it.tickets:,} tickets, {all_of_it.service_level:.0%} in time; "
        f"played in {time.monotonic() - began_s:.0f} s"
    )
    onsets = Counter(surge.kind for surge in played.surges if surge.state is SurgeState.ONSET)
    for kind in SurgeKind:
        print(f"{kind}: {onsets[kind]}")
    for surge in played.surges:
        if surge.state is SurgeState.ONSET:
            print(f"  {surge.at:%d %b %H:%M} {surge.kind} of {surge.series}, {surge.ratio:.2f} times")


if __name__ == "__main__":
    main()
