"""Measurements: each figure in the documents comes from a command in this folder."""
