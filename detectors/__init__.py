"""The business: what is happening."""
