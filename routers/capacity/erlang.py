"""How long people wait for one of n servers: the Erlang formulas B, C and A, and how many servers a target needs.

In all of them customers arrive at random (Poisson), handling takes an exponential time, and the offered load is
a = arrivals per second x mean handling seconds, in erlangs. They differ in what someone does who finds all servers
busy: in B they leave at once, in C they wait for as long as it takes, in A they wait until their patience ends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, inf, isfinite, log, log1p

_NEGLIGIBLE = log(1e-16)
"""Of a weight, as a logarithm, beside the largest: the sum of all that follow does not show in a float."""


def _check(servers: int, load_erlangs: float, **times_s: float) -> None:
    if isinstance(servers, bool) or not isinstance(servers, int) or servers < 0:
        raise ValueError(f"servers: {servers!r} must be a whole number, 0 or above")
    if not 0 <= load_erlangs < inf:
        raise ValueError(f"load_erlangs: {load_erlangs!r} must be a number, 0 or above")
    for name, time_s in times_s.items():
        if not 0 < time_s < inf:
            raise ValueError(f"{name}: {time_s!r} must be a number above 0")


def _check_within(within_s: float) -> None:
    if not 0 <= within_s < inf:
        raise ValueError(f"within_s: {within_s!r} must be a number, 0 or above")


def _inverse_b(servers: int, load_erlangs: float) -> float:
    """1/B, which may be infinite: then nobody is ever turned away."""
    inverse = 1.0
    for k in range(1, servers + 1):
        inverse = 1.0 + k / load_erlangs * inverse
    return inverse


def erlang_b(servers: int, load_erlangs: float) -> float:
    """The share of customers who find all servers busy and leave at once. Raises ValueError.

    1/B(k) = 1 + (k/a) / B(k-1), B(0) = 1. Source: A. K. Erlang, 1917; the recursion as in R. B. Cooper,
    Introduction to Queueing Theory, 1981.

    >>> round(erlang_b(10, 5.0), 6)
    0.018385
    """
    _check(servers, load_erlangs)
    if load_erlangs == 0:
        return 0.0 if servers else 1.0
    return 1.0 / _inverse_b(servers, load_erlangs)


def erlang_c(servers: int, load_erlangs: float) -> float:
    """The share of customers who wait, if nobody gives up. 1 if the load is as much as the servers. Raises ValueError.

    C = B / (1 - rho (1 - B)), rho = a/n. Source: A. K. Erlang, 1917.

    >>> round(erlang_c(2, 1.0), 6)
    0.333333
    """
    _check(servers, load_erlangs)
    if load_erlangs >= servers:
        return 1.0 if load_erlangs > 0 else 0.0
    blocked = erlang_b(servers, load_erlangs)
    return blocked / (1.0 - load_erlangs / servers * (1.0 - blocked))


def mean_wait_s(servers: int, load_erlangs: float, handling_s: float) -> float:
    """The mean wait of all customers, in seconds, if nobody gives up (ASA): C / (n mu - lambda). Raises ValueError.

    >>> round(mean_wait_s(14, 10.0, 180.0), 1)
    7.8
    """
    _check(servers, load_erlangs, handling_s=handling_s)
    if load_erlangs == 0:
        return 0.0
    if load_erlangs >= servers:
        return inf
    return erlang_c(servers, load_erlangs) * handling_s / (servers - load_erlangs)


def answered_within(servers: int, load_erlangs: float, handling_s: float, within_s: float) -> float:
    """The share of customers who wait at most ``within_s``, if nobody gives up (the service level of Erlang C).

    1 - C exp(-(n mu - lambda) t). Raises ValueError.

    >>> round(answered_within(14, 10.0, handling_s=180.0, within_s=20.0), 3)
    0.888
    """
    _check(servers, load_erlangs, handling_s=handling_s)
    _check_within(within_s)
    if load_erlangs >= servers:
        return 0.0 if load_erlangs > 0 else 1.0
    return 1.0 - erlang_c(servers, load_erlangs) * exp(-(servers - load_erlangs) * within_s / handling_s)


@dataclass(frozen=True, slots=True)
class ErlangA:
    """The queue in which people lose patience, in its long run.

    p_wait: share of customers who do not find a free server. p_abandon: share who give up.
    mean_wait_s: mean wait of all, those who give up included. occupancy: share of the time that a server works.

    There are three service levels, which differ: ``answered_within`` (answered in time, of all who came),
    ``waited_within`` (of all, whether then answered or gone), ``patient_answered_within`` (what someone of endless
    patience would see: the virtual wait).
    """

    servers: int
    handling_s: float
    patience_s: float
    p_wait: float
    p_abandon: float
    mean_wait_s: float
    occupancy: float
    _waiting: tuple[float, ...]
    """Probability that all servers are busy and j customers wait, for j = 0, 1, ..."""

    def answered_within(self, within_s: float) -> float:
        """The share of all customers who are answered within so many seconds, rather than later or never."""
        _check_within(within_s)
        c, log_x = self._beta(within_s)
        tails = self._tails(c + 1.0, log_x)
        late = sum(
            p * c / (c + j + 1.0) * (1.0 - tail) for j, (p, tail) in enumerate(zip(self._waiting, tails, strict=True))
        )
        return 1.0 - self.p_wait + late

    def waited_within(self, within_s: float) -> float:
        """The share of all customers whose wait, for an answer or until they gave up, was at most so many seconds."""
        return 1.0 - (1.0 - self.patient_answered_within(within_s)) * exp(-within_s / self.patience_s)

    def patient_answered_within(self, within_s: float) -> float:
        """The probability that someone who never gives up would be answered within so many seconds."""
        _check_within(within_s)
        return 1.0 - sum(p * tail for p, tail in zip(self._waiting, self._tails(*self._beta(within_s)), strict=True))

    def _beta(self, within_s: float) -> tuple[float, float]:
        # With j ahead in the queue, e^(-theta V) of the virtual wait V has the distribution Beta(c, j + 1).
        return self.servers * self.patience_s / self.handling_s, -within_s / self.patience_s

    def _tails(self, c: float, log_x: float) -> list[float]:
        """I_x(c, j + 1) for every j, from I_x(c, b + 1) = I_x(c, b) + x^c (1-x)^b / (b B(c, b))."""
        x = exp(log_x)
        if c == 0 or x == 1.0:
            return [1.0] * len(self._waiting)
        log_step, log_term, total, tails = log1p(-x), c * log_x, 0.0, []
        for b in range(len(self._waiting)):
            total += exp(log_term)
            tails.append(min(total, 1.0))
            log_term += log_step + log((c + b) / (b + 1.0))
        return tails


def erlang_a(servers: int, load_erlangs: float, handling_s: float, patience_s: float) -> ErlangA:
    """The queue in which people lose patience after ``patience_s`` on average (exponential). Raises ValueError.

    p_n = 1; p_{k-1} = p_k k mu / lambda; p_{n+j} = p_{n+j-1} lambda / (n mu + j theta). Sources: C. Palm, 1957;
    Garnett, Mandelbaum, Reiman, Designing a Call Center with Impatient Customers, 2002.

    >>> queue = erlang_a(14, 10.0, handling_s=180.0, patience_s=300.0)
    >>> round(queue.p_wait, 5), round(queue.p_abandon, 6), round(queue.answered_within(20.0), 3)
    (0.14526, 0.013984, 0.917)
    """
    _check(servers, load_erlangs, handling_s=handling_s, patience_s=patience_s)
    if load_erlangs == 0:
        p_wait = 0.0 if servers else 1.0
        return ErlangA(servers, handling_s, patience_s, p_wait, 0.0, 0.0, 0.0, (p_wait,))
    # Weights are kept as logarithms: of 10,000 erlangs on 10 servers the largest is far beyond any float.
    step, log_load = handling_s / patience_s, log(load_erlangs)
    logs, highest = [0.0], 0.0
    while logs[-1] - highest > _NEGLIGIBLE or servers + len(logs) * step <= load_erlangs:
        logs.append(logs[-1] + log_load - log(servers + len(logs) * step))
        highest = max(highest, logs[-1])
    weights = [exp(value - highest) for value in logs]
    inverse_b = _inverse_b(servers, load_erlangs)
    fewer = (inverse_b - 1.0) * exp(-highest)  # all states with a free server, p_n itself left out
    total = fewer + sum(weights)
    waiting = tuple(weight / total for weight in weights) if isfinite(total) else (0.0,)
    mean_queue = sum(j * p for j, p in enumerate(waiting))
    arrivals_per_s = load_erlangs / handling_s
    p_abandon = mean_queue / patience_s / arrivals_per_s
    return ErlangA(
        servers,
        handling_s,
        patience_s,
        p_wait=min(sum(waiting), 1.0),
        p_abandon=p_abandon,
        mean_wait_s=mean_queue / arrivals_per_s,
        occupancy=load_erlangs * (1.0 - p_abandon) / servers if servers else 0.0,
        _waiting=waiting,
    )


def service_level(
    servers: int, load_erlangs: float, handling_s: float, within_s: float, patience_s: float | None = None
) -> float:
    """The share of all customers answered within so many seconds: Erlang A with a patience, else C. Raises ValueError.

    >>> round(service_level(15, 10.0, handling_s=180.0, within_s=20.0), 3)
    0.941
    """
    if patience_s is None:
        return answered_within(servers, load_erlangs, handling_s, within_s)
    return erlang_a(servers, load_erlangs, handling_s, patience_s).answered_within(within_s)


def servers_needed(
    target: float, load_erlangs: float, handling_s: float, within_s: float, patience_s: float | None = None
) -> int:
    """The least number of servers with which a share ``target`` of customers is answered within ``within_s``.

    Searched around the load by doubling steps, then by halves: each model's service level rises with every server.
    Raises ValueError, also for a target that no number of servers reaches (0 < target < 1 is always reached).

    >>> servers_needed(0.8, 10.0, handling_s=180.0, within_s=20.0)
    14
    """
    if not 0 < target < 1:
        raise ValueError(f"target: {target!r} must be between 0 and 1")

    def enough(servers: int) -> bool:
        return service_level(servers, load_erlangs, handling_s, within_s, patience_s) >= target

    return _least(enough, start=ceil(load_erlangs))


def _least(enough: Callable[[int], bool], start: int) -> int:
    """The least number, 0 or above, that is enough, where more always is: found soonest near the start."""
    low, high, step = start - 1, start, 1
    while not enough(high):
        low, high, step = high, high + step, 2 * step
    while low >= 0 and high <= start and enough(low):
        low, high, step = max(low - step, -1), low, 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
