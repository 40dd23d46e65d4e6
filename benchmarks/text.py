"""How good and how fast the text models are, predict first, then learn: `make bench-text`.

    python -m benchmarks.text [FILE.csv ...] [--text-column text] [--label-column label] [--language en]

Without files: the tweets and banking77 beside this repository (`--data`), against the goals that the project set
itself. A stream of banking77 is its training set, shuffled from a seed, then its test set. With files: the same figures
for each, without goals. "Fresh" is a model that knows nothing, "day one" the sentiment model of `Triage.default()`.
Quality is over the second half of each stream. One number is one run; there is no chance in it but the seeds below.
"""

import argparse
import csv
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from river import linear_model, optim

from detectors.text import LANGUAGES, SENTIMENTS, TextClassifier, Triage
from detectors.text.learning import REPEATS
from detectors.text.prequential import Prequential

DATA = Path(__file__).parents[2] / "shared" / "data"
LATE_LABELS, LABEL_SHARE = 1_000, 0.1
PARITY_MESSAGES, BATCH = 5_000, 256
F1_GOALS = {"fr": 0.64, "de": 0.653, "es": 0.559, "en": 0.553, "banking77": 0.89}


class Stream(NamedTuple):
    """Labelled texts in order; `language` holds for all of them."""

    name: str
    texts: list[str]
    labels: list[str]
    language: str | None

    def known(self) -> tuple[str, ...]:
        """The labels, in the order in which a model takes them."""
        found = sorted(set(self.labels))
        return SENTIMENTS if set(found) <= set(SENTIMENTS) else tuple(found)


class Row(NamedTuple):
    """A line of the table: `reached` is None where there is no goal."""

    what: str
    goal: str
    figure: str
    reached: bool | None = None


def read(path: Path, text_column: str, label_column: str, language: str | None, name: str = "") -> Stream:
    """A CSV as a stream. Ends the program, saying why, if it or a column is not there."""
    if not path.is_file():
        sys.exit(f"{path} is not there. Give CSV files, or --data FOLDER with tweets_sentiment/ and banking77/.")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for column in (text_column, label_column):
        if not rows or column not in rows[0]:
            sys.exit(f"{path} has no column {column}: see --text-column and --label-column")
    texts, labels = [row[text_column] for row in rows], [row[label_column] for row in rows]
    return Stream(name or path.stem, texts, labels, language)


def banking(data: Path, seed: int = 0) -> Stream:
    """banking77: its training set, shuffled, then its test set."""
    train, test = (read(data / "banking77" / f"{part}.csv", "text", "category", "en") for part in ("train", "test"))
    order = np.random.default_rng(seed).permutation(len(train.texts)).tolist()
    texts, labels = [train.texts[i] for i in order], [train.labels[i] for i in order]
    return Stream("banking77", texts + test.texts, labels + test.labels, "en")


class Run(NamedTuple):
    """What a model said of each text before it learned it; `alarms` are places in the stream."""

    labels: tuple[str, ...]
    probabilities: NDArray[np.float64]
    decided: list[str]
    alarms: list[int]

    def quality(self, stream: Stream, start: int, stop: int) -> Prequential:
        """The figures of a part of the stream, by what was decided."""
        metrics = Prequential(self.labels, np.inf)
        for t in range(start, stop):
            metrics.update(self.probabilities[t].tolist(), stream.labels[t], self.decided[t])
        return metrics


def run(
    model: TextClassifier,
    stream: Stream,
    late: int = 0,
    asks: Callable[[int, NDArray[np.float64]], bool] | None = None,
) -> Run:
    """Predict each text, then learn it, or (`late`) the one that came so many before, if its label was asked for."""
    probabilities, decided, alarms = [], [], []
    waiting: deque[int | None] = deque()
    repeats = 1 if asks is None else REPEATS  # as `learn` repeats labels where they are few
    for t, text in enumerate(stream.texts):
        features = model.features([text], [stream.language])
        said = model.predict_features(features)
        probabilities.append(said[0])
        decided.append(model.labels[model.decide(said)[0]])
        waiting.append(t if asks is None or asks(t, said[0]) else None)
        if len(waiting) > late and (due := waiting.popleft()) is not None:
            if due != t:
                features = model.features([stream.texts[due]], [stream.language])
            before = model.alarms
            model.learn_features(features, [stream.labels[due]], repeats=repeats)
            alarms += [t] * (model.alarms - before)
    return Run(model.labels, np.array(probabilities), decided, alarms)


def random_asker(seed: int) -> Callable[[int, NDArray[np.float64]], bool]:
    """Ask for a tenth of the labels, by chance."""
    rng = np.random.default_rng(seed)
    return lambda t, said: bool(rng.random() < LABEL_SHARE)


def unsure_asker(seed: int) -> Callable[[int, NDArray[np.float64]], bool]:
    """Ask for a tenth as triage does: by chance, in proportion to how near the two likeliest labels are.

    What is proportional to 1 - margin is set to a tenth by the mean of the last 500.
    """
    rng, recent = np.random.default_rng(seed), deque[float](maxlen=500)

    def asks(t: int, said: NDArray[np.float64]) -> bool:
        second, first = np.sort(said)[-2:]
        recent.append(float(1 - (first - second)))
        return bool(rng.random() < LABEL_SHARE * recent[-1] * len(recent) / sum(recent))

    return asks


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
        rows.append(Row(f"{name}: calibration error", "<= .03", f"{half.ece():.3f}", half.ece() <= 0.03))
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


def speed_rows(streams: Sequence[Stream]) -> list[Row]:
    """Messages a second of this process's processor time, the median of seven runs on sentiment."""
    texts = [text for stream in streams for text in stream.texts][:6_000]
    labels = [label for stream in streams for label in stream.labels][: len(texts)]
    languages = [stream.language for stream in streams for _ in stream.texts][: len(texts)]
    model = TextClassifier(sorted(set(labels)))
    model.learn_many(texts, labels, languages)
    model.predict_proba_one(texts[0], languages[0])

    def measured(work: Callable[[slice], object], size: int, n: int) -> float:
        rates = []
        for _ in range(7):
            begin = time.process_time()
            for at in range(0, n, size):
                work(slice(at, at + size))
            rates.append(n / (time.process_time() - begin))
        return statistics.median(rates)

    rows = []
    for what, goal, work, size in (
        ("predicting, 256 at a time", 100_000, lambda s: model.predict_proba_many(texts[s], languages[s]), BATCH),
        ("predicting one", 40_000, lambda s: model.predict_proba_one(texts[s.start], languages[s.start]), 1),
        ("learning, 256 at a time", 30_000, lambda s: model.learn_many(texts[s], labels[s], languages[s]), BATCH),
    ):
        rate = measured(work, size, len(texts) // BATCH * BATCH)
        rows.append(Row(f"speed: {what}, messages a second", f">= {goal:,}", f"{rate:,.0f}", rate >= goal))
    return rows


def parity_row(streams: Sequence[Stream]) -> Row:
    """The softmax regression among the models against River's own, fed the same features."""
    three = [stream for stream in streams if len(stream.known()) < 20]
    labelled = [(t, y, s.language) for s in three for t, y in zip(s.texts, s.labels, strict=True)][:PARITY_MESSAGES]
    model = TextClassifier(sorted({label for _, label, _ in labelled}))
    theirs = linear_model.SoftmaxRegression(optim.AdaGrad(model.softmax.learning_rate))
    for label in model.labels:
        theirs.weights[label]  # River adds a label when it first meets it; here all take part from the start
    largest = 0.0
    for text, label, language in labelled:
        features = model.features([text], [language])
        x, ours = features.row(0), model.softmax.predict(features)[0]
        said = theirs.predict_proba_one(x)
        largest = max(largest, max(abs(said[name] - p) for name, p in zip(model.labels, ours, strict=True)))
        theirs.learn_one(x, label)
        model.learn_features(features, [label])
    return Row(f"parity with River on {len(labelled):,} messages", "<= 1e-9", f"{largest:.1e}", largest <= 1e-9)


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
