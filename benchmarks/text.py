"""How good and how fast the text models are, predict first, then learn: `make bench-text`.

    python -m benchmarks.text [FILE.csv ...] [--text-column text] [--label-column label] [--language en]

Without files: the tweets and banking77 beside this repository (`--data`), against the goals that the project set
itself. A stream of banking77 is its training set, shuffled from a seed, then its test set. With files: the same figures
for each, without goals. "Fresh" is a model that knows nothing, "day one" the sentiment model of `Triage.default()`.
Quality is over the second half of each stream. One number is one run; there is no chance in it but the seeds below.
"""

import argparse
import statistics
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.texts.rows import Row
from benchmarks.texts.runs import ece_by_chance, random_asker, run, unsure_asker
from benchmarks.texts.speed import parity_row, speed_rows
from benchmarks.texts.streams import Stream, banking, read
from detectors.text import LANGUAGES, SENTIMENTS, TextClassifier, Triage
from detectors.text.prequential import Prequential

DATA = Path(__file__).parents[2] / "shared" / "data"
LATE_LABELS = 1_000
F1_GOALS = {"fr": 0.64, "de": 0.653, "es": 0.559, "en": 0.553, "banking77": 0.89}


def models(stream: Stream, day_one: Callable[[], TextClassifier]) -> dict[str, Callable[[], TextClassifier]]:
    """The models to measure on a stream, by name."""
    fresh = {"fresh": lambda: TextClassifier(stream.known())}
    return fresh | ({"day one": day_one} if stream.known() == SENTIMENTS else {})


def quality_rows(stream: Stream, day_one: Callable[[], TextClassifier]) -> list[Row]:
    """Macro-F1, calibration, tenths, late labels and the cold start of a stream."""
    rows, n = [], len(stream.texts)
    for kind, make in models(stream, day_one).items():
        whole = run(make(), stream)
        half = whole.quality(stream, n // 2, n)
        goal = F1_GOALS.get(stream.name)
        f1, name = half.macro_f1(), f"{stream.name}, {kind}"
        rows.append(
            Row(f"{name}: accuracy / macro-F1", f">= {goal}" if goal else "", f"{half.accuracy():.3f} / {f1:.3f}",
                None if goal is None else f1 >= goal)
        )  # fmt: skip
        figure = f"{half.ece():.3f} (by chance alone {ece_by_chance(whole, n // 2):.3f})"
        rows.append(Row(f"{name}: calibration error", "<= .03", figure, half.ece() <= 0.03))
        tenths = [whole.quality(stream, n * i // 10, n * (i + 1) // 10) for i in range(10)]
        above = sum(tenth.macro_f1() > tenth.majority_macro_f1() for tenth in tenths)
        rows.append(Row(f"{name}: tenths above the majority", "10 of 10", f"{above} of 10", above == 10))
        if n < 2 * LATE_LABELS:
            continue
        late = run(make(), stream, LATE_LABELS).quality(stream, n // 2, n).macro_f1()
        rows.append(
            Row(
                f"{name}: all labels, {LATE_LABELS:,} messages late",
                f">= {f1 - 0.03:.3f}",
                f"{late:.3f}",
                late >= f1 - 0.03,
            )
        )
        chance, asked = (
            statistics.mean(
                run(make(), stream, LATE_LABELS, asker(seed)).quality(stream, n // 2, n).macro_f1() for seed in range(3)
            )
            for asker in (random_asker, unsure_asker)
        )
        figure, needed = f"{chance:.3f} random, {asked:.3f} unsure", f1 - 0.03
        rows.append(Row(f"{name}: a tenth of the labels, late", f">= {needed:.3f}", figure, asked >= needed))
        rows.append(Row(f"{name}: asking where unsure beats random", "> 0", f"{asked - chance:+.3f}", asked > chance))
    if stream.known() == SENTIMENTS:
        rows.append(
            Row(f"{stream.name}: macro-F1 after 0 / 100 / 500 / half of the labels", "", cold_start(stream, day_one))
        )
    return rows


def cold_start(stream: Stream, day_one: Callable[[], TextClassifier]) -> str:
    """Macro-F1 over the second half of a model that has learned the first n labels and learns no more."""
    n, texts = len(stream.texts), []
    for kind, make in models(stream, day_one).items():
        figures, model, learned = [], make(), 0
        for labels in (0, 100, 500, n // 2):
            span = slice(learned, labels)
            model.learn_many(stream.texts[span], stream.labels[span], [stream.language] * (labels - learned))
            learned = labels
            metrics = Prequential(model.labels, np.inf)
            said = model.predict_proba_many(stream.texts[n // 2 :], [stream.language] * (n - n // 2))
            for row, label, decided in zip(said.tolist(), stream.labels[n // 2 :], model.decide(said), strict=True):
                metrics.update(row, label, model.labels[decided])
            figures.append(f"{metrics.macro_f1():.3f}")
        texts.append(f"{kind} {' / '.join(figures)}")
    return ", ".join(texts)


def drift_rows(stream: Stream, share: float = 0.4, seed: int = 0) -> list[Row]:
    """From the middle on, a share of the labels means the next one: how soon an alarm, how good afterwards."""
    rng, labels, half = np.random.default_rng(seed), stream.known(), len(stream.texts) // 2
    order = rng.permutation(len(stream.texts)).tolist()
    moved = rng.choice(len(labels), max(round(share * len(labels)), 2), replace=False).tolist()
    becomes = {labels[a]: labels[b] for a, b in zip(moved, moved[1:] + moved[:1], strict=True)}
    new = [
        stream.labels[i] if t < half else becomes.get(stream.labels[i], stream.labels[i]) for t, i in enumerate(order)
    ]
    shifted = Stream(stream.name, [stream.texts[i] for i in order], new, stream.language)
    result = run(TextClassifier(labels), shifted)
    false = sum(alarm < half for alarm in result.alarms)
    delay = next((alarm - half for alarm in result.alarms if alarm >= half), len(order))
    accuracy = result.quality(shifted, half, len(order)).accuracy()
    what = f"{stream.name}, {share:.0%} of the labels moved halfway"
    return [
        Row(f"{what}: labels until the alarm", "<= 200", f"{delay} ({false} false before)", delay <= 200),
        Row(f"{what}: accuracy from there on", ">= .70", f"{accuracy:.3f}", accuracy >= 0.70),
    ]


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="CSV files; none: the project's sets")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of tweets_sentiment/ and banking77/")
    parser.add_argument("--text-column", default="text")
    parser.add_argument("--label-column", default="label")
    parser.add_argument("--language", help="of all files: " + " ".join(LANGUAGES))
    options = parser.parse_args()
    if options.files:
        streams = [read(path, options.text_column, options.label_column, options.language) for path in options.files]
    else:
        tweets = [
            read(options.data / "tweets_sentiment" / f"{language}.csv", "text", "sentiment", language)
            for language in ("fr", "de", "es", "en")
        ]
        streams = [*tweets, banking(options.data)]
    shipped = Triage.default().models["sentiment"]
    assert isinstance(shipped, TextClassifier)
    seeded = shipped.dump()
    rows = [row for stream in streams for row in quality_rows(stream, lambda: TextClassifier.load(seeded))]
    rows += [row for stream in streams if len(stream.known()) >= 20 or options.files for row in drift_rows(stream)]
    rows += speed_rows(streams[:1] if options.files else streams[:4])
    rows += [parity_row(streams)] if any(len(stream.known()) < 20 for stream in streams) else []
    width = max(len(row.what) for row in rows)
    for row in rows:
        mark = {None: "", True: "reached", False: "short"}[row.reached]
        print(f"{row.what:<{width}}  {row.goal:>9}  {row.figure}  {mark}".rstrip())


if __name__ == "__main__":
    main()
