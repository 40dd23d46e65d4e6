"""How good the models are on the labels that come in, by task and language: judged first, then learned."""

import json
from collections.abc import Iterator
from typing import Final, Self

from detectors.text.labels import LANGUAGES
from detectors.text.learning import Example
from detectors.text.prequential import Prequential
from detectors.text.triage import Triage

ALL: Final = "all"
OTHER: Final = "other"
JUDGES_FROM: Final = 0.5
"""The least weight of a label that judges a model: a weak label is often wrong itself."""


class Quality:
    """One `Prequential` a task and language; languages are `LANGUAGES`, "other" and "all".

    >>> from detectors.text.learning import Example
    >>> quality = Quality()
    >>> quality.judge(Triage.default(), Example("where is my parcel?", "en", {"topic": "delivery"}))
    >>> [(task, language, measured.labels_seen) for task, language, measured in quality.measured()]
    [('topic', 'all', 1), ('topic', 'en', 1)]
    """

    def __init__(self) -> None:
        self._measured: dict[tuple[str, str], Prequential] = {}

    def judge(self, triage: Triage, example: Example) -> None:
        """Compare the labels of an example with what the models say of it; call it before they learn it."""
        if example.weight < JUDGES_FROM:
            return
        language = example.language if example.language in LANGUAGES else OTHER
        for task, label in sorted(example.labels.items()):
            model = triage.model(task)
            if model is None or label not in model.labels:
                continue
            [probabilities] = model.predict_proba_many([example.text], [example.language]).tolist()
            for key in ((task, ALL), (task, language)):
                if key not in self._measured:
                    self._measured[key] = Prequential(model.labels)
                self._measured[key].update(probabilities, label)

    def measured(self) -> Iterator[tuple[str, str, Prequential]]:
        """Task, language and measurements, where there has been a label."""
        for (task, language), prequential in sorted(self._measured.items()):
            yield task, language, prequential

    def of(self, task: str, language: str = ALL) -> Prequential | None:
        """The measurements of a task in a language; None before its first label."""
        return self._measured.get((task, language))

    def dump(self) -> bytes:
        """All of it as JSON."""
        parts = {f"{task}/{language}": measured.dump().decode() for task, language, measured in self.measured()}
        return json.dumps(parts, separators=(",", ":")).encode()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """What `dump` wrote. Raises ValueError if the bytes are something else."""
        quality = cls()
        try:
            for key, part in json.loads(data).items():
                task, language = key.split("/")
                quality._measured[task, language] = Prequential.load(part.encode())
        except (AttributeError, UnicodeDecodeError, TypeError) as error:
            raise ValueError("not the quality of models") from error
        return quality
