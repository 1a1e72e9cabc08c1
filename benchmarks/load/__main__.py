"""Plays a busy hour on a desk of this machine, twice: as it is, then with its functions killed. Prints tables."""

import argparse
import sys

from benchmarks.load.hour import Size
from benchmarks.load.run import run
from benchmarks.load.tables import tables


def main() -> None:
    """Play, print, and fail if anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--mentions", type=int, default=2_000, help="how many mentions (default: 2,000)")
    parser.add_argument("--posts", type=int, default=60, help="how many posts a CMS sends (default: 60)")
    parser.add_argument("--people", type=int, default=10, help="how many people have the console open (default: 10)")
    parser.add_argument("--minutes", type=int, default=60, help="minutes of the desk's clock (default: 60)")
    parser.add_argument("--killed-one-in", type=int, default=400, help="calls of AWS for one that kills (default: 400)")
    parser.add_argument("--seed", type=int, default=1, help="what the kills follow from, as far as processes allow")
    parser.add_argument("--only", choices=("whole", "killed"), help="play it once, without or with killed functions")
    asked = parser.parse_args()
    size = Size(asked.mentions, asked.posts, asked.people, asked.minutes)
    is_right = True
    for name, killed_one_in in (("whole", 0), ("killed", asked.killed_one_in)):
        if asked.only in (None, name):
            played = run(size, killed_one_in=killed_one_in, seed=asked.seed)
            title = f"One call in {killed_one_in} kills its function" if killed_one_in else "No function is killed"
            sys.stdout.write("\n\n".join([f"### {title}", *tables(played)]) + "\n\n")
            sys.stdout.flush()
            is_right = is_right and not played.findings
    sys.exit(not is_right)


main()
