"""Which words set the messages of a surge apart from the usual ones of their kind.

Log-odds of each word against the usual words, with an informative Dirichlet prior from all words of the group, over
their standard error. Source: Monroe, Colaresi and Quinn 2008, "Fightin' Words", section 3.3.
"""

from collections.abc import Iterable, Mapping
from math import log, sqrt
from typing import Final

from detectors.surge.usual import Usual

LEAST_CONVERSATIONS: Final = 20
"""A word of fewer is never named: it could be somebody's own."""
WORDS: Final = 8
_PRIOR: Final = 500.0
_SURE: Final = 3.0
_NOTHING: Final = 1e-9


def set_apart(
    words: Mapping[str, tuple[float, int]], usual: Iterable[Usual], everywhere: Iterable[Usual]
) -> tuple[str, ...]:
    """At most 8 words, the surest first, each used by 20 different conversations or more.

    words: the surge's, as in Said. usual: of the same topics. everywhere: of all topics of the group.

    >>> calm = Usual({"invoice": 90.0, "internet": 60.0, "router": 10.0}, 160.0)
    >>> surge = {"internet": (60.0, 2**63 - 1), "router": (70.0, 2**63 - 1), "smith": (19.0, 2**19 - 1)}
    >>> set_apart(surge, [calm], [calm])
    ('router',)
    """
    before, before_total = _pool(usual)
    prior, prior_total = _pool(everywhere)
    now_total = sum(number for number, _ in words.values())
    prior_total += now_total
    sure = []
    for word, (number, bits) in words.items():
        if bits.bit_count() < LEAST_CONVERSATIONS:
            continue
        alpha = _PRIOR * (prior.get(word, 0.0) + number) / prior_total
        others = _PRIOR - alpha
        if others < _NOTHING:  # it is the only word there is: nothing that it could be told from
            continue
        usually = before.get(word, 0.0)
        now, then = number + alpha, usually + alpha
        more = log(now / (now_total - number + others)) - log(then / (before_total - usually + others))
        z = more / sqrt(1.0 / now + 1.0 / then)
        if z >= _SURE:
            sure.append((-z, word))
    return tuple(word for _, word in sorted(sure)[:WORDS])


def _pool(parts: Iterable[Usual]) -> tuple[dict[str, float], float]:
    words: dict[str, float] = {}
    total = 0.0
    for part in parts:
        total += part.total
        for word, number in part.words.items():
            words[word] = words.get(word, 0.0) + number
    return words, total
