"""The messages, as they stand in the files beside this one."""

import csv
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent


class Labelled(NamedTuple):
    """A message and its urgency by the guide."""

    language: str
    business: str
    urgency: str
    text: str


def load(name: str) -> list[Labelled]:
    """The messages of a set: "evaluation", for final figures only, or "development", to look at while improving."""
    return [Labelled(**row) for row in _rows(name)]


def second_pass() -> dict[int, str]:
    """Labels given a second time to a sample of the evaluation set: by place in it, from 0."""
    return {int(row["row"]) - 1: row["urgency"] for row in _rows("second_pass")}


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
