"""The same work done by our runtime and by others: ``make bench-peers``."""
