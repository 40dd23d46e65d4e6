"""How soon the surge detector sees what, how often it is wrong, and how fast it is.

    python -m benchmarks.surge [--bucket-s 60] [--series 4] [--seed 1]

Simulated series with a daily and a weekly shape, a drift of 8% that lasts for hours, and a scatter of 14% beyond
Poisson. Four weeks teach; in the four after them a surge of two hours begins every other day, at any hour. False alarms
are counted on six weeks without any.
"""

import argparse
import math
import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from detectors.surge import SurgeBank, SurgeDetector

WEEK_S = 604_800
START_S = 2_900.0 * WEEK_S
SURGE_S = 7_200
SIZES = (1.5, 2.0, 3.0)
VOLUMES = (5.0, 30.0, 120.0, 600.0, 6000.0)  # messages an hour


def day_shape(at_s: float) -> float:
    """Relative traffic at a moment: two humps a day, quiet nights and weekends, busy Mondays."""
    hour, weekday = at_s % 86_400 / 3600, int(at_s // 86_400 + 3) % 7
    day = 0.15 + math.exp(-(((hour - 11) / 3.0) ** 2)) + 0.8 * math.exp(-(((hour - 16) / 3.5) ** 2))
    return day * (0.45 if weekday >= 5 else 1.25 if weekday == 0 else 1.0)


def expected_counts(
    per_hour: float, bucket_s: float, weeks: int, seed: int, drift: float = 0.08
) -> NDArray[np.float64]:
    """The true rate of every bucket: the shape times a drift that lasts for hours."""
    week = np.array([day_shape(START_S + i * bucket_s) for i in range(int(WEEK_S // bucket_s))])
    rate = np.tile(week / week.mean(), weeks) * per_hour * bucket_s / 3600
    hours = weeks * 168 + 1
    rng = np.random.default_rng([seed, 1])
    walk = np.zeros(hours)
    for i in range(1, hours):
        walk[i] = 0.8 * walk[i - 1] + 0.6 * rng.normal()
    return rate * np.exp(drift * np.interp(np.arange(len(rate)) * bucket_s / 3600, np.arange(hours), walk))


def draw(rate: NDArray[np.float64], seed: int, phi: float = 0.02) -> NDArray[np.int64]:
    """Negative binomial counts."""
    rng = np.random.default_rng([seed, 2])
    return rng.poisson(rate * rng.gamma(1 / phi, phi, size=len(rate)) if phi else rate)


def surges(bucket_s: float, weeks: int, seed: int) -> Iterator[tuple[int, int]]:
    """First and last bucket (exclusive) of each surge, from the fifth week on, at any hour."""
    rng = np.random.default_rng([seed, 3])
    at_s = 4.0 * WEEK_S + rng.uniform(0, 100_000)
    while at_s < weeks * WEEK_S - 4 * SURGE_S:
        first = int(at_s // bucket_s)
        yield first, first + int(SURGE_S // bucket_s)
        at_s += rng.uniform(100_000, 250_000)


def detection(bucket_s: float, dial: float, n_series: int, seed: int) -> None:
    """Print found, delay and ends by size and by the volume at the moment of the surge."""
    print(f"\nbuckets of {bucket_s:.0f} s, {dial} false alarms a week, by volume at the time of the surge")
    for size in SIZES:
        results = [
            result
            for per_hour in VOLUMES
            for number in range(n_series)
            for result in _one_series(bucket_s, dial, per_hour, size, seed * 1000 + number)
        ]
        for low, high in ((0, 12), (12, 120), (120, 1e9)):
            band = [result for result in results if low <= result[0] < high]
            seen = [result for result in band if result[1] is not None]
            delay = np.median([result[1] for result in seen] or [np.nan])
            errors = np.array([result[2] for result in seen] or [np.nan])
            print(
                f"x{size} {low:4.0f}/h and more: found {len(seen)}/{len(band)}, delay {delay:.0f} min, "
                f"end off by {np.median(errors):.0f} min, {np.mean(errors <= SURGE_S / 240):.0%} within a quarter",
                flush=True,
            )


def _one_series(
    bucket_s: float, dial: float, per_hour: float, size: float, seed: int
) -> list[tuple[float, float | None, float]]:
    """Of each surge: messages an hour without it, delay in minutes or None, error of the end in minutes."""
    rate = expected_counts(per_hour, bucket_s, 8, seed)
    windows = list(surges(bucket_s, 8, seed))
    calm = [float(rate[first:last].mean()) * 3600 / bucket_s for first, last in windows]
    for first, last in windows:
        rate[first:last] *= size
    detector = SurgeDetector(bucket_s, dial)
    active = [
        detector.update(START_S + i * bucket_s, count).active for i, count in enumerate(draw(rate, seed).tolist())
    ]
    results: list[tuple[float, float | None, float]] = []
    for volume, (first, last) in zip(calm, windows, strict=True):
        seen = next((i for i in range(first, last) if active[i]), None)
        over = next((i for i in range(seen or last, len(active)) if not active[i]), len(active))
        delay = None if seen is None else (seen + 1 - first) * bucket_s / 60
        results.append((volume, delay, abs(over + 1 - last) * bucket_s / 60))
    return results


def false_alarms(bucket_s: float, n_series: int, seed: int) -> None:
    """Print alarms a series and week, without any surge, at both dials."""
    print(
        f"\nbuckets of {bucket_s:.0f} s, no surges: alarms a week and series (first week, weeks 2 and 3, weeks 4 to 6)"
    )
    for per_hour in VOLUMES:
        line = []
        for dial in (1.0, 0.1):
            weekly = np.zeros(6)
            for number in range(n_series):
                own = seed * 1000 + 500 + number
                detector, active = SurgeDetector(bucket_s, dial), False
                for i, count in enumerate(draw(expected_counts(per_hour, bucket_s, 6, own), own).tolist()):
                    now = detector.update(START_S + i * bucket_s, count).active
                    weekly[int(i * bucket_s // WEEK_S)] += now and not active
                    active = now
            weekly /= n_series
            line.append(f"dial {dial}: {weekly[0]:.2f} {weekly[1:3].mean():.2f} {weekly[3:].mean():.2f}")
        print(f"{per_hour:7.0f}/h  " + "   ".join(line), flush=True)


def speed(bucket_s: float, seed: int) -> None:
    """Print what an update costs, and how long four weeks of 40 series take to warm a bank."""
    counts = draw(expected_counts(600, bucket_s, 2, seed), seed).tolist()
    detector = SurgeDetector(bucket_s)
    begun = time.process_time()
    for i, count in enumerate(counts):
        detector.update(START_S + i * bucket_s, count)
    rate = len(counts) / (time.process_time() - begun)
    print(f"\n{rate:,.0f} updates a second of CPU time, a dump is {len(detector.dump()):,} bytes")
    for width_s in sorted({bucket_s, 300.0}):
        names = ["all", *(f"topic:t{i}" for i in range(39))]
        columns = [draw(expected_counts(600 / (i + 1), width_s, 4, seed + i), seed + i).tolist() for i in range(40)]
        rows = [{n: (c, 0) for n, c in zip(names, row, strict=True)} for row in zip(*columns, strict=True)]
        bank = SurgeBank("bench", bucket_s)
        begun = time.process_time()
        bank.warm(((START_S + i * width_s, row) for i, row in enumerate(rows)), width_s)
        print(f"four weeks of {width_s:.0f} s, 40 series: warm in {time.process_time() - begun:.1f} s of CPU time")


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bucket-s", type=float, default=60.0)
    parser.add_argument("--series", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(f"seed {args.seed}, {args.series} series a row")
    speed(args.bucket_s, args.seed)
    false_alarms(args.bucket_s, args.series, args.seed)
    for dial in (1.0, 0.1):
        detection(args.bucket_s, dial, args.series, args.seed)


if __name__ == "__main__":
    main()
