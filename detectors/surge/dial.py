"""From evidence to false alarms a week: the score that one dial can be set against.

The series itself says how often its evidence runs high. Excursions of E above u = ln(buckets a week) - 5 are counted
(nu a week, over eight weeks, from a prior of 20, which is what series of some messages a minute show) and their mean
peak above u is kept (beta, from a prior of 1 that weighs as much as ten; never less, for that is the tail of a
martingale). Peaks above a threshold are close to exponential, so E is passed nu exp(-(E - u) / beta) times a week, and
the score is how many decades that lies below once a week,

    D = -log10 nu + (E - u) / (beta ln 10)

A real surge is an excursion too, so peaks count at most 2 beta, and the mean is corrected for that. A nu below 1 counts
as 1: what E does below u was not fitted.

Source: Davison and Smith, "Models for exceedances over high thresholds", Journal of the Royal Statistical Society B 52,
1990.
"""

from math import exp, log, log10
from typing import Final

from detectors.surge.calendar import WEEK_S

_PRIOR_RATE: Final = 20.0
_PRIOR_WEEKS: Final = 1.0
_MEMORY_WEEKS: Final = 8.0
_PRIOR_PEAK: Final = 1.0
_PRIOR_PEAKS: Final = 10.0
_FORGET: Final = 0.99
_MOST_PEAKS: Final = 2.0
_CAPPED: Final = 1.0 - exp(-_MOST_PEAKS)  # mean of an exponential capped so, relative to its own
_APART: Final = 1.0
_LN_10: Final = log(10.0)


class Dial:
    """Turns the evidence of one series into its score. Buckets are `bucket_s` seconds long.

    >>> dial = Dial(bucket_s=60.0)
    >>> dial.update(-3.0) < 0 < dial.update(12.0)
    True
    """

    __slots__ = ("_beta", "_nu", "_peak", "_peak_sum", "_peak_weight", "_per_nat", "_since", "_u", "_visits", "_weeks")

    def __init__(self, bucket_s: float) -> None:
        self._u = log(WEEK_S / bucket_s) - 5.0
        self._visits = self._weeks = 0.0
        self._peak_sum, self._peak_weight = _PRIOR_PEAK * _PRIOR_PEAKS, _PRIOR_PEAKS
        self._peak = -1.0  # of the excursion under way, above u; negative: none
        self._fit()

    def update(self, evidence: float) -> float:
        """The score of E = `evidence`, in decades below one false alarm a week."""
        above = evidence - self._u
        if self._peak >= 0.0:
            if above > self._peak:
                self._peak = above
            elif above < -_APART:
                self._close()
        elif above > 0.0:
            self._peak = above
        return self._since + above * self._per_nat

    def pass_by(self, seconds: float) -> None:
        """Let measured time go by."""
        weeks = seconds / WEEK_S
        keep = exp(-weeks / _MEMORY_WEEKS)
        self._visits *= keep
        self._weeks = self._weeks * keep + weeks
        self._fit()

    def _close(self) -> None:
        self._visits += 1.0
        self._peak_sum = self._peak_sum * _FORGET + min(self._peak, _MOST_PEAKS * self._beta) / _CAPPED
        self._peak_weight = self._peak_weight * _FORGET + 1.0
        self._peak = -1.0
        self._fit()

    def _fit(self) -> None:
        nu = (_PRIOR_RATE * _PRIOR_WEEKS + self._visits) / (_PRIOR_WEEKS + self._weeks)
        self._nu = max(1.0, nu)
        self._beta = max(1.0, self._peak_sum / self._peak_weight)
        self._since = -log10(self._nu)
        self._per_nat = 1.0 / (self._beta * _LN_10)

    def dump(self) -> list[float]:
        """All state, for `load`."""
        return [self._visits, self._weeks, self._peak_sum, self._peak_weight, self._peak]

    def load(self, state: list[float]) -> None:
        """Go on from a dump."""
        self._visits, self._weeks, self._peak_sum, self._peak_weight, self._peak = state
        self._fit()
