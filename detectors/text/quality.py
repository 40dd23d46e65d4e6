"""How good the models are on the labels that come in, by task and language: judged first, then learned."""

import json
from collections.abc import Iterator
from typing import Final, Self

from detectors.drift import RisingError
from detectors.text.labels import LANGUAGES
from detectors.text.learning import Example
from detectors.text.prequential import Prequential
from detectors.text.triage import Triage

ALL: Final = "all"
OTHER: Final = "other"
JUDGES_FROM: Final = 0.5
"""The least weight of a label that judges a model: a weak label is often wrong itself."""


class Quality:
    """One `Prequential` a task and language; languages are `LANGUAGES`, "other" and "all". And alarms of drift.

    A model that learns takes note of its own drift and acts on it. What is counted here is for people: it goes on while
    the models are pinned, and whoever's model serves the task.

    >>> quality = Quality()
    >>> quality.judge(Triage.default(), Example("where is my parcel?", "en", {"topic": "delivery"}))
    >>> [(task, language, measured.labels_seen) for task, language, measured in quality.measured()]
    [('topic', 'all', 1), ('topic', 'en', 1)]
    >>> quality.alarms
    {'topic': 0}
    """

    def __init__(self) -> None:
        self._measured: dict[tuple[str, str], Prequential] = {}
        self._rising: dict[str, RisingError] = {}
        self.alarms: dict[str, int] = {}

    def judge(self, triage: Triage, example: Example) -> None:
        """Compare the labels of an example with what the models say of it; call it before they learn it."""
        if example.weight < JUDGES_FROM:
            return
        language = example.language if example.language in LANGUAGES else OTHER
        for task, label in sorted(example.labels.items()):
            model = triage.models.get(task)
            if model is None or label not in model.labels:
                continue
            said = model.predict_proba_many([example.text], [example.language])
            decided = model.labels[int(model.decide(said)[0])]
            for key in ((task, ALL), (task, language)):
                if key not in self._measured:
                    self._measured[key] = Prequential(model.labels)
                self._measured[key].update(said[0].tolist(), label, decided)
            rising = self._rising.setdefault(task, RisingError())
            self.alarms[task] = self.alarms.get(task, 0) + rising.update(decided != label)

    def measured(self) -> Iterator[tuple[str, str, Prequential]]:
        """Task, language and measurements, where there has been a label."""
        for (task, language), prequential in sorted(self._measured.items()):
            yield task, language, prequential

    def dump(self) -> bytes:
        """All of it as JSON."""
        state = {
            "measured": {f"{task}/{language}": each.dump().decode() for task, language, each in self.measured()},
            "rising": {task: rising.dump().decode() for task, rising in sorted(self._rising.items())},
            "alarms": dict(sorted(self.alarms.items())),
        }
        return json.dumps(state, separators=(",", ":")).encode()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """What `dump` wrote. Raises ValueError if the bytes are something else."""
        quality = cls()
        try:
            state = json.loads(data)
            for key, part in state["measured"].items():
                task, language = key.split("/")
                quality._measured[task, language] = Prequential.load(part.encode())
            quality._rising = {task: RisingError.load(part.encode()) for task, part in state["rising"].items()}
            quality.alarms = {task: int(count) for task, count in state["alarms"].items()}
        except (AttributeError, KeyError, UnicodeDecodeError, TypeError) as error:
            raise ValueError("not the quality of models") from error
        return quality
