"""Is a model getting worse? Told from the labels that come back."""

from detectors.drift.rising import RisingError

__all__ = ["RisingError"]
