"""The business: who should handle it, and how many of them."""
