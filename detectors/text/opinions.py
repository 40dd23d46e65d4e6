"""Labels that contradict each other: what a new one counts for, beside those that a text has already.

What a model has learned cannot be taken out of it again, so nothing here unsays a label: a correction is learned after
what it corrects. The rules, for one text and one task:

- Of one source its newest label holds, by the time at which it was said. An older one that comes late is not learned,
  nor is one that the source has said before.
- A label that contradicts another source's counts for half: nobody knows who is right, and the third to speak decides.
- A weak label is not learned beside one that a person gave.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

CONTESTED: Final = 0.5
"""What a label counts that another source contradicts."""

KEPT: Final = 24
"""How many labels of a text are remembered at most: of the oldest it is forgotten that they were said."""


class Opinion(NamedTuple):
    """A source's label of a text for one task. ``at_s``: when it was said. ``weak``: nobody read the text for it."""

    task: str
    label: str
    by: str
    at_s: float
    weak: bool = False


class Weighed(NamedTuple):
    """What a label counts, 0 to 1; where it is 0, ``why`` says so: outdated, repeated or overruled."""

    share: float
    why: str = ""


def weigh(said: Sequence[Opinion], new: Opinion) -> Weighed:
    """What a new label counts for beside what has been said of the same text.

    >>> ann = Opinion("topic", "billing", "ann", at_s=5.0)
    >>> weigh([], ann).share, weigh([ann], ann._replace(by="bob", label="refund")).share
    (1.0, 0.5)
    >>> weigh([ann], ann._replace(label="refund", at_s=4.0))
    Weighed(share=0.0, why='outdated')
    """
    alike = [each for each in said if each.task == new.task]
    own = next((each for each in alike if each.by == new.by), None)
    if own is not None and new.at_s < own.at_s:
        return Weighed(0.0, "outdated")
    if own is not None and new.label == own.label:
        return Weighed(0.0, "repeated")
    others = [each for each in alike if each.by != new.by and not each.weak]
    if new.weak and others:
        return Weighed(0.0, "overruled")
    contested = any(each.label != new.label for each in others)
    return Weighed(CONTESTED if contested else 1.0)


def added(said: Sequence[Opinion], new: Opinion) -> list[Opinion]:
    """All that has now been said of a text; of each source and task the newest alone.

    >>> ann = Opinion("topic", "billing", "ann", at_s=5.0)
    >>> [opinion.label for opinion in added([ann], ann._replace(label="refund"))]
    ['refund']
    """
    kept = [each for each in said if (each.task, each.by) != (new.task, new.by)]
    return [*kept, new][-KEPT:]
