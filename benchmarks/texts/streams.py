"""Labelled texts in the order in which a model meets them."""

import csv
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detectors.text import SENTIMENTS


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
