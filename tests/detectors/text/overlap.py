"""How alike two texts are: the share of the groups of five characters that either has and both have (Jaccard)."""

from collections.abc import Sequence

from detectors.text.normalise import normalise


def grams(text: str) -> frozenset[str]:
    plain = normalise(text)
    return frozenset(plain[i : i + 5] for i in range(max(1, len(plain) - 4)))


def closest(texts: Sequence[str], others: Sequence[str]) -> tuple[float, str, str]:
    """The most alike pair of a text and another: their share, and the two."""
    mine, theirs = [(grams(text), text) for text in texts], [(grams(text), text) for text in others]
    return max((len(a & b) / len(a | b), text, other) for a, text in mine for b, other in theirs)
