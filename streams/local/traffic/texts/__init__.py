"""What customers say, by language: written for Spillway, and none of it the seed corpus that the models start from."""

from streams.local.traffic.texts.phrasebook import PHRASEBOOKS, Phrasebook, Template

__all__ = ["PHRASEBOOKS", "Phrasebook", "Template"]
