"""Prints the figures and each place that breaks a rule; the exit code is 1 if there is one."""

import sys
from pathlib import Path

from benchmarks.structure import figures, rules, ways


def main() -> int:
    """Measure the checkout that is the current directory."""
    for name, figure in figures.measure().items():
        print(f"{name:<28}{figure:>8,}")
    print("\n" + table(ways.measure(Path("functions"))) + "\n")
    return rules.main()


def table(measured: dict[str, dict[str, int]]) -> str:
    """A line for each way, with what it should come to at most in brackets."""
    lines = [f"{'way (aim)':<28}{'files':>11}{'frames':>11}{'calls of AWS':>14}{'edges between files':>21}"]
    for way in ways.WAYS:
        found = measured[way.name]
        files, frames, calls = (
            f"{found[name]} ({'-' if aim is None else aim})" for name, aim in way.aim._asdict().items()
        )
        lines.append(f"{way.name:<28}{files:>11}{frames:>11}{calls:>14}{found['edges']:>21}")
    return "\n".join(lines)


sys.exit(main())
