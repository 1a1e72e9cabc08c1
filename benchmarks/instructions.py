"""Machine instructions of reading a text, which no other work on the machine disturbs: counted by valgrind.

    python -m benchmarks.instructions BRAND QUESTION TEXTS   # what valgrind runs: reads so many texts

Two processes read 100 and 200 texts; the difference is that of 100 texts, without start-up, after 100 others.
"""

import gc
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from desk.brand import brand_of
from desk.reader.trained_reader import TrainedReader
from local.cli.reading_lines import asked_text

_TEXTS = 100
_QUESTIONS = ("read", "is_routed")
_VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_COUNTED = re.compile(r"I\s+refs:\s+([\d,]+)")


def measure(brand: Mapping[str, Any], texts: Sequence[str]) -> dict[str, int] | None:
    """Instructions a text of a whole reading, and of the poll's question; None where there is no valgrind."""
    if not shutil.which(_VALGRIND[0]):
        return None
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "given.json")
        given.write_text(json.dumps({"brand": brand, "texts": texts}), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.instructions", str(given)]
        with ThreadPoolExecutor(len(_QUESTIONS)) as pool:
            counted = pool.map(lambda question: of_each(lambda count: [*command, question, str(count)]), _QUESTIONS)
            return dict(zip(_QUESTIONS, counted, strict=True))


def of_each(command: Callable[[int], Sequence[str]], count: int = _TEXTS) -> int:
    """Instructions of each of `count` that a command does after as many others."""
    return (_counted(command(2 * count)) - _counted(command(count))) // count


def _counted(command: Sequence[str]) -> int:
    """The instructions of a process. The order of sets must not change between two."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run([*_VALGRIND, *command], check=True, capture_output=True, text=True, env=environment)
    found = _COUNTED.search(done.stderr)
    if not found:
        raise ValueError(f"valgrind counted nothing: {done.stderr[-500:]}")
    return int(found[1].replace(",", ""))


def _main(path: str, question: str, count: str) -> None:
    gc.disable()  # as the functions do
    given = json.loads(Path(path).read_text(encoding="utf-8"))
    ask = getattr(TrainedReader(brand_of(given["brand"])), question)
    for text in given["texts"][: int(count)]:
        ask(asked_text(text).mention)


if __name__ == "__main__":
    _main(*sys.argv[1:])
