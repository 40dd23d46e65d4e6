"""Urgency on our own 600 messages: the models of day one against keyword rules and the commonest level.

    python -m benchmarks.urgency [evaluation|development]

The evaluation set is for final figures: seeds, lexicons and parameters are improved on the development set alone.
"""

import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.urgency.measures import accuracy, confusion, kappa, macro_f1, mean_cost, usual_cost
from benchmarks.urgency.messages import Labelled, load, second_pass
from detectors.text import URGENCIES, TextMessage, Triage
from detectors.text.lexicon import haste
from detectors.text.normalise import normalise


def by_models(messages: Sequence[Labelled]) -> list[str]:
    """What triage says before any label was seen."""
    texts = [TextMessage(message.text, language=message.language) for message in messages]
    return [result.urgency.label for result in Triage.default().triage_many(texts)]


def by_keywords(messages: Sequence[Labelled]) -> list[str]:
    """Two urgent words make it urgent, one high; a calm word makes it low."""
    called = []
    for message in messages:
        urgent, calm = haste(normalise(message.text), message.language)
        called.append("urgent" if urgent >= 2 / 3 else "high" if urgent > 0 else "low" if calm > 0 else "normal")
    return called


def by_majority(messages: Sequence[Labelled]) -> list[str]:
    """The set's commonest level for all."""
    return [Counter(message.urgency for message in messages).most_common(1)[0][0]] * len(messages)


def _line(name: str, counts: NDArray[np.int64]) -> None:
    print(
        f"  {name:14} {counts.sum():4}   accuracy {accuracy(counts):.3f}   "
        f"macro-F1 {macro_f1(counts):.3f}   cost {mean_cost(counts):.2f}   in the usual mix {usual_cost(counts):.2f}"
    )


def _parts(messages: Sequence[Labelled], called: Sequence[str], field: str) -> None:
    print(f"by {field}")
    for value in dict.fromkeys(getattr(message, field) for message in messages):
        pairs = [(m.urgency, call) for m, call in zip(messages, called, strict=True) if getattr(m, field) == value]
        _line(value, confusion(*zip(*pairs, strict=True)))


def main() -> None:
    """Print all figures of a set."""
    name = sys.argv[1] if len(sys.argv) > 1 else "evaluation"
    messages = load(name)
    truth = [message.urgency for message in messages]
    called = by_models(messages)
    counts = confusion(truth, called)
    print(f"{name}: {len(messages)} messages {dict(Counter(truth))}")
    _line("triage", counts)
    _line("keyword rules", confusion(truth, by_keywords(messages)))
    _line("commonest", confusion(truth, by_majority(messages)))
    _line("all urgent", confusion(truth, ["urgent"] * len(messages)))
    _line("all normal", confusion(truth, ["normal"] * len(messages)))
    _parts(messages, called, "language")
    _parts(messages, called, "business")
    print("confusion (rows: true, columns: called)\n" + " " * 9 + "".join(f"{level:>8}" for level in URGENCIES))
    for level, row in zip(URGENCIES, counts.tolist(), strict=True):
        print(f"  {level:7}" + "".join(f"{count:8}" for count in row))
    if name == "evaluation":
        again = second_pass()
        agreed = confusion([truth[place] for place in again], list(again.values()))
        print(f"labelled twice: {len(again)}, the same {accuracy(agreed):.2f}, kappa {kappa(agreed):.2f}")


if __name__ == "__main__":
    main()
