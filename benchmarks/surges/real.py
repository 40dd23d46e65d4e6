"""Surges injected into counts of real calls, from a CSV of moments and counts a 300 s bucket."""

import csv
from datetime import datetime
from pathlib import Path

import numpy as np

from benchmarks.surges.traffic import SIZES, START_S, SURGE_S, WEEK_S, Floats, Stream, Surge

BUCKET_S = 300.0
TAUGHT_WEEKS = 4


def read_calls(path: Path) -> Floats:
    """Counts of every 300 s from the first Monday on; what the file leaves out (nights, weekends) is 0."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(datetime.fromisoformat(row["DateTime"]), float(row["Calls"])) for row in csv.DictReader(file)]
    moments = np.array([moment.timestamp() for moment, _ in rows])
    begin_s = START_S - np.ceil((START_S - moments[0]) / WEEK_S) * WEEK_S
    counts = np.zeros(int((moments[-1] - begin_s) // BUCKET_S) + 1)
    for moment, count in rows:
        counts[int((moment.timestamp() - begin_s) // BUCKET_S)] = count
    return counts


def real_stream(calls: Floats, seed: int) -> Stream:
    """Thinned to a random volume; surges of two hours come on top while the line is open."""
    rng = np.random.default_rng([seed, 7])
    calm = rng.binomial(calls.astype(int), rng.choice([0.02, 0.1, 0.3, 1.0])).astype(float)
    busy, surges, length = calm.copy(), [], int(SURGE_S // BUCKET_S)
    tested = round(TAUGHT_WEEKS * WEEK_S / BUCKET_S)
    at = tested + int(rng.uniform(0, 300))
    while at < len(calm) - 4 * length:
        smooth = np.convolve(calm[at : at + length], np.ones(6) / 6, "same")
        if np.all(calls[at : at + length] > 0):
            size = float(rng.choice(SIZES))
            busy[at : at + length] += rng.poisson(smooth * (size - 1.0))
            surges.append(Surge(at, at + length, size, float(smooth.mean()) * 3600 / BUCKET_S))
            at += int(rng.uniform(300, 800))
        else:
            at += int(rng.uniform(3, 30))
    return Stream(BUCKET_S, float(calm.mean()) * 12, calm, busy, calm, tuple(surges))
