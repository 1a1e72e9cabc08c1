"""Prints which of the faults the tests notice. The exit code is 1 if one goes unnoticed, or can't be tried.

.venv/bin/python -m benchmarks.mutants [WORD...]   only faults with one of these words in their description
.venv/bin/python -m benchmarks.mutants --generated [AREA...]   mutants that are made from the code; see --help
"""

import argparse
import sys
from pathlib import Path

from benchmarks.mutants.forked import Run, compared, results_in, summary, survivors, try_mutants
from benchmarks.mutants.generated import AREAS, IN_AN_AREA, generated
from benchmarks.mutants.mutants import MUTANTS
from benchmarks.mutants.run import Outcome, checkout_copy, try_mutant


def main(words: list[str]) -> int:
    """Try the faults in a copy of the checkout that is the current directory."""
    if words[:1] == ["--generated"]:
        return try_generated(words[1:])
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.breaks for word in words)]
    noticed = 0
    with checkout_copy() as copy:
        for mutant in chosen:
            outcome = try_mutant(mutant, copy)
            noticed += outcome is Outcome.NOTICED
            print(f"{outcome:<12}{mutant.breaks} ({mutant.file})", flush=True)
    print(f"{noticed} of {len(chosen)} were noticed")
    return noticed != len(chosen)


def try_generated(arguments: list[str]) -> int:
    """Try the mutants that are made from the code. The exit code says nothing about survivors: some change nothing."""
    asked = _parser().parse_args(arguments)
    if unknown := set(asked.areas) - set(AREAS):
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; the areas are {', '.join(AREAS)}")
    checkout = asked.checkout.resolve()
    mutants = generated(checkout, frozenset(asked.areas or AREAS), asked.count)
    if asked.list:
        for mutant in mutants:
            old = (checkout / mutant.file).read_bytes()[mutant.start : mutant.end].decode()
            print(f"{mutant.id}\t{mutant.function}\t{' '.join(old.split())}\t{' '.join(mutant.new.split())}")
        return 0
    if asked.compare:
        text, is_no_worse = compared(mutants, *(results_in(file) for file in asked.compare))
        print(text)
        return not is_no_worse
    if asked.only_survivors_of:
        mutants = survivors(mutants, results_in(asked.only_survivors_of))
    asked.results.parent.mkdir(parents=True, exist_ok=True)
    run = Run(
        checkout,
        asked.results,
        asked.recording or asked.results.with_suffix(".recording.json"),
        seconds=asked.seconds,
        at_once=asked.at_once,
        left_out=asked.leave_out,
        pytest_options=asked.pytest,
    )
    code = try_mutants(mutants, run)
    print(summary(mutants, results_in(asked.results) if asked.results.exists() else {}))
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants --generated")
    add = parser.add_argument
    add("areas", nargs="*", metavar="AREA", help=f"by default all of {', '.join(AREAS)}")
    add("--checkout", type=Path, default=Path(), help="whose code is broken and whose tests run; an older one as well")
    add(
        "--results", type=Path, default=Path(".dorothy/mutants.tsv"), help="appended to; what it has is not tried again"
    )
    add("--recording", type=Path, help="which functions each test executes; made once for each set of tests")
    add("--seconds", type=float, default=60, help="the limit of one mutant's tests, in seconds of a processor")
    add("--at-once", type=int, default=1, help="so many mutants are tried at once")
    add("--count", type=int, default=IN_AN_AREA, help="so many mutants for each area")
    add("--leave-out", action="append", default=[], metavar="PATTERN", help="tests that are not run, by their ids")
    add("--only-survivors-of", type=Path, metavar="RESULTS", help="only mutants that an earlier run did not kill")
    add("--pytest", action="append", default=[], metavar="OPTION", help="an option of pytest, such as --pytest=-vv")
    add("--list", action="store_true", help="only list the mutants and what they change")
    add("--compare", type=Path, nargs=2, metavar="RESULTS", help="only compare an earlier run with a later one")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
