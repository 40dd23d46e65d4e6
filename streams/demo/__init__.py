"""The demo: a scenario of the simulated organisation, live on a real broker and once more in memory."""
