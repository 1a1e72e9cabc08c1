"""`python -m benchmarks.load`: a busy hour of a whole desk on this machine, with an outage, and killed functions."""
