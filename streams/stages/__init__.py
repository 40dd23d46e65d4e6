"""The stages: each decodes, calls the core once, and encodes."""
