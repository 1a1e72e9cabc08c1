"""Tries generated mutants with the tests of a checkout, and says how many they kill."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.mutants.generated import AREAS, Mutant

PLUGIN = Path(__file__).parent / "plugin"
"""A folder that has nothing else, since it is on the path of the checkout whose tests run."""

_KILLED = "killed"


class Result(NamedTuple):
    """A line of the results: how the tests took a mutant, which of them killed it, and after how many seconds."""

    id: str
    outcome: str
    test: str
    seconds: float

    @property
    def is_killed(self) -> bool:
        """Whether a test failed, or did not end."""
        return self.outcome.startswith(_KILLED)


class Run(NamedTuple):
    """Where and how mutants are tried. Results that are there already are kept, and their mutants not tried again."""

    checkout: Path
    results: Path
    recording: Path
    seconds: float = 60
    slack: float = 10
    at_once: int = 1
    left_out: Sequence[str] = ()
    pytest_options: Sequence[str] = ()


def try_mutants(mutants: Sequence[Mutant], run: Run) -> int:
    """Run pytest in the checkout with its own Python, if it has one. The exit code is pytest's."""
    python = run.checkout / ".venv/bin/python"
    with tempfile.TemporaryDirectory(prefix="dorothy-mutants-") as folder:
        listed = Path(folder, "mutants.json")
        listed.write_text(json.dumps([mutant._asdict() for mutant in mutants]), encoding="utf-8")
        command = [
            str(python) if python.exists() else sys.executable,
            *("-m", "pytest", "-p", "forked_mutants", "-p", "no:randomly", "-p", "no:cacheprovider"),
            *("-n", "0", "-q", "-s", "--hypothesis-seed=1"),
            f"--mutants={listed}",
            f"--mutants-results={run.results.resolve()}",
            f"--mutants-recording={run.recording.resolve()}",
            f"--mutants-seconds={run.seconds}",
            f"--mutants-slack={run.slack}",
            f"--mutants-at-once={run.at_once}",
            *(f"--mutants-leave-out={pattern}" for pattern in run.left_out),
            *run.pytest_options,
        ]
        environment = {
            **os.environ,
            "PYTHONPATH": str(PLUGIN),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": folder,
        }
        return subprocess.run(command, cwd=run.checkout, env=environment, check=False).returncode


def results_in(file: Path) -> dict[str, Result]:
    """The results by the mutants' ids."""
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())
    return {name: Result(name, outcome, test, float(seconds)) for name, outcome, test, seconds in rows}


def survivors(mutants: Iterable[Mutant], results: dict[str, Result]) -> list[Mutant]:
    """Those that the earlier run did not kill."""
    return [mutant for mutant in mutants if mutant.id not in results or not results[mutant.id].is_killed]


def summary(mutants: Sequence[Mutant], results: dict[str, Result]) -> str:
    """How many were killed in each area, and how the others ended."""
    by_area = {area: [mutant for mutant in mutants if mutant.area == area] for area in AREAS}
    return "\n".join(_line(name, some, results) for name, some in [*by_area.items(), ("all", mutants)] if some)


def _line(name: str, mutants: Sequence[Mutant], results: dict[str, Result]) -> str:
    tried = [results[mutant.id] for mutant in mutants if mutant.id in results]
    others = Counter(result.outcome.partition(":")[0] for result in tried if not result.is_killed)
    others["not tried"] = len(mutants) - len(tried)
    rest = ", ".join(f"{count} {outcome}" for outcome, count in sorted(others.items()) if count)
    return f"{name:<12}{sum(result.is_killed for result in tried):>4} of {len(mutants)} killed; {rest or 'no other'}"


def compared(mutants: Sequence[Mutant], earlier: dict[str, Result], later: dict[str, Result]) -> tuple[str, bool]:
    """Both summaries and the mutants that only one of two runs killed; and whether the later one kills as many."""
    both = [mutant for mutant in mutants if mutant.id in earlier and mutant.id in later]
    lost = [one.id for one in both if earlier[one.id].is_killed and not later[one.id].is_killed]
    gained = [one.id for one in both if later[one.id].is_killed and not earlier[one.id].is_killed]
    lines = [
        f"earlier:\n{summary(mutants, earlier)}",
        f"later:\n{summary(mutants, later)}",
        f"tried by both: {len(both)}; killed only earlier: {len(lost)}; killed only later: {len(gained)}",
        *(f"- {name}: {later[name].outcome}; earlier killed by {earlier[name].test}" for name in lost),
        *(f"+ {name}: killed by {later[name].test}" for name in gained),
    ]
    return "\n".join(lines), len(lost) <= len(gained)
