"""docs/cost.md says what the functions use: everything is counted again on a desk of its own."""

import subprocess
import sys


def test_the_tables_of_the_costs_are_those_that_are_counted_now() -> None:
    """In a process of its own, whose functions find another clock. `python -m benchmarks.cost --write` writes them."""
    command = [sys.executable, "-m", "benchmarks.cost", "--check"]

    counted = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (counted.returncode, counted.stdout) == (0, ""), counted.stderr[-2_000:]
