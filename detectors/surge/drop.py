"""Do messages stop coming, although it is no hour, day or week in which they would?

The counts are tested against a hundredth of what is expected, by the negative binomial likelihood ratio, summed over
all moments at which that may have begun (as in evidence.py, turned downwards). What is a fifth of the expected or more
speaks against it: a forgotten holiday, or the end of a fourfold surge that had become the usual. A bucket proves at
most 3 nats, so a few in a row must be empty. It is over once half of what is expected comes again. On holidays and
where no week is known yet nothing begins to stop: a holiday may be as quiet as that.

Source: as evidence.py.
"""

from math import exp, isnan, log, nan
from typing import Any, Final

from numba import njit

from detectors.surge.calendar import WEEK_S

_STOPPED: Final = 0.01
_MOST_PROOF: Final = 3.0
_MOST: Final = exp(30.0)
_BACK: Final = 0.5
_LN_10: Final = log(10.0)


@njit(cache=True)
def update(one: Any, start_s: float, count: float) -> None:
    """Take in a bucket, after the other parts."""
    if not isnan(one.drop_onset_s) and one.ratio >= _BACK:
        one.drop_onset_s = nan
        one.drop_sum = 0.0
        return
    if not one.known:
        one.drop_sum = 0.0
        return
    mean, k = one.mean, 1.0 / one.phi
    q = log((_STOPPED * mean + k) / (mean + k))
    ratio = min(_MOST_PROOF, count * (log(_STOPPED) - q) - k * q)
    if one.drop_sum < 1.0:
        one.drop_began_s = start_s
    one.drop_sum = min(_MOST, (min(1.0, mean) + one.drop_sum) * exp(ratio))
    if (
        isnan(one.drop_onset_s)
        and one.drop_sum > 0.0
        and log(one.drop_sum) >= log(WEEK_S / one.bucket_s) + one.threshold * _LN_10
    ):
        one.drop_onset_s = one.drop_began_s
