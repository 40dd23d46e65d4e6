"""HTTP: a worker's health and metrics."""
