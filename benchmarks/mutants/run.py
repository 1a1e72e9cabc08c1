"""Tries a fault: the tests run in a copy of the checkout, so that the checkout itself is never broken."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from benchmarks.mutants.mutants import Mutant

_SECONDS = 600


class Outcome(StrEnum):
    """What the tests made of a fault."""

    NOTICED = "noticed"
    UNNOTICED = "UNNOTICED"
    ENDLESS = "ENDLESS"
    """The tests did not end; that is no failure that says what is wrong."""
    BROKEN = "BROKEN"
    """The tests could not run at all."""


@contextmanager
def checkout_copy() -> Iterator[Path]:
    """A copy of all files that are tracked or new, without those that are ignored."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], check=True, capture_output=True)
    with tempfile.TemporaryDirectory(prefix="dorothy-mutants-") as folder:
        for name in filter(None, listed.stdout.decode().split("\0")):
            if Path(name).is_file():
                target = Path(folder, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(name, target)
        yield Path(folder)


def changed(text: str, mutant: Mutant) -> str:
    """The file's text with the fault. Raises ValueError unless the piece that it replaces is there exactly once."""
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.file} has this {text.count(mutant.old)} times: {mutant.old}")
    return text.replace(mutant.old, mutant.new)


def try_mutant(mutant: Mutant, copy: Path) -> Outcome:
    """Run its tests with the fault, and take it out again."""
    file = copy / mutant.file
    right = file.read_text(encoding="utf-8")
    file.write_text(changed(right, mutant), encoding="utf-8")
    try:
        return _outcome(mutant.tests.split(), copy)
    finally:
        file.write_text(right, encoding="utf-8")


def _outcome(tests: list[str], copy: Path) -> Outcome:
    """The code of the copy comes before that of the checkout, which is installed."""
    paths = os.pathsep.join([str(copy / "functions"), str(copy)])
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n",
        "0",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome.ENDLESS
    return {0: Outcome.UNNOTICED, 1: Outcome.NOTICED}.get(ended.returncode, Outcome.BROKEN)
