"""What the models learn from: one text with labels that somebody gave it, and whole models as bytes."""

import hashlib
import struct
from collections.abc import Mapping
from typing import Final, NamedTuple

from detectors.text.classifier import TextClassifier
from detectors.text.effort import EffortModel
from detectors.text.river_model import RiverModel
from detectors.text.triage import Triage

REPEATS: Final = 3
"""Each label is learned three times: labels are few, and that was measured to help (TEXT: .659 against .644)."""

_EFFORT: Final = "effort"
_HEAD: Final = struct.Struct(">I")


class Example(NamedTuple):
    """One labelled text. ``labels`` maps a task (urgency, sentiment, topic) to its label; ``language`` may be None.

    ``weight`` (above 0, at most 1) says how much the labels count: that a ticket was reopened says less of its
    sentiment than a person who read it.

    >>> Example("where is my parcel?", "en", {"topic": "delivery"}).labels
    {'topic': 'delivery'}
    """

    text: str
    language: str | None
    labels: Mapping[str, str]
    weight: float = 1.0


def learn(triage: Triage, example: Example) -> int:
    """Teach the models an example; answers how many labels were learned. Unknown tasks and labels are left out.

    Deterministic: the same models and the same examples in the same order give the same models. Raises ValueError,
    before anything is learned, if the weight is out of range.
    """
    if not 0 < example.weight <= 1:
        raise ValueError("an example's weight must be above 0 and at most 1")
    learned = 0
    for task, label in sorted(example.labels.items()):
        model = triage.models.get(task)
        if model is None or label not in model.labels:
            continue
        if isinstance(model, TextClassifier):
            features = model.features([example.text], [example.language])
            model.learn_features(features, [label], [example.weight], REPEATS)
        else:  # River's models know no weights: a label that counts for less is repeated less
            repeats = max(round(REPEATS * example.weight), 1)
            model.learn_many([example.text] * repeats, [label] * repeats, [example.language] * repeats)
        learned += 1
    return learned


def has_snapshots(triage: Triage) -> bool:
    """Whether `dump_models` can write these models; if not, examples are replayed from the first one."""
    return not any(isinstance(model, RiverModel) for model in triage.models.values())


def dump_models(triage: Triage) -> bytes:
    """All models of triage as bytes, without pickle.

    Raises ValueError if a task is served by a model of River's (`has_snapshots`).
    """
    parts = []
    for task, teachable in (*sorted(triage.models.items()), (_EFFORT, triage.effort)):
        if isinstance(teachable, RiverModel):
            raise ValueError("a model of River's has no snapshot: replay its examples")
        name, model = task.encode(), teachable.dump()
        parts.append(_HEAD.pack(len(name)) + name + _HEAD.pack(len(model)) + model)
    return b"".join(parts)


def load_models(triage: Triage, data: bytes) -> None:
    """Replace the models by those of ``dump_models``. Raises ValueError when the bytes are torn or foreign."""
    models: dict[str, TextClassifier] = {}
    effort: EffortModel | None = None
    at = 0
    try:
        while at < len(data):
            name, at = _part(data, at)
            body, at = _part(data, at)
            if name.decode() == _EFFORT:
                effort = EffortModel.load(body)
            else:
                models[name.decode()] = TextClassifier.load(body)
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError("torn snapshot") from error
    if effort is None or models.keys() != triage.models.keys():
        raise ValueError("a snapshot of other models")
    for task, model in models.items():
        mine = triage.models[task]
        same = isinstance(mine, TextClassifier) and (mine.labels, mine.hashed_to) == (model.labels, model.hashed_to)
        if not same:
            raise ValueError(f"a snapshot of another {task} model")
    triage.models.update(models)
    triage.effort = effort


def digest(data: bytes) -> str:
    """The sha256 of a snapshot, in hex."""
    return hashlib.sha256(data).hexdigest()


def _part(data: bytes, at: int) -> tuple[bytes, int]:
    (length,) = _HEAD.unpack_from(data, at)
    start, end = at + _HEAD.size, at + _HEAD.size + length
    if end > len(data):
        raise ValueError("torn snapshot")
    return data[start:end], end
