"""Prints which of the faults the tests notice. The exit code is 1 if one goes unnoticed, or can't be tried.

.venv/bin/python -m benchmarks.mutants [WORD...]   only faults with one of these words in their description
"""

import sys

from benchmarks.mutants.mutants import MUTANTS
from benchmarks.mutants.run import Outcome, checkout_copy, try_mutant


def main(words: list[str]) -> int:
    """Try the faults in a copy of the checkout that is the current directory."""
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.breaks for word in words)]
    noticed = 0
    with checkout_copy() as copy:
        for mutant in chosen:
            outcome = try_mutant(mutant, copy)
            noticed += outcome is Outcome.NOTICED
            print(f"{outcome:<12}{mutant.breaks} ({mutant.file})", flush=True)
    print(f"{noticed} of {len(chosen)} were noticed")
    return noticed != len(chosen)


sys.exit(main(sys.argv[1:]))
