"""``spillway models show``: how good the models are, in the terminal and as a picture."""

import asyncio
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detectors.text.prequential import Prequential
from detectors.text.quality import ALL, Quality
from streams.app import App
from streams.cli.errors import CommandError, ExitCode, broker_errors
from streams.cli.kafka import admin_client, require_topics
from streams.cli.models import FACTORY, version_of, versions
from streams.cli.output import say, say_json, show, table
from streams.cli.picture import picture
from streams.stages.models import quality_of

if TYPE_CHECKING:
    from rich.table import Table

BAR_CHARS = 20


def show_quality(
    app: App, number: int | None, *, task: str | None, language: str, file: Path | None, as_json: bool
) -> None:
    """Show how good a version was when it was published; without a number, how good the models are now.

    task: only this one. language: of the two diagrams. file: write them there, as SVG. Raises CommandError.
    """
    if number is None:
        number, quality = _now(app)
    elif number == FACTORY:
        quality = Quality()
    else:
        found, _ = versions(app)
        quality = quality_of(version_of(found, number).snapshot)
    measured = [each for each in quality.measured() if task in (None, each[0])]
    drawn = [(name, each) for name, spoken, each in measured if spoken == language]
    if file is not None:
        _write(file, drawn)
    if as_json:
        parts = [{"task": name, "language": spoken} | to_json(each) for name, spoken, each in measured]
        say_json({"version": number, "quality": parts})
        return
    if not measured:
        say(f"Version {number:,}: no label has come in yet that would tell how good it is.")
        return
    show(_summary(number, measured), *(part for name, each in drawn for part in diagrams(name, each)))
    if file is not None:
        say(f"Drawn in {file}.")


def _now(app: App) -> tuple[int, Quality]:
    with admin_client(app.clients) as admin:
        require_topics(admin, app.table)

    async def follow() -> None:
        await app.follower.start()
        await app.follower.stop()

    with broker_errors(app.clients.bootstrap):
        asyncio.run(follow())
    return app.follower.offset, app.follower.models.quality


def _write(file: Path, drawn: Sequence[tuple[str, Prequential]]) -> None:
    if not drawn:
        raise CommandError(ExitCode.FAILED, f"{file} was not written: there is no label to draw it from")
    try:
        file.write_text(picture(drawn), encoding="utf-8")
    except OSError as error:
        raise CommandError(ExitCode.USAGE, f"{file}: {error.strerror}") from error


def to_json(measured: Prequential) -> dict[str, Any]:
    """All that was measured, as ``--json`` prints it; null where nothing was."""
    return {
        "labels": measured.labels_seen,
        "macro_f1": _number(measured.macro_f1()),
        "accuracy": _number(measured.accuracy()),
        "log_loss": _number(measured.log_loss()),
        "calibration_error": _number(measured.ece()),
        "confusion": {"labels": list(measured.labels), "counts": measured.confusion().tolist()},
        "reliability": [
            {
                "from": each.low,
                "to": each.high,
                "predictions": each.predictions,
                "confidence": _number(each.confidence),
                "accuracy": _number(each.accuracy),
            }
            for each in measured.reliability()
        ],
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _summary(number: int, measured: Sequence[tuple[str, str, Prequential]]) -> "Table":
    return table(
        f"Version {number:,}, by the last labels, each predicted before it was learned",
        ("task", "language", "labels#", "macro-F1#", "accuracy#", "log-loss#", "calibration error#"),
        [
            (
                task,
                language,
                each.labels_seen,
                *(f"{value:.3f}" for value in (each.macro_f1(), each.accuracy(), each.log_loss(), each.ece())),
            )
            for task, language, each in sorted(measured, key=lambda row: (row[0], row[1] != ALL, row[1]))
        ],
    )


def diagrams(task: str, measured: Prequential) -> "list[Table]":
    """The reliability diagram and the confusion matrix of one task."""
    bins = [
        (
            f"{each.low:.1f}-{each.high:.1f}",
            f"{each.predictions:.0f}",
            f"{each.confidence:.2f}",
            f"{each.accuracy:.2f}",
            _bar(each.accuracy, each.confidence),
        )
        for each in measured.reliability()
        if each.predictions > 0
    ]
    reliability = table(
        f"{task}: claimed (|) and right (█)",
        ("confidence", "labels#", "claimed#", "right#", ""),
        bins,
    )
    numbered = [f"{number} {label}" for number, label in enumerate(measured.labels, 1)]
    confusion = table(
        f"{task}: right label, and what triage said",
        ("", *(f"{number}#" for number in range(1, len(numbered) + 1))),
        [
            (label, *(f"{count:.0f}" if count >= 0.5 else "." for count in counts))
            for label, counts in zip(numbered, measured.confusion().tolist(), strict=True)
        ],
    )
    return [reliability, confusion]


def _bar(right: float, claimed: float) -> str:
    """A bar as long as the share of right ones, with a mark at what was claimed.

    >>> _bar(0.5, 0.75)
    '██████████     |    '
    """
    bar = ["█" if place < round(right * BAR_CHARS) else " " for place in range(BAR_CHARS)]
    bar[min(int(claimed * BAR_CHARS), BAR_CHARS - 1)] = "|"
    return "".join(bar)
