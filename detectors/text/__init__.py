"""What a message is about, how urgent it is and how upset its writer: text to triage."""

from detectors.text.classifier import TextClassifier
from detectors.text.labels import LANGUAGES, SENTIMENTS, TOPICS, URGENCIES
from detectors.text.triage import Triage
from detectors.text.verdicts import MessageLike, TextMessage, TriageResult, Verdict

__all__ = [
    "LANGUAGES",
    "SENTIMENTS",
    "TOPICS",
    "URGENCIES",
    "MessageLike",
    "TextClassifier",
    "TextMessage",
    "Triage",
    "TriageResult",
    "Verdict",
]
