"""How fast a classifier is, and how far from River's own model."""

import statistics
import time
from collections.abc import Callable, Sequence

from river import linear_model, optim

from benchmarks.texts.rows import Row
from benchmarks.texts.streams import Stream
from detectors.text import TextClassifier

PARITY_MESSAGES, BATCH = 5_000, 256


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
