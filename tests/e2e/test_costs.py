"""docs/cost.md says what the functions use: it is counted again on a desk of its own."""

import subprocess
import sys

from tests.families import tries_all


def test_the_costs_are_those_that_are_counted_now() -> None:
    """In a process of its own, whose functions find another clock. `python -m benchmarks.cost --write` writes them.

    `pytest --all-variants` counts everything; otherwise spikes, a day's reports and other rare things are left out.
    """
    command = [sys.executable, "-m", "benchmarks.cost", "--check", *([] if tries_all() else ["--usual"])]

    counted = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (counted.returncode, counted.stdout) == (0, ""), counted.stderr[-2_000:]
