"""What a phrasebook of one language holds, and the phrasebooks: one TOML file a language, beside this one."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from detectors.text import LANGUAGES, TOPICS


class Template(NamedTuple):
    """A sentence that a customer may open with, and what it says of its writer. ``{slots}`` are filled in."""

    topic: str
    urgency: str
    sentiment: str
    text: str


class Phrasebook(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that customers of one language say.

    greetings, farewells: around a letter (email, form); hails: before a short message.
    deadlines: added, they make a message at least high. tempers: they make it negative. courtesies: change nothing.
    nudges: "any news?"; reproaches: the same, angry. answers: to a question of the rep's. thanks, relapses: after it
    was resolved. fillers: what a transcript of speech is strewn with.
    templates: topic -> "urgency-sentiment" -> sentences. slots: name -> what may stand there. subjects: by topic.
    slang: word or phrase -> how it is written in a hurry.
    """

    greetings: tuple[str, ...]
    farewells: tuple[str, ...]
    hails: tuple[str, ...]
    deadlines: tuple[str, ...]
    tempers: tuple[str, ...]
    courtesies: tuple[str, ...]
    nudges: tuple[str, ...]
    reproaches: tuple[str, ...]
    answers: tuple[str, ...]
    thanks: tuple[str, ...]
    relapses: tuple[str, ...]
    fillers: tuple[str, ...]
    templates: Mapping[str, Mapping[str, tuple[str, ...]]]
    slots: Mapping[str, tuple[str, ...]]
    subjects: Mapping[str, str]
    slang: Mapping[str, str]

    def about(self, topic: str) -> list[Template]:
        """The sentences of a topic.

        >>> PHRASEBOOKS["en"].about("outage")[0].urgency
        'urgent'
        """
        sentences = []
        for mood, texts in self.templates[topic].items():
            urgency, sentiment = mood.split("-")
            sentences += [Template(topic, urgency, sentiment, text) for text in texts]
        return sentences


def _read(language: str) -> Phrasebook:
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    book = msgspec.convert(tomllib.loads(text), Phrasebook)
    assert set(book.templates) == set(book.subjects) == set(TOPICS), f"{language}.toml lacks a topic"
    return book


PHRASEBOOKS: Final[Mapping[str, Phrasebook]] = MappingProxyType({language: _read(language) for language in LANGUAGES})
"""By language."""
