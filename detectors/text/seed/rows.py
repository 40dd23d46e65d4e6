"""How the seed corpus is written down."""

from typing import Final

from detectors.text.labels import TOPICS

_URGENCY: Final = {"l": "low", "n": "normal", "h": "high", "u": "urgent"}
_SENTIMENT: Final = {"-": "negative", "0": "neutral", "+": "positive"}


def rows(corpus: str) -> tuple[tuple[str, str, str, str], ...]:
    """The texts of a corpus, each as (text, urgency, sentiment, topic).

    A line in brackets names the topic of those after it. Any other line has the first letter of its urgency (l, n, h,
    u), the sign of its sentiment (-, 0, +), a space and the text. Raises ValueError for a topic that is not known and
    KeyError for another mark.

    >>> rows('''
    ... [billing]
    ... n- why twice?
    ... ''')
    (('why twice?', 'normal', 'negative', 'billing'),)
    """
    found = []
    topic = ""
    for line in corpus.strip().splitlines():
        if line.startswith("["):
            topic = TOPICS[TOPICS.index(line[1:-1])]
        else:
            found.append((line[3:], _URGENCY[line[0]], _SENTIMENT[line[1]], topic))
    return tuple(found)
