"""What benchmarks/text.py is made of: labelled streams, runs of a model over them, speed and parity."""
