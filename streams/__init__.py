"""The shell: everything that touches Kafka, files, clocks and the network."""
