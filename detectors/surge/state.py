"""What is held of one series: a record of fixed size, in an array of as many as there are series.

The parts of the detector (baseline, evidence, ...) are compiled functions on such a record, so that one series and a
hundred thousand run through the same arithmetic, and a dump is the record's bytes.
"""

from math import isfinite, nan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.surge.calendar import CELL_S, WEEK_S
from detectors.surge.evidence import SIZES
from detectors.surge.growth import WEEKS
from detectors.surge.hours import HOURS
from detectors.surge.sentiment import ODDS

CELLS: Final = WEEK_S // CELL_S
COARSE: Final = HOURS + 1
"""Bins coarser than a cell: hours of the week, all time."""
_N: Final = len(SIZES)

STATE: Final = np.dtype(
    [
        # What it is: seconds a bucket and a cell, buckets a cell, and the score from which on a surge is said.
        *((name, "f8") for name in ("bucket_s", "cell_s", "buckets", "threshold")),
        # The moment: the earliest start of the next bucket, the last score, when the surge began (nan: none is on).
        *((name, "f8") for name in ("next_s", "score", "onset_s")),
        # The cell under way: its number since the epoch and in the week, what it counted, what was expected of it.
        ("index", "i8"),
        *((name, "i8") for name in ("of_week", "hour_of_week")),
        *((name, "u1") for name in ("holiday", "known", "trusts", "lull_on", "spiky")),
        *((name, "f8") for name in ("factor", "cell_count", "cell_buckets", "mean", "predicted", "most", "phi")),
        *((name, "f8") for name in ("season", "borrowed", "level", "level_a", "level_b")),
        *((name, "f8") for name in ("drift", "drift_count", "drift_expected", "trial_count", "trial_expected")),
        *((name, "f8") for name in ("recent_count", "recent_buckets", "earlier_count", "earlier_buckets")),
        *((name, "f8") for name in ("scatter_excess", "scatter_squares")),
        *((name, "f8") for name in ("lull_count", "lull_expected", "lull_for_s")),
        ("block", "i8"),
        *((name, "f8") for name in ("block_count", "block_expected", "margin_sum", "margin_weight", "margin")),
        *((name, "f8") for name in ("start", "cap")),
        *((name, "f8", (_N,)) for name in ("sums", "per_count", "fixed", "cusums", "began_s")),
        *((name, "f8") for name in ("keep", "size_keep", "end_k", "end_most", "proof", "tail", "ratio")),
        *((name, "f8") for name in ("end_count", "end_expected", "end_weight", "run_count", "run_expected")),
        *((name, "f8") for name in ("above", "visits", "weeks", "peak_sum", "peak_weight", "peak", "beta")),
        *((name, "f8") for name in ("since", "per_nat")),
        *((name, "f8") for name in ("hour_count", "hour_buckets", "days_sum", "days_square", "days_buckets")),
        # Beside the volume: the share of angry messages, messages that stop coming, growth from week to week.
        *((name, "f8") for name in ("said", "angry", "recent_said", "recent_angry", "angry_scatter", "angry_chance")),
        *((name, "f8") for name in ("trial_said", "trial_angry", "trial_scatter", "trial_chance")),
        *((name, "f8") for name in ("angry_block_said", "angry_block", "angry_block_s")),
        *((name, "f8") for name in ("angry_began_s", "angry_onset_s", "angry_peak")),
        ("angry_sums", "f8", (len(ODDS),)),
        *((name, "f8") for name in ("drop_sum", "drop_began_s", "drop_onset_s")),
        ("week", "i8"),
        *((name, "f8") for name in ("week_count", "week_buckets")),
        ("weekly", "f8", (WEEKS,)),
        # The bins of the week. Half the memory of a series are these, so they are as coarse as they can be: counts in
        # single precision, how often a cell was measured in 1/9000.
        ("coarse_counts", "f4", (COARSE,)),
        ("coarse_weights", "f4", (COARSE,)),
        ("cell_counts", "f4", (CELLS,)),
        ("cell_weights", "u2", (CELLS,)),
    ]
)

SeriesArray = NDArray[np.void]


def check_dial(false_alarms_per_week: float) -> None:
    """Raise ValueError if it is no rate above 0."""
    if not (false_alarms_per_week > 0 and isfinite(false_alarms_per_week)):
        raise ValueError(f"false_alarms_per_week must be above 0; it is {false_alarms_per_week}")


def cell_length_s(bucket_s: float) -> int:
    """Seconds of the cells of the week that buckets of `bucket_s` seconds fill. Raises ValueError if they fill none."""
    if not (bucket_s > 0 and (CELL_S % bucket_s == 0 or (bucket_s % CELL_S == 0 and 3600 % bucket_s == 0))):
        raise ValueError(f"bucket_s must divide 300, or be a multiple of 300 that divides 3600; it is {bucket_s}")
    return int(max(CELL_S, bucket_s))


def blank(bucket_s: float) -> Any:
    """The record of a series of buckets of `bucket_s` seconds that has seen nothing; parts fill in the rest."""
    one = np.zeros(1, STATE)[0]
    one["bucket_s"], one["cell_s"] = bucket_s, cell_length_s(bucket_s)
    one["buckets"] = round(one["cell_s"] / bucket_s)
    one["next_s"] = one["score"] = -np.inf
    one["onset_s"] = one["angry_onset_s"] = one["drop_onset_s"] = one["weekly"] = nan
    one["index"], one["most"] = -1, np.inf
    one["level"] = one["drift"] = one["factor"] = one["ratio"] = 1.0
    return one
