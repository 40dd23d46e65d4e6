"""Parts of benchmarks.surge: traffic, an oracle, other detectors, measures, a picture."""
