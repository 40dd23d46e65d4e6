"""The runtime that all stages share: exactly once on Kafka, or in memory on a virtual clock."""
